// 可选项 What each facet offers. A result counts what it holds, so that once a condition is set the other values
// of its kind are gone from it; they are remembered from before, for a second one to be added to the first.
import { alsoForget } from '../graphql/client.ts';
import type { Facets } from './asked.ts';
import { t } from '../shared/text.ts';
import { valuesOf, type WordList } from '../shared/vocabulary.ts';
import { ELSEWHERE, LISTS, type ListName, pairsOf, type SearchRoute } from './address.ts';
import { nameOf } from './names.ts';

export type Choice = { value: string; label: string; count: number | null; chosen: boolean };
type Count = { value: string; count: number };

/** Lists that are known as a whole. */
const CLOSED: Partial<Record<ListName, WordList>> = {
  families: 'SearchFamily',
  statuses: 'EnterpriseStatus',
  kinds: 'EnterpriseKind',
};

/** Counts by the question without the condition; the oldest go first. */
const SEEN = new Map<string, Count[]>();
const MOST_SEEN = 60;
alsoForget(() => SEEN.clear());

/** The values of a list, with how many records there are of each; `counts` answer `route` unless it still loads. */
export function choicesOf(list: ListName, route: SearchRoute, counts: Facets, isLoading: boolean): Choice[] {
  const chosen = route[list];
  const told = counted(list, counts);
  const seen = remembered(questionWithout(route, [LISTS[list]]), told, isLoading || chosen.length > 0);
  const known = new Map((chosen.length > 0 ? (seen ?? told) : told).map(({ value, count }) => [value, count]));
  const offered = new Set([...known.keys(), ...chosen]);
  const closed = CLOSED[list];
  const all = closed ? ordered(closed, list, route) : [...offered];
  // Without memory every word of a closed list is offered, or a shared link could not be widened.
  const isWhole = closed !== undefined && chosen.length > 0 && !seen;
  return all
    .filter((value) => isWhole || offered.has(value))
    .map((value) => ({
      value,
      label: nameOf(list, value),
      count: known.get(value) ?? null,
      chosen: chosen.includes(value),
    }));
}

/** The years, the latest first; one at a time. */
export function yearsOf(route: SearchRoute, counts: Facets, isLoading: boolean, chosen: string | null): Choice[] {
  const told = counts.years.map(({ value, count }) => ({ value: String(value), count }));
  const seen = remembered(questionWithout(route, ['from', 'to']), told, isLoading || Boolean(route.from || route.to));
  const known = seen ?? told;
  const years = chosen === null || known.some(({ value }) => value === chosen) ? known : [...known, { value: chosen, count: 0 }];
  return years
    .toSorted((a, b) => Number(b.value) - Number(a.value))
    .map(({ value, count }) => ({ value, label: t('{year}年', { year: value }), count, chosen: value === chosen }));
}

function ordered(closed: WordList, list: ListName, route: SearchRoute): string[] {
  return list === 'families' && route.view === 'elsewhere' ? [...ELSEWHERE] : valuesOf(closed);
}

function counted(list: ListName, counts: Facets): Count[] {
  switch (list) {
    case 'provinces':
      return byCount(counts.origins.map(({ code, count }) => ({ value: code, count })));
    case 'industries':
      // Records of enterprises without an industry are counted under a blank, which is no condition.
      return byCount(counts.industries.filter(({ value }) => value.trim() !== ''));
    case 'families':
    case 'statuses':
    case 'kinds':
    case 'grounds':
    case 'authorities':
      return counts[list];
  }
}

function byCount(counts: Count[]): Count[] {
  return counts.toSorted((a, b) => b.count - a.count);
}

function questionWithout(route: SearchRoute, names: string[]): string {
  const pairs = pairsOf(route).filter(([name]) => !names.includes(name) && name !== 'order' && name !== 'by');
  return JSON.stringify([names, pairs]);
}

/** The counts of the question without the condition, which are those told if it is not set. */
function remembered(question: string, told: Count[], isNarrowed: boolean): Count[] | undefined {
  if (isNarrowed) return SEEN.get(question);
  SEEN.delete(question);
  SEEN.set(question, told);
  const [oldest] = SEEN.keys();
  if (SEEN.size > MOST_SEEN && oldest !== undefined) SEEN.delete(oldest);
  return told;
}
