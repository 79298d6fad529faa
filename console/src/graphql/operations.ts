// 查询文档 Every question that the console asks, with the shape of its answer. A field that is
// renamed in the graph is renamed here, in the document beside it, and where it is shown.
import abnormalListings from './abnormal_listings.graphql?raw';
import annualReportDraft from './annual_report_draft.graphql?raw';
import annualReports from './annual_reports.graphql?raw';
import askAssistant from './ask_assistant.graphql?raw';
import type { Operation } from './client.ts';
import enterprise from './enterprise.graphql?raw';
import home from './home.graphql?raw';
import inspections from './inspections.graphql?raw';
import licences from './licences.graphql?raw';
import penalties from './penalties.graphql?raw';
import regions from './regions.graphql?raw';
import repairs from './repairs.graphql?raw';
import seriousViolations from './serious_violations.graphql?raw';

/** 日期 `2025-06-30`. */
export type Day = string;
/** 小数 A decimal as text, never a float. */
type Decimal = string;

/** Where a page ends. */
export type PageInfo = { hasNextPage: boolean; endCursor: string | null };

type Region = { fullName: string };

/** 首页 A few enterprises to begin with. */
export type HomeData = {
  enterprises: {
    totalCount: number;
    nodes: { uscc: string; name: string; status: string; region: Region | null }[];
  };
};
export const Home: Operation<HomeData, Record<string, never>> = { text: home };

/** 下级区划 The regions directly below one; the provinces without it. */
export const Regions: Operation<{ regions: { code: string; name: string }[] }, { parent: string | null }> = {
  text: regions,
};

/** 登记信息 Registration facts and credit in short. */
export type Enterprise = {
  uscc: string;
  name: string;
  status: string;
  kind: string;
  legalRepresentative: string | null;
  registeredCapitalWan: Decimal | null;
  establishedOn: Day | null;
  approvedOn: Day | null;
  closedOn: Day | null;
  region: Region | null;
  address: string | null;
  industry: { name: string } | null;
  businessScope: string | null;
  registrationAuthority: string | null;
  phone: string | null;
  creditSummary: {
    penaltyCount: number;
    activeAbnormalListing: boolean;
    activeSeriousViolation: boolean;
    lastReportYear: number | null;
  };
};
export const EnterpriseByCode: Operation<{ enterprise: Enterprise | null }, { uscc: string }> = { text: enterprise };

/** 一类记录 One page of one family of records of an enterprise. */
export type RecordPage<Node> = { totalCount: number; pageInfo: PageInfo; nodes: Node[] };
export type RecordData<Node> = { enterprise: { page: RecordPage<Node> } | null };
export type RecordOperation<Node> = Operation<RecordData<Node>, { uscc: string; after: string | null }>;

export type Penalty = {
  id: string;
  documentNumber: string;
  category: string;
  violation: string;
  legalBasis: string;
  decision: string;
  amountYuan: Decimal | null;
  authority: string | null;
  decidedOn: Day;
  publishedOn: Day | null;
};
export const Penalties: RecordOperation<Penalty> = { text: penalties };

export type Licence = {
  id: string;
  licenceNumber: string;
  name: string;
  authority: string | null;
  validFrom: Day;
  validTo: Day | null;
};
export const Licences: RecordOperation<Licence> = { text: licences };

export type Inspection = { id: string; kind: string; result: string; authority: string | null; inspectedOn: Day };
export const Inspections: RecordOperation<Inspection> = { text: inspections };

export type AbnormalListing = {
  id: string;
  ground: string;
  listedOn: Day;
  removalGround: string | null;
  removedOn: Day | null;
  authority: string | null;
};
export const AbnormalListings: RecordOperation<AbnormalListing> = { text: abnormalListings };

export type SeriousViolation = {
  id: string;
  ground: string;
  facts: string;
  documentNumber: string;
  listedOn: Day;
  removedOn: Day | null;
  authority: string | null;
};
export const SeriousViolations: RecordOperation<SeriousViolation> = { text: seriousViolations };

export type Repair = {
  id: string;
  kind: string;
  status: string;
  appliedOn: Day;
  decidedOn: Day | null;
  authority: string | null;
};
export const Repairs: RecordOperation<Repair> = { text: repairs };

export type AnnualReport = {
  id: string;
  year: number;
  submittedOn: Day;
  employees: number | null;
  totalAssetsWan: Decimal | null;
  totalRevenueWan: Decimal | null;
  netProfitWan: Decimal | null;
  totalTaxWan: Decimal | null;
};
export const AnnualReports: RecordOperation<AnnualReport> = { text: annualReports };

/** 年报预填 A draft, where each value comes from, and what the rules say about it. */
export type DraftField = {
  path: string;
  label: string;
  type: string;
  choices: { code: string; label: string }[];
  unit: string | null;
  value: string | null;
  source: { kind: string; asOf: Day | null; reference: string | null } | null;
  lastValue: string | null;
  unchangedConfirmable: boolean;
  required: boolean;
};
export type Finding = {
  ruleId: string;
  severity: string;
  paths: string[];
  message: string;
  mend: string | null;
  source: string | null;
};
export type Draft = {
  uscc: string;
  year: number;
  formKind: string;
  windowFrom: Day;
  windowTo: Day;
  filedOn: Day | null;
  fields: DraftField[];
  findings: Finding[];
};
export type DraftData = { enterprise: { name: string } | null; annualReportDraft: Draft | null };
export const AnnualReportDraft: Operation<
  DraftData,
  { uscc: string; year: number; values: { path: string; value: string }[] }
> = { text: annualReportDraft };

/** 助手答复 An answer with its citations, or the nearest topics. */
export type AssistantAnswer = {
  verdict: string;
  topic: string | null;
  title: string | null;
  text: string;
  confidence: number;
  citations: { regulation: string; article: string }[];
  relatedFields: string[];
  nearTopics: { slug: string; title: string; score: number }[];
  method: string;
};
export const AskAssistant: Operation<{ askAssistant: AssistantAnswer }, { question: string }> = { text: askAssistant };
