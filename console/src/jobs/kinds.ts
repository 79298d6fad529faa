// 任务类型 What the kinds of jobs are called, and the room from which each is started.
import { t } from '../shared/text.ts';

const TITLES: Record<string, string> = {
  VERIFY_AUDIT_CHAIN: '核验审计链',
  EXPORT_SEARCH: '导出检索结果',
  EXPORT_ZERO_VALUE_REPORTS: '导出零值年报名单',
  COMPARE_REPORTS: '比对年报与登记档案',
  FILE_BRANCH_REPORTS: '分支机构集中年报',
  IMPORT_BRANCH_REPORTS: '分支机构批量填报',
  PLAN_REMINDERS: '编制催报名单',
};

export const ROOM_OF_JOB: Record<string, string> = {
  VERIFY_AUDIT_CHAIN: 'audit',
  EXPORT_ZERO_VALUE_REPORTS: 'bureau',
  COMPARE_REPORTS: 'bureau',
  FILE_BRANCH_REPORTS: 'filings',
  IMPORT_BRANCH_REPORTS: 'filings',
};

/** A kind that is not known here is shown as it is rather than hidden. */
export function titleOfJob(kind: string): string {
  return t(TITLES[kind] ?? kind);
}
