// 地址 What the address bar says and nothing else decides which screen is shown, so that every
// screen can be linked to: `/?q=…`, `/?uscc=…&tab=…`, `/?uscc=…&draft=2025`, `/?ask=…`.
import { useSyncExternalStore } from 'react';

export type SearchRoute = { page: 'search'; query: string; region: string; statuses: string[]; kinds: string[] };
export type EnterpriseRoute = { page: 'enterprise'; uscc: string; tab: string };
export type DraftRoute = { page: 'draft'; uscc: string; year: number };
export type AssistantRoute = { page: 'assistant'; question: string };
export type Route = SearchRoute | EnterpriseRoute | DraftRoute | AssistantRoute;

/** The empty search: the start page. */
export const START: SearchRoute = { page: 'search', query: '', region: '', statuses: [], kinds: [] };

/** Reads a query string. */
export function parse(search: string): Route {
  const query = new URLSearchParams(search);
  const uscc = query.get('uscc')?.trim().toUpperCase();
  if (uscc) {
    const year = Number(query.get('draft'));
    if (Number.isInteger(year) && year > 0) return { page: 'draft', uscc, year };
    return { page: 'enterprise', uscc, tab: query.get('tab') ?? '' };
  }
  const question = query.get('ask');
  if (question !== null) return { page: 'assistant', question };
  return {
    page: 'search',
    query: query.get('q')?.trim() ?? '',
    region: query.get('region') ?? '',
    statuses: query.getAll('status'),
    kinds: query.getAll('kind'),
  };
}

/** Writes the address of a screen. */
export function href(route: Route): string {
  const query = new URLSearchParams(pairs(route));
  return query.size === 0 ? '/' : `/?${query}`;
}

function pairs(route: Route): [string, string][] {
  switch (route.page) {
    case 'enterprise':
      return [['uscc', route.uscc], ...given('tab', [route.tab])];
    case 'draft':
      return [
        ['uscc', route.uscc],
        ['draft', String(route.year)],
      ];
    case 'assistant':
      return [['ask', route.question]];
    case 'search':
      return [
        ...given('q', [route.query]),
        ...given('region', [route.region]),
        ...given('status', route.statuses),
        ...given('kind', route.kinds),
      ];
  }
}

function given(name: string, values: string[]): [string, string][] {
  return values.filter(Boolean).map((value) => [name, value]);
}

/** Goes to another screen; the way back leads here. */
export function go(route: Route): void {
  history.pushState({ arrived: true }, '', href(route));
  window.scrollTo(0, 0);
  window.dispatchEvent(new PopStateEvent('popstate'));
}

/** Stays on the screen with another state of it; no step is added to the way back. */
export function amend(route: Route): void {
  history.replaceState(null, '', href(route));
  window.dispatchEvent(new PopStateEvent('popstate'));
}

/** Whether the reader came to this screen from another one, so that its heading should take the focus. */
export function arrived(): boolean {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && 'arrived' in state;
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('popstate', changed);
  return () => window.removeEventListener('popstate', changed);
}

/** The query string, which [`parse`] reads; follows the browser's back and forward. */
export function useAddress(): string {
  return useSyncExternalStore(subscribe, () => location.search);
}
