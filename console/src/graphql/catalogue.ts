// 接口目录文档 What the interface catalogue asks; apart from the other questions, so that readers of the
// public pages do not load it.
import apiCatalogue from './api_catalogue.graphql?raw';
import apiSdl from './api_sdl.graphql?raw';
import apiUsage from './api_usage.graphql?raw';
import type { Operation } from './client.ts';
import type { Day } from './operations.ts';
import rotateOwnApiKey from './rotate_own_api_key.graphql?raw';

type Nothing = Record<string, never>;

/** 接口操作 A root field; `act` is the right that it takes, `null` for none. */
export type ApiOperation = { kind: string; name: string; description: string; signature: string; act: string | null };
/** 弃用 What will go, and the last day on which it is served. */
export type ApiDeprecation = { coordinate: string; reason: string; until: Day | null };
/** 示例 A document to copy. */
export type ApiExample = { name: string; title: string; document: string };
export type ApiErrorCode = { code: string; explanation: string };
export type Catalogue = {
  version: string;
  operations: ApiOperation[];
  deprecations: ApiDeprecation[];
  examples: ApiExample[];
  errorCodes: ApiErrorCode[];
};

export type SchemaChange = { weight: string; coordinate: string; message: string };
/** 版本 A release of the contract; without a day it is not released yet. */
export type SchemaRelease = { version: string; releasedOn: Day | null; changes: SchemaChange[] };

/** 服务限额 What one request may cost. */
export type ServiceLimits = {
  bodyBytes: number;
  uploadBytes: number;
  uploads: number;
  documentBytes: number;
  tokens: number;
  depth: number;
  complexity: number;
  aliases: number;
  rootFields: number;
  directives: number;
  batch: number;
  entities: number;
  listItems: number;
  pageSize: number;
  defaultPageSize: number;
  executionSeconds: number;
  concurrentRequests: number;
};

/** 接口目录 Everything but the SDL, which is long and asked for only to be kept as a file. */
export type CatalogueData = {
  viewer: { kind: string };
  apiCatalogue: Catalogue;
  schemaChanges: SchemaRelease[];
  serviceLimits: ServiceLimits;
};
export const ApiCatalogue: Operation<CatalogueData, Nothing> = { text: apiCatalogue };

export const ApiSdl: Operation<{ apiCatalogue: { sdl: string } }, { federation: boolean }> = { text: apiSdl };

/** 分时用量 One hour, `refused` among `requests`; hours without a request are absent. */
export type ApiUsageHour = { hour: string; requests: number; refused: number; cost: number };
/** 接口用量 What the owner of the key asked for, and what it may ask for in a minute. */
export type Usage = {
  name: string;
  requestsPerMinute: number;
  costPerMinute: number;
  requests: number;
  refused: number;
  cost: number;
  hours: ApiUsageHour[];
};
export const ApiUsage: Operation<{ apiUsage: Usage }, { days: number }> = { text: apiUsage };

export type RotatedKey = { key: string | null; userErrors: { code: string; message: string }[] };
export const RotateOwnApiKey: Operation<{ rotateOwnApiKey: RotatedKey }, Nothing> = { text: rotateOwnApiKey };
