// 页面取数 Hooks that ask the graph when their variables change and drop answers that come too late.
import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, type GraphFailure, type Operation, toFailure } from './client.ts';
import type { PageInfo } from './operations.ts';

/** What a screen knows of its question: the last answer stays visible while the next one loads. */
export type Answer<Data> = {
  data: Data | null;
  failure: GraphFailure | null;
  loading: boolean;
  retry: () => void;
};

/** Asks again whenever `variables` change by value; `null` asks nothing. */
export function useGraph<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables | null,
): Answer<Data> {
  const key = JSON.stringify(variables);
  const [attempt, setAttempt] = useState(0);
  const [held, setHeld] = useState<Held<Data>>({ key: 'null', attempt: 0, data: null, failure: null });

  useEffect(() => {
    const asked = JSON.parse(key) as Variables | null;
    if (asked === null) return undefined;
    const abort = new AbortController();
    ask(operation, asked, abort.signal)
      .then((data) => setHeld({ key, attempt, data, failure: null }))
      .catch((cause: unknown) => {
        if (!abort.signal.aborted) setHeld({ key, attempt, data: null, failure: toFailure(cause) });
      });
    return () => abort.abort();
  }, [operation, key, attempt]);

  const settled = key === 'null' || (held.key === key && held.attempt === attempt);
  return {
    data: held.data,
    failure: settled ? held.failure : null,
    loading: !settled,
    retry: () => setAttempt(attempt + 1),
  };
}

type Held<Data> = { key: string; attempt: number; data: Data | null; failure: GraphFailure | null };

/** Relay-style pages, collected as the reader asks for more. */
export type Pages<Page> = {
  pages: Page[];
  failure: GraphFailure | null;
  loading: boolean;
  /** Fetches the next page; absent when there is none. */
  more: (() => void) | null;
  retry: () => void;
};

/**
 * Loads the first page of a connection and further ones on demand. `pick` finds the connection in
 * the answer and must be a stable function.
 */
export function usePages<Data, Variables extends object, Page extends { pageInfo: PageInfo }>(
  operation: Operation<Data, Variables & { after: string | null }>,
  variables: Variables,
  pick: (data: Data) => Page | null,
): Pages<Page> {
  const key = JSON.stringify(variables);
  const [collected, setCollected] = useState<{ key: string; pages: Page[] }>({ key, pages: [] });
  const [cursor, setCursor] = useState<{ key: string; after: string | null }>({ key, after: null });
  if (cursor.key !== key) setCursor({ key, after: null });
  const after = cursor.key === key ? cursor.after : null;
  const answer = useGraph(operation, { ...variables, after });
  const taken = useRef<Data | null>(null);

  useEffect(() => {
    if (answer.loading || answer.data === null || taken.current === answer.data) return;
    taken.current = answer.data;
    const page = pick(answer.data);
    const fresh = page ? [page] : [];
    setCollected((before) =>
      after !== null && before.key === key ? { key, pages: [...before.pages, ...fresh] } : { key, pages: fresh },
    );
  }, [answer.loading, answer.data, after, key, pick]);

  const end = collected.pages.at(-1)?.pageInfo;
  const next = collected.key === key && end?.hasNextPage ? end.endCursor : null;
  const more = useCallback(() => setCursor({ key, after: next }), [key, next]);
  return {
    pages: collected.pages,
    failure: answer.failure,
    loading: answer.loading,
    more: next === null || answer.loading ? null : more,
    retry: answer.retry,
  };
}
