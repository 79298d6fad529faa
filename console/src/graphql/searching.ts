// 检索文档 What the search page asks: hits of every kind, suggestions, sums, what a signed-in viewer keeps.
import type { Operation } from './client.ts';
import crossRegionSearch from './cross_region_search.graphql?raw';
import deleteSavedSearch from './delete_saved_search.graphql?raw';
import exportSearch from './export_search.graphql?raw';
import job from './job.graphql?raw';
import type { Day, PageInfo } from './operations.ts';
import saveSearch from './save_search.graphql?raw';
import savedSearches from './saved_searches.graphql?raw';
import search from './search.graphql?raw';
import searchStatistics from './search_statistics.graphql?raw';
import suggest from './suggest.graphql?raw';
import viewer from './viewer.graphql?raw';

type Nothing = Record<string, never>;
type Decimal = string;

/** 检索条件 What narrows a search. */
export type SearchFilter = {
  families?: string[];
  regionCode?: string;
  provinces?: string[];
  statuses?: string[];
  kinds?: string[];
  industryCodes?: string[];
  grounds?: string[];
  authorities?: string[];
  dateRange?: { gte?: Day; lte?: Day };
  amountRange?: { gte?: Decimal; lte?: Decimal };
};

/** 命中位置 Half-open range of characters. */
export type Mark = { start: number; end: number };
export type Fragment = { text: string; marks: Mark[] };
export type Highlight = { field: string; fragments: Fragment[] };
/** 命中理由 Which part of the query found the record, and how. */
export type Reason = { kind: string; text: string; explanation: string };

export type EnterpriseHit = {
  __typename: 'Enterprise';
  id: string;
  uscc: string;
  name: string;
  status: string;
  legalRepresentative: string | null;
  registeredCapitalWan: Decimal | null;
  establishedOn: Day | null;
  region: { fullName: string } | null;
};
/** What every record of an enterprise in this register tells. */
type OwnRecord = { id: string; authority: string; date: Day; enterprise: { uscc: string; name: string } };
export type PenaltyHit = OwnRecord & {
  __typename: 'Penalty';
  documentNumber: string;
  violation: string;
  fine: Decimal;
};
export type LicenceHit = OwnRecord & {
  __typename: 'Licence';
  licenceNumber: string;
  name: string;
  validTo: Day | null;
};
export type InspectionHit = OwnRecord & { __typename: 'Inspection'; inspectionKind: string; result: string };
export type AbnormalListingHit = OwnRecord & {
  __typename: 'AbnormalListing';
  abnormalGround: string;
  removedOn: Day | null;
};
export type SeriousViolationHit = OwnRecord & {
  __typename: 'SeriousViolation';
  seriousGround: string;
  documentNumber: string;
  removedOn: Day | null;
};
export type CreditRepairHit = OwnRecord & { __typename: 'CreditRepair'; repairKind: string; repairStatus: string };
/** `party` is the enterprise if it stands in this register. */
export type CrossRegionHit = {
  __typename: 'CrossRegionRecord';
  id: string;
  crossRegionKind: string;
  provinceName: string | null;
  partyCode: string;
  enterpriseName: string;
  party: { uscc: string } | null;
  documentNumber: string;
  title: string;
  facts: string;
  authority: string;
  amount: Decimal | null;
  date: Day;
  validTo: Day | null;
  removedOn: Day | null;
  state: string | null;
};
export type OwnHit =
  | PenaltyHit
  | LicenceHit
  | InspectionHit
  | AbnormalListingHit
  | SeriousViolationHit
  | CreditRepairHit;
export type SearchHit = EnterpriseHit | OwnHit | CrossRegionHit;

export type SearchEdge = {
  cursor: string;
  isPublic: boolean;
  reasons: Reason[];
  highlights: Highlight[];
  node: SearchHit;
};

export type ValueCount = { value: string; count: number };
export type TextCount = { value: string; name: string; count: number };
export type RegionCount = { code: string; name: string; count: number };
/** 分面 Counts over all pages. */
export type Facets = {
  regions: RegionCount[];
  origins: RegionCount[];
  families: ValueCount[];
  statuses: ValueCount[];
  kinds: ValueCount[];
  years: { value: number; count: number }[];
  industries: TextCount[];
  grounds: TextCount[];
  authorities: TextCount[];
};
export type SearchPage = {
  totalCount: number;
  didYouMean: string | null;
  isApproximate: boolean;
  isDegraded: boolean;
  pageInfo: PageInfo;
  facets: Facets;
  edges: SearchEdge[];
};
export type SearchData = { search: SearchPage };
/** 检索 What is asked, without the page. */
export type Question = { query: string | null; filter: SearchFilter; orderBy: string | null };
export const Search: Operation<SearchData, Question & { after: string | null }> = { text: search };

/** 跨地域检索 What other provinces sent; offices say what for. */
export const CrossRegionSearch: Operation<
  SearchData,
  Question & { purpose: string | null; after: string | null }
> = { text: crossRegionSearch };

/** 联想 An enterprise that may be meant. */
export type Suggestion = { id: string; name: string; uscc: string };
export const Suggest: Operation<{ suggest: Suggestion[] }, { prefix: string }> = { text: suggest };

/** 统计组 `null` figures are hidden, a `null` value is none. */
export type SearchGroup = {
  values: (string | null)[];
  labels: (string | null)[];
  count: number | null;
  amountYuan: Decimal | null;
};
export type SearchStatistics = {
  totalCount: number;
  totalYuan: Decimal;
  groupCount: number;
  hiddenCount: number;
  groups: SearchGroup[];
};
export const Statistics: Operation<
  { searchStatistics: SearchStatistics },
  { query: string | null; filter: SearchFilter; by: string[]; first: number }
> = { text: searchStatistics };

/** 当前身份 Who looks at the page, what they may do, and where one signs in. */
export type ViewerData = {
  viewer: { kind: string; name: string | null; acts: string[] };
  signInProviders: { id: string; name: string; startUrl: string }[];
};
export const Viewer: Operation<ViewerData, Nothing> = { text: viewer };

type UserError = { code: string; message: string };

/** 保存的检索 `filter` is JSON in the form of [`SearchFilter`]. */
export type SavedSearch = { id: string; name: string; query: string; filter: string };
export const SavedSearches: Operation<{ savedSearches: { nodes: SavedSearch[] } }, Nothing> = { text: savedSearches };
export const SaveSearch: Operation<
  { saveSearch: { savedSearch: { id: string } | null; userErrors: UserError[] } },
  { input: { name: string; query: string; filter: SearchFilter } }
> = { text: saveSearch };
export const DeleteSavedSearch: Operation<
  { deleteSavedSearch: { deletedId: string | null; userErrors: UserError[] } },
  { input: { id: string } }
> = { text: deleteSavedSearch };

/** 任务 `result` is JSON; of an export it tells `url` and `rows`. */
export type Job = {
  id: string;
  status: string;
  step: string | null;
  done: number;
  total: number | null;
  result: string | null;
  error: string | null;
};
export const ExportSearch: Operation<
  { exportSearch: { job: Job | null; userErrors: UserError[] } },
  { input: { query: string; filter: SearchFilter; format: string; purpose: string } }
> = { text: exportSearch };
export const ExportJob: Operation<{ job: Job | null }, { id: string }> = { text: job };
