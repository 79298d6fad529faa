// 页面取数 Hooks that ask the graph when their variables change and drop answers that come too late.
import { startTransition, useCallback, useEffect, useState } from 'react';
import { returned } from '../place.ts';
import { alsoForget, ask, type GraphFailure, type Operation, toFailure } from './client.ts';

/** Where a page ends. */
export type PageInfo = { hasNextPage: boolean; endCursor: string | null };

/** What a screen knows of its question: the last answer stays at hand while the next one loads or fails. */
export type Answer<Data> = {
  data: Data | null;
  failure: GraphFailure | null;
  loading: boolean;
  retry: () => void;
};

/** Asks again whenever `variables` change by value, or the interface key; `null` asks nothing. */
export function useGraph<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables | null,
  apiKey = '',
): Answer<Data> {
  const key = JSON.stringify(variables);
  const [attempt, setAttempt] = useState(0);
  const [held, setHeld] = useState<Held<Data>>({ key: 'null', apiKey, attempt: 0, data: null, failure: null });

  useEffect(() => {
    const asked = JSON.parse(key) as Variables | null;
    if (asked === null) return undefined;
    const abort = new AbortController();
    ask(operation, asked, abort.signal, { apiKey, anew: attempt > 0 })
      // Drawn bit by bit, so that typing and scrolling go on meanwhile.
      .then((data) => startTransition(() => setHeld({ key, apiKey, attempt, data, failure: null })))
      .catch((cause: unknown) => {
        if (abort.signal.aborted) return;
        setHeld((before) => ({ key, apiKey, attempt, data: before.data, failure: toFailure(cause) }));
      });
    return () => abort.abort();
  }, [operation, key, apiKey, attempt]);

  const isHeld = held.key === key && held.apiKey === apiKey && held.attempt === attempt;
  const settled = key === 'null' || isHeld;
  return {
    data: held.data,
    failure: settled ? held.failure : null,
    loading: !settled,
    retry: () => setAttempt((before) => before + 1),
  };
}

type Held<Data> = { key: string; apiKey: string; attempt: number; data: Data | null; failure: GraphFailure | null };

/** Relay-style pages, collected as the reader asks for more. */
export type Pages<Page> = {
  pages: Page[];
  failure: GraphFailure | null;
  loading: boolean;
  hasMore: boolean;
  /** Fetches the next page; does nothing while one is on its way. */
  more: () => void;
  /** Asks again what failed, or the whole list if nothing did. */
  retry: () => void;
};

/** Collected pages by question, so that the way back finds the list as long as it was left. */
const LISTS = new Map<string, unknown[]>();
const LISTS_KEPT = 20;
alsoForget(() => LISTS.clear());

function keep(question: string, pages: unknown[]) {
  LISTS.delete(question);
  LISTS.set(question, pages);
  const [oldest] = LISTS.keys();
  if (LISTS.size > LISTS_KEPT && oldest !== undefined) LISTS.delete(oldest);
}

/** `after` is the cursor of the page to fetch: `null` for the first one, `undefined` for none. */
type Listing<Page> = { question: string; pages: Page[]; fresh: boolean; after: string | null | undefined };

function listing<Page>(question: string, before: Page[]): Listing<Page> {
  const kept = returned() ? LISTS.get(question) : undefined;
  if (kept) return { question, pages: kept as Page[], fresh: true, after: undefined };
  return { question, pages: before, fresh: false, after: null };
}

/**
 * Loads the first page of a connection and further ones on demand. `pick` finds the connection in
 * the answer. What is asked with an interface key is kept nowhere.
 */
export function usePages<Data, Variables extends object, Page extends { pageInfo: PageInfo }>(
  operation: Operation<Data, Variables & { after: string | null }>,
  variables: Variables,
  pick: (data: Data) => Page | null,
  apiKey = '',
): Pages<Page> {
  const question = operation.toString() + JSON.stringify(variables);
  const [list, setList] = useState(() => listing<Page>(question, []));
  // Another question: the old pages stay until its answer comes, but are marked as not fresh.
  if (list.question !== question) setList(listing(question, list.pages));
  const after = list.question === question ? list.after : undefined;
  const answer = useGraph(operation, after === undefined ? null : { ...variables, after }, apiKey);

  if (after !== undefined && !answer.loading && !answer.failure && answer.data !== null) {
    const page = pick(answer.data);
    const found = page ? [page] : [];
    const pages = after === null ? found : [...list.pages, ...found];
    setList({ question, pages, fresh: true, after: undefined });
  }
  useEffect(() => {
    if (list.fresh && !apiKey) keep(list.question, list.pages);
  }, [list, apiKey]);

  const end = list.pages.at(-1)?.pageInfo;
  const next = list.fresh && end?.hasNextPage ? end.endCursor : null;
  const more = useCallback(() => {
    setList((before) => (before.question === question && before.fresh ? { ...before, after: next } : before));
  }, [question, next]);
  return {
    pages: answer.failure && !list.fresh ? [] : list.pages,
    failure: answer.failure,
    loading: after !== undefined && answer.failure === null,
    hasMore: next !== null,
    more,
    retry: () => {
      answer.retry();
      // A list that is there is asked for again from its beginning, and stays until the answer comes. Whether it is
      // there tells the list of now: a dialog may hold this from a time when it was still on its way.
      setList((before) => (before.fresh ? { ...before, fresh: false, after: null } : before));
    },
  };
}
