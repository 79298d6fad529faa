// 图查询 One POST to the graph. Either the whole answer comes back or a GraphFailure with the
// server's Chinese sentence and stable code; half an answer is never shown as a whole one.
import { cacheExchange, Client, type CombinedError, fetchExchange, type OperationResult } from 'urql';
import { askedBefore } from '../early.ts';
import { dated } from '../shared/format.ts';
import { t } from '../shared/text.ts';

/** A GraphQL document together with the shape of its answer and of its variables. */
export type Operation<Data, Variables> = {
  toString(): string;
  /** Only for the type checker; never set. */
  readonly __apiType?: (variables: Variables) => Data;
};

/** Why a question to the graph was not answered. */
export class GraphFailure extends Error {
  override name = 'GraphFailure';
  readonly code: string;

  constructor(message: string, code: string) {
    super(dated(message));
    this.code = code;
  }
}

/** A question that has no answer by then is given up. */
const TIMEOUT_MS = 15_000;
/** An answer that is younger than this is taken again, so that the way back costs nothing. */
const FRESH_MS = 20_000;

/** How a question is put: `apiKey` as the holder of an interface key, `anew` past what was kept. */
export type Manner = { apiKey?: string; anew?: boolean };

let client = opened();
/** What is asked with a key is kept nowhere. */
const keyed = new Client({ url: '/graphql', preferGetMethod: false, fetch: bounded, exchanges: [fetchExchange] });
let kept = new Map<string, number>();

function opened(): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetchSubscriptions: true,
    fetch: bounded,
    exchanges: [cacheExchange, fetchExchange],
  });
}

/** 清空 Forgets every answer: another viewer sits here now. */
export function forget(): void {
  client = opened();
  kept = new Map();
  for (const empty of further) empty();
}

const further: (() => void)[] = [];

/** What else keeps answers is emptied with them. */
export function alsoForget(empty: () => void): void {
  further.push(empty);
}

/**
 * Asks the graph.
 * @throws {GraphFailure} with the server's code, `NETWORK`, `TIMEOUT`, or `HTTP_<status>`.
 */
export async function ask<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
  { apiKey = '', anew = false }: Manner = {},
): Promise<Data> {
  const text = operation.toString();
  const given = variables as Record<string, unknown>;
  if (/^\s*mutation/.test(text)) return await settled<Data>(client.mutation(text, given, keyOf(apiKey)), signal);
  if (apiKey) return await settled<Data>(keyed.query(text, given, keyOf(apiKey)), signal);
  const name = text + JSON.stringify(variables);
  const isFresh = !anew && (kept.get(name) ?? -Infinity) > performance.now() - FRESH_MS;
  const asked = client.query(text, given, { requestPolicy: isFresh ? 'cache-first' : 'network-only' });
  const data = await settled<Data>(asked, signal);
  if (!isFresh) kept.set(name, performance.now());
  return data;
}

function keyOf(apiKey: string) {
  return apiKey ? { fetchOptions: { headers: { 'x-api-key': apiKey } } } : {};
}

type Source<Data> = { subscribe(heard: (result: OperationResult<Data>) => void): { unsubscribe: () => void } };

/** The first whole answer; a signal gives the question up. */
function settled<Data>(source: Source<Data>, signal: AbortSignal): Promise<Data> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    let leave: (() => void) | null = null;
    const end = (tell: () => void) => {
      if (isOver) return;
      isOver = true;
      queueMicrotask(() => leave?.());
      tell();
    };
    if (signal.aborted) return reject(signal.reason as Error);
    signal.addEventListener('abort', () => end(() => reject(signal.reason as Error)), { once: true });
    const listening = source.subscribe((result) => {
      if (result.stale) return;
      const failure = result.error && failureOf(result.error);
      end(() => {
        if (failure) reject(failure);
        else if (result.data === undefined || result.data === null) reject(unreadable(''));
        else resolve(result.data);
      });
    });
    leave = listening.unsubscribe;
    return undefined;
  });
}

/** Events of a subscription, until the signal ends it. */
export function listen<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
  heard: (data: Data) => void,
  failed: (failure: GraphFailure) => void,
): void {
  if (signal.aborted) return;
  const source = client.subscription<Data>(operation.toString(), variables as Record<string, unknown>);
  const { unsubscribe } = source.subscribe((result) => {
    if (result.error) failed(failureOf(result.error));
    else if (result.data) heard(result.data);
  });
  signal.addEventListener('abort', unsubscribe, { once: true });
}

function failureOf(error: CombinedError): GraphFailure {
  const [first] = error.graphQLErrors;
  if (first) return new GraphFailure(withoutPath(first.message), String(first.extensions['code'] ?? 'GRAPH'));
  if (error.networkError instanceof GraphFailure) return error.networkError;
  return unreadable(String((error.response as Response | undefined)?.status ?? ''));
}

function unreadable(status: string): GraphFailure {
  return new GraphFailure(t('服务器的答复无法识别，请稍后重试。'), `HTTP_${status}`);
}

/** The path of the input before a sentence (`$uscc：`) is for programs; readers of the console see one input. */
function withoutPath(message: string): string {
  return message.replace(/^\$?[\w.[\]]+：/, '');
}

/** The browser's `fetch` with a bound in time, and with failures in words. */
async function bounded(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const isStream = headers.get('accept')?.startsWith('text/event-stream') ?? false;
  // Plain JSON comes with status 200 even for a refusal, which browsers would log as a fault of the page.
  headers.set('accept', isStream ? 'text/event-stream' : 'application/json');
  // Forms with files could come from a page of another site, which may not set this one.
  if (init.body instanceof FormData) headers.set('graphql-require-preflight', '1');
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signals = [init.signal, isStream ? null : timeout].filter((signal) => signal !== null && signal !== undefined);
  try {
    return await ((isStream ? undefined : askedBefore(init.body)) ?? fetch(input, { ...init, headers, signal: AbortSignal.any(signals) }));
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    if (timeout.aborted) throw new GraphFailure(t('服务器超过 15 秒没有答复，请稍后重试。'), 'TIMEOUT');
    throw new GraphFailure(t('无法连接服务器，请检查网络后重试。'), 'NETWORK');
  }
}

/** A failure the page can show; anything unforeseen is told as such. */
export function toFailure(cause: unknown): GraphFailure {
  return cause instanceof GraphFailure ? cause : new GraphFailure(t('页面出错，请刷新后重试。'), 'CONSOLE');
}

/** What a mutation says the user did wrong. @throws {GraphFailure} the first of them. */
export function refuse([error]: readonly { code: string; message: string }[]): void {
  if (error) throw new GraphFailure(error.message, error.code);
}

/** For what is asked once and waited for. */
export const NO_ABORT = new AbortController().signal;
