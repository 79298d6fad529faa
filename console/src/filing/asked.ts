// 报送所问 What the rooms of a filer ask: filings, the stored draft, the definition of the form, submission.
import type {
  ConsentPartsFragment,
  FigureSourcePartsFragment,
  FilingDraftQuery,
  FilingFragment,
  FilingReceiptPartsFragment,
  FilingStartQuery,
  SaveReportDraftMutation,
  StatementReadingPartsFragment,
} from './generated/graphql.ts';

export {
  MyReportsDocument as MyReports,
  BranchFilingsDocument as BranchFilings,
  FileBranchReportsDocument as FileBranchReports,
  FilingJobDocument as FilingJob,
  FilingDraftDocument as FilingDraft,
  FilingStartDocument as FilingStart,
  SaveReportDraftDocument as SaveReportDraft,
  ConfirmUnchangedDocument as ConfirmUnchanged,
  SubmitAnnualReportDocument as SubmitAnnualReport,
  CorrectAnnualReportDocument as CorrectAnnualReport,
  ModifyAnnualReportDocument as ModifyAnnualReport,
  PublishedReportDocument as PublishedReport,
  FigureSourcesDocument as FigureSources,
  ExtractFiguresDocument as ExtractFigures,
  WithdrawConsentDocument as WithdrawConsent,
  ReadStatementDocument as ReadStatement,
  ApplyStatementDocument as ApplyStatement,
} from './generated/graphql.ts';

/** 填报状态 Where an enterprise stands with a report. */
export type Filing = FilingFragment;
export type Draft = NonNullable<FilingDraftQuery['annualReportDraft']>;
export type Field = Draft['fields'][number];
export type Finding = Draft['findings'][number];
export type Form = NonNullable<NonNullable<FilingStartQuery['annualReportDraft']>['form']>;
export type FormSection = Form['sections'][number];
export type FormField = FormSection['fields'][number];
export type Receipt = FilingReceiptPartsFragment;
/** 部门的结果 What one authority told. */
export type FigureSourceResult = FigureSourcePartsFragment;
export type Consent = ConsentPartsFragment;
/** 报表读数 What a statement says, none of it in the draft yet. */
export type Reading = StatementReadingPartsFragment;
/** 冲突 What another tab or device has stored meanwhile. */
export type Conflict = NonNullable<SaveReportDraftMutation['saveReportDraft']['conflict']>;
