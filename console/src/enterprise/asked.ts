// 主体页所问 What the record page of an enterprise asks.
import type { Operation } from '../graphql/client.ts';
import type { PageInfo } from '../graphql/useGraph.ts';
import type { EnterpriseQuery } from './generated/graphql.ts';

export {
  EnterpriseDocument as EnterpriseByCode,
  EnterprisePenaltiesDocument as Penalties,
  EnterpriseLicencesDocument as Licences,
  EnterpriseInspectionsDocument as Inspections,
  EnterpriseAbnormalListingsDocument as AbnormalListings,
  EnterpriseSeriousViolationsDocument as SeriousViolations,
  EnterpriseRepairsDocument as Repairs,
  EnterpriseNoticesDocument as Notices,
  EnterpriseAnnualReportsDocument as AnnualReports,
} from './generated/graphql.ts';

/** 登记信息 Registration facts and credit in short. */
export type Enterprise = NonNullable<EnterpriseQuery['enterprise']>;

/** 一类记录 One page of one family of records of an enterprise. */
export type RecordPage<Node> = { totalCount: number; pageInfo: PageInfo; nodes: Node[] };
export type RecordData<Node> = { enterprise: { page: RecordPage<Node> } | null };
export type RecordOperation<Node> = Operation<RecordData<Node>, { uscc: string; after: string | null }>;
