// 目录所问 What the interface catalogue asks.
import type { ApiCatalogueQuery, ApiUsageQuery } from './generated/graphql.ts';

export {
  ApiCatalogueDocument as ApiCatalogue,
  ApiSdlDocument as ApiSdl,
  RegisterDocumentsDocument as RegisterDocuments,
  TrustedDocumentsDocument as TrustedDocuments,
  ApiUsageDocument as ApiUsage,
  RotateOwnApiKeyDocument as RotateOwnApiKey,
} from './generated/graphql.ts';

/** 接口目录 Everything but the SDL, which is long and asked for only to be kept as a file. */
export type CatalogueData = ApiCatalogueQuery;
export type Catalogue = CatalogueData['apiCatalogue'];
/** 接口操作 A root field; `act` is the right that it takes, `null` for none. */
export type ApiOperation = Catalogue['operations'][number];
/** 弃用 What will go, and the last day on which it is served. */
export type ApiDeprecation = Catalogue['deprecations'][number];
/** 示例 A document to copy. */
export type ApiExample = Catalogue['examples'][number];
/** 版本 A release of the contract; without a day it is not released yet. */
export type SchemaRelease = CatalogueData['schemaChanges'][number];
export type SchemaChange = SchemaRelease['changes'][number];
/** 服务限额 What one request may cost. */
export type ServiceLimits = CatalogueData['serviceLimits'];
/** 接口用量 What the owner of the key asked for, and what it may ask for in a minute. */
export type Usage = ApiUsageQuery['apiUsage'];
/** 分时用量 One hour, `refused` among `requests`; hours without a request are absent. */
export type ApiUsageHour = Usage['hours'][number];
