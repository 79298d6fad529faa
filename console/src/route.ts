// 地址 What the address bar says and nothing else decides which screen is shown, so that every
// screen can be linked to: `/?q=…` (all of it in `search/address.ts`), `/?uscc=…&tab=…&at=…`,
// `/?uscc=…&draft=2025`, `/?ask=…`, `/?developers=operations&at=…`, `/?room=users&at=…`, `/?verify=CODE`, `/?liaison=USCC`,
// `/?optout=WORD`, `/?posts=…` (all of it in `employment/address.ts`). React Router keeps the history.
import { useLocation } from 'react-router';
import { type EmploymentRoute, employmentOf, pairsOfEmployment } from './employment/address.ts';
import { leavePlace } from './place.ts';
import { BLANK, pairsOf, type SearchRoute, searchOf } from './search/address.ts';

export type { EmploymentRoute, SearchRoute };
/** `at` is the id of the one record that the reader came for. */
export type EnterpriseRoute = { page: 'enterprise'; uscc: string; tab: string; at: string };
/** `question` is what was asked of the assistant beside the form; `aid` is what helps to fill it in, if it is open. */
export type DraftRoute = { page: 'draft'; uscc: string; year: number; question: string; aid?: string };
export type AssistantRoute = { page: 'assistant'; question: string };
/** `at` is the operation that the reader came for, by its place in the schema (`Query.enterprise`). */
export type DevelopersRoute = { page: 'developers'; tab: string; at: string };
/** A room behind the sign-in; `at` is what is looked at in it, for `sign-in` the address to go on to. */
export type RoomRoute = { page: 'room'; room: string; at: string };
/** 文书核验 `code` is the one that is printed on a document. */
export type VerifyRoute = { page: 'verify'; code: string };
/** 退订催报短信 `code` is the word at the end of a reminder. */
export type OptOutRoute = { page: 'optout'; code: string };
/** 联络员注册 For an enterprise that may be named already. */
export type LiaisonRoute = { page: 'liaison'; uscc: string };
export type Route = SearchRoute | EnterpriseRoute | DraftRoute | AssistantRoute | DevelopersRoute | RoomRoute | VerifyRoute | OptOutRoute | LiaisonRoute | EmploymentRoute;

/** The empty search: the start page. */
export const START: SearchRoute = BLANK;
/** The interface catalogue from its beginning. */
export const CATALOGUE: DevelopersRoute = { page: 'developers', tab: 'overview', at: '' };

/** Reads a query string. */
export function parse(search: string): Route {
  const query = new URLSearchParams(search);
  const room = query.get('room');
  if (room) return { page: 'room', room, at: query.get('at') ?? '' };
  const verify = query.get('verify');
  if (verify !== null) return { page: 'verify', code: verify };
  const optOut = query.get('optout');
  if (optOut !== null) return { page: 'optout', code: optOut };
  const liaison = query.get('liaison');
  if (liaison !== null) return { page: 'liaison', uscc: liaison.trim().toUpperCase() };
  if (query.has('posts')) return employmentOf(query);
  const question = query.get('ask');
  const uscc = query.get('uscc')?.trim().toUpperCase();
  if (uscc) {
    const year = Number(query.get('draft'));
    const aid = query.get('aid');
    if (Number.isInteger(year) && year > 0) return { page: 'draft', uscc, year, question: question ?? '', ...(aid && { aid }) };
    return { page: 'enterprise', uscc, tab: query.get('tab') ?? '', at: query.get('at') ?? '' };
  }
  if (question !== null) return { page: 'assistant', question };
  const developers = query.get('developers');
  if (developers !== null) return { page: 'developers', tab: developers, at: query.get('at') ?? '' };
  return searchOf(query);
}

/** Writes the address of a screen. */
export function href(route: Route): string {
  const query = new URLSearchParams(pairs(route));
  return query.size === 0 ? '/' : `/?${query}`;
}

function pairs(route: Route): [string, string][] {
  switch (route.page) {
    case 'enterprise':
      return [['uscc', route.uscc], ...given('tab', [route.tab]), ...given('at', [route.at])];
    case 'draft':
      return [
        ['uscc', route.uscc],
        ['draft', String(route.year)],
        ...given('ask', [route.question]),
        ...given('aid', [route.aid ?? '']),
      ];
    case 'assistant':
      return [['ask', route.question]];
    case 'developers':
      return [['developers', route.tab], ...given('at', [route.at])];
    case 'room':
      return [['room', route.room], ...given('at', [route.at])];
    case 'verify':
      return [['verify', route.code]];
    case 'optout':
      return [['optout', route.code]];
    case 'liaison':
      return [['liaison', route.uscc]];
    case 'employment':
      return pairsOfEmployment(route);
    case 'search':
      return pairsOf(route);
  }
}

function given(name: string, values: string[]): [string, string][] {
  return values.filter(Boolean).map((value) => [name, value]);
}

type Options = { replace?: boolean; state?: object };
let navigateTo: ((to: string, options: Options) => void) | null = null;

/** What all steps go through: the router, once it is there. */
export function steerBy(wheel: typeof navigateTo): void {
  navigateTo = wheel;
}

function navigate(route: Route, options: Options): void {
  navigateTo?.(href(route), options);
}

/** Goes to another screen; the way back leads here. */
export function go(route: Route): void {
  leavePlace();
  navigate(route, { state: { arrived: true } });
  window.scrollTo(0, 0);
}

/** Stays where the reader is, with another state of the screen; the way back leads to the one before. */
export function step(route: Route): void {
  if (href(route) === `${location.pathname}${location.search}`) return;
  leavePlace();
  navigate(route, {});
}

/** Stays on the screen with another state of it; no step is added to the way back. */
export function amend(route: Route): void {
  navigate(route, { replace: true });
}

/** Whether the reader came to this screen from another one, so that its heading should take the focus. */
export function arrived(): boolean {
  const state: unknown = history.state?.usr;
  return typeof state === 'object' && state !== null && 'arrived' in state;
}

/** The query string, which [`parse`] reads; follows the browser's back and forward. */
export function useAddress(): string {
  return useLocation().search;
}
