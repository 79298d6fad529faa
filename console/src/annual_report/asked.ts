// 年报所问 What the form of a report asks.
import type { AnnualReportDraftQuery } from './generated/graphql.ts';

export { AnnualReportDraftDocument as AnnualReportDraft } from './generated/graphql.ts';

/** 年报预填 A draft, where each value comes from, and what the rules say about it. */
export type Draft = NonNullable<AnnualReportDraftQuery['annualReportDraft']>;
export type DraftField = Draft['fields'][number];
export type Finding = Draft['findings'][number];
