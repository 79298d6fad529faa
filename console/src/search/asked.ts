// 检索所问 What the search page asks: hits of every kind, suggestions, sums, what a signed-in viewer keeps.
import type { Operation } from '../graphql/client.ts';
import { CrossRegionSearchDocument, type SearchFilter, type SearchOrder } from './generated/graphql.ts';
import type { SearchQuery, SearchStatisticsQuery, SuggestQuery, SavedSearchesQuery, ExportJobQuery } from './generated/graphql.ts';

export {
  HomeDocument as Home,
  RegionsDocument as Regions,
  SearchDocument as Search,
  SuggestDocument as Suggest,
  SearchStatisticsDocument as Statistics,
  SavedSearchesDocument as SavedSearches,
  SaveSearchDocument as SaveSearch,
  UpdateSavedSearchDocument as UpdateSavedSearch,
  DeleteSavedSearchDocument as DeleteSavedSearch,
  ExportSearchDocument as ExportSearch,
  ExportJobDocument as ExportJob,
  SavedSearchMatchedDocument as SavedSearchMatched,
} from './generated/graphql.ts';
export type { SearchFilter, SearchFamily, SearchDimension, SearchOrder, ExportFormat } from './generated/graphql.ts';

export type SearchPage = SearchQuery['search'];
export type SearchEdge = SearchPage['edges'][number];
export type SearchHit = SearchEdge['node'];
export type EnterpriseHit = Extract<SearchHit, { __typename: 'Enterprise' }>;
export type CrossRegionHit = Extract<SearchHit, { __typename: 'CrossRegionRecord' }>;
/** What stands in this register about an enterprise. */
export type OwnHit = Exclude<SearchHit, EnterpriseHit | CrossRegionHit>;
export type Highlight = SearchEdge['highlights'][number];
/** Half-open ranges of characters are marked in it. */
export type Fragment = Highlight['fragments'][number];
/** 命中理由 Which part of the query found the record, and how. */
export type Reason = SearchEdge['reasons'][number];

/** 分面 Counts over all pages. */
export type Facets = SearchPage['facets'];
export type RegionCount = Facets['regions'][number];
/** Answers of both searches; other provinces' hits are among those of ours. */
export type SearchData = { search: SearchPage };

type Question = { query: string | null; filter: SearchFilter; orderBy: SearchOrder | null; purpose: string | null; after: string | null };
/** 跨地域检索 What other provinces sent; offices say what for. */
export const CrossRegionSearch = CrossRegionSearchDocument as unknown as Operation<SearchData, Question>;

export type Suggestion = SuggestQuery['suggest'][number];
/** 统计组 `null` figures are hidden, a `null` value is none. */
export type SearchStatistics = SearchStatisticsQuery['searchStatistics'];
export type SearchGroup = SearchStatistics['groups'][number];
/** 保存的检索 `filter` is JSON in the form of `SearchFilter`. */
export type SavedSearch = SavedSearchesQuery['savedSearches']['nodes'][number];
/** 任务 `result` is JSON; of an export it tells `url` and `rows`. */
export type Job = NonNullable<ExportJobQuery['job']>;
