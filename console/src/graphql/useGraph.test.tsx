import { act, renderHook, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { type Operation } from './client.ts';
import { usePages } from './useGraph.ts';

type Page = { nodes: string[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
const LIST = { toString: () => 'query List { list }' } as Operation<{ list: Page }, { after: string | null }>;

afterEach(() => vi.unstubAllGlobals());

/** Whoever opens a dialog before the list is there holds its `retry` of that time. */
test('a list that came meanwhile is asked for again by whoever holds an old retry', async () => {
  let names = ['before'];
  vi.stubGlobal('fetch', async () => {
    const data = { list: { nodes: names, pageInfo: { hasNextPage: false, endCursor: null } } };
    return new Response(JSON.stringify({ data }), { headers: { 'content-type': 'application/json' } });
  });
  const { result } = renderHook(() => usePages(LIST, {}, ({ list }) => list));
  const held = result.current.retry;
  expect(result.current.loading).toBe(true);
  await waitFor(() => expect(result.current.pages[0]?.nodes).toEqual(['before']));
  names = ['after'];
  act(() => held());
  await waitFor(() => expect(result.current.pages[0]?.nodes).toEqual(['after']));
});
