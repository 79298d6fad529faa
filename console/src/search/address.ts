// 检索地址 A search in the address bar: `/?q=…&family=PENALTY&from=2024-01-01&order=LATEST`, so that it can
// be sent to a colleague, kept as a bookmark and gone back to.
import type { SearchFilter } from './asked.ts';
import { valuesOf, type WordList } from '../shared/vocabulary.ts';

/** `results` are hits, `statistics` sums of them, `elsewhere` what other provinces sent. */
export type View = 'results' | 'statistics' | 'elsewhere';

export type SearchRoute = {
  page: 'search';
  view: View;
  query: string;
  /** Whole subtree of one place; empty for everywhere. */
  region: string;
  provinces: string[];
  families: string[];
  statuses: string[];
  kinds: string[];
  industries: string[];
  grounds: string[];
  authorities: string[];
  /** First and last day; empty for open. */
  from: string;
  to: string;
  /** Least and most of the amount in yuan; empty for open. */
  least: string;
  most: string;
  /** Empty for the best first. */
  order: string;
  /** One or two dimensions of the statistics. */
  by: string[];
};

/** No search at all. */
export const BLANK: SearchRoute = {
  page: 'search',
  view: 'results',
  query: '',
  region: '',
  provinces: [],
  families: [],
  statuses: [],
  kinds: [],
  industries: [],
  grounds: [],
  authorities: [],
  from: '',
  to: '',
  least: '',
  most: '',
  order: '',
  by: [],
};

/** Conditions that are lists of values, by their names in the address. */
export const LISTS = {
  families: 'family',
  provinces: 'province',
  statuses: 'status',
  kinds: 'kind',
  industries: 'industry',
  grounds: 'ground',
  authorities: 'authority',
} as const;
export type ListName = keyof typeof LISTS;
/** Conditions of one value, by their names in the address. */
const SINGLES = { region: 'region', from: 'from', to: 'to', least: 'min', most: 'max' } as const;

/** 跨地域的类别 What `crossRegionSearch` may be narrowed to. */
export const ELSEWHERE: readonly string[] = valuesOf('SearchFamily').filter(
  (family) => family.startsWith('CROSS_REGION') || family === 'OFFSITE_CASE',
);

const DAY = /^\d{4}-\d{2}-\d{2}$/;
export const YUAN = /^\d{1,14}(\.\d{1,2})?$/;
/** Values of one list that an address may carry. */
const MOST_VALUES = 50;

/** Reads the parameters; an old or mistyped link narrows by what it says that is known, the rest would only be refused. */
export function searchOf(given: URLSearchParams): SearchRoute {
  const one = (name: string, form: RegExp) => given.get(name)?.match(form)?.[0] ?? '';
  const many = (name: string, form: RegExp) =>
    [...new Set(given.getAll(name))].filter((value) => form.test(value)).slice(0, MOST_VALUES);
  const known = (name: string, list: WordList) => valuesOf(list).filter((value) => given.getAll(name).includes(value));
  const view = (['statistics', 'elsewhere'] as const).find((name) => name === given.get('view')) ?? 'results';
  const families = known('family', 'SearchFamily');
  const [order = ''] = known('order', 'SearchOrder');
  const dimensions = valuesOf('SearchDimension');
  return {
    page: 'search',
    view,
    query: given.get('q')?.trim() ?? '',
    region: one('region', /^\d{6}$/),
    provinces: many('province', /^\d{2}0000$/),
    families: view === 'elsewhere' ? families.filter((family) => ELSEWHERE.includes(family)) : families,
    statuses: known('status', 'EnterpriseStatus'),
    kinds: known('kind', 'EnterpriseKind'),
    industries: many('industry', /^(?:[A-T]|\d{2,4})$/),
    grounds: many('ground', /\S/),
    authorities: many('authority', /\S/),
    from: one('from', DAY),
    to: one('to', DAY),
    least: one('min', YUAN),
    most: one('max', YUAN),
    order: order === 'RELEVANCE' ? '' : order,
    by: many('by', /\S/)
      .filter((dimension) => dimensions.includes(dimension))
      .slice(0, 2),
  };
}

/** Writes the parameters. */
export function pairsOf(route: SearchRoute): [string, string][] {
  const pairs: [string, string][] = [['q', route.query]];
  if (route.view !== 'results') pairs.push(['view', route.view]);
  for (const [name, parameter] of Object.entries(SINGLES)) pairs.push([parameter, route[name as keyof typeof SINGLES]]);
  for (const [name, parameter] of Object.entries(LISTS)) {
    for (const value of route[name as ListName]) pairs.push([parameter, value]);
  }
  pairs.push(['order', route.order], ...route.by.map((dimension): [string, string] => ['by', dimension]));
  return pairs.filter(([, value]) => value !== '');
}

/** What narrows a search, in the words of the graph. */
export function filterOf(route: SearchRoute): SearchFilter {
  const { region, provinces, families, statuses, kinds, industries, grounds, authorities, from, to, least, most } = route;
  return {
    ...(families.length > 0 && { families }),
    ...(region && { regionCode: region }),
    ...(provinces.length > 0 && { provinces }),
    ...(statuses.length > 0 && { statuses }),
    ...(kinds.length > 0 && { kinds }),
    ...(industries.length > 0 && { industryCodes: industries }),
    ...(grounds.length > 0 && { grounds }),
    ...(authorities.length > 0 && { authorities }),
    ...((from || to) && { dateRange: { ...(from && { gte: from }), ...(to && { lte: to }) } }),
    ...((least || most) && { amountRange: { ...(least && { gte: least }), ...(most && { lte: most }) } }),
    // Lists hold what the vocabulary knows (searchOf), which is what the graph knows.
  } as SearchFilter;
}

/** What is stored of a search: one for other provinces' records says so by its families. */
export function storedOf(route: SearchRoute): SearchFilter {
  const isOpen = route.view === 'elsewhere' && route.families.length === 0;
  return filterOf(isOpen ? { ...route, families: [...ELSEWHERE] } : route);
}

/** The search that a stored filter means; `null` if it holds a condition that the page has no control for. */
export function routeOf(query: string, stored: string): SearchRoute | null {
  const filter = read(stored);
  if (!filter) return null;
  const families = filter.families ?? [];
  const isElsewhere = families.length > 0 && families.every((family) => ELSEWHERE.includes(family));
  const route: SearchRoute = {
    ...BLANK,
    view: isElsewhere ? 'elsewhere' : 'results',
    query,
    region: filter.regionCode ?? '',
    provinces: filter.provinces ?? [],
    families,
    statuses: filter.statuses ?? [],
    kinds: filter.kinds ?? [],
    industries: filter.industryCodes ?? [],
    grounds: filter.grounds ?? [],
    authorities: filter.authorities ?? [],
    from: filter.dateRange?.gte ?? '',
    to: filter.dateRange?.lte ?? '',
    least: filter.amountRange?.gte ?? '',
    most: filter.amountRange?.lte ?? '',
  };
  // Through the address and back, since that is what a link does.
  const arrived = searchOf(new URLSearchParams(pairsOf(route)));
  return same(filterOf(arrived), filter) ? arrived : null;
}

/** A filter as it is stored, without conditions that do not narrow. */
function read(stored: string): SearchFilter | null {
  try {
    const filter: unknown = JSON.parse(stored);
    return typeof filter === 'object' && filter !== null ? (pruned(filter) as SearchFilter) : null;
  } catch {
    return null;
  }
}

function pruned(value: object): object {
  const kept = Object.entries(value).filter(([, part]) => part !== null && !(Array.isArray(part) && part.length === 0));
  return Object.fromEntries(kept.map(([name, part]) => [name, isObject(part) ? pruned(part) : part]));
}

function isObject(part: unknown): part is object {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}

/** Whether two filters say the same; the order of names and of values does not matter. */
function same(one: object, other: object): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).toSorted().join()}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const parts = Object.entries(value).map(([name, part]) => `${name}:${canonical(part)}`);
  return `{${parts.toSorted().join()}}`;
}

/** Whether anything narrows the search beside what is typed. */
export function isNarrowed(route: SearchRoute): boolean {
  return Object.keys(filterOf(route)).length > 0;
}

/** Whether nothing is asked: the start page. */
export function isBlank(route: SearchRoute): boolean {
  return route.query === '' && route.view === 'results' && !isNarrowed(route);
}

/** The same search without any condition. */
export function widened(route: SearchRoute): SearchRoute {
  return { ...BLANK, view: route.view, query: route.query, order: route.order, by: route.by };
}

/** One value more in a list, or one less. */
export function toggled(route: SearchRoute, list: ListName, value: string): SearchRoute {
  const values = route[list];
  const isChosen = values.includes(value);
  return { ...route, [list]: isChosen ? values.filter((other) => other !== value) : [...values, value] };
}

/** The first and the last day of a year. */
export function yearOf(year: string): { from: string; to: string } {
  return { from: `${year}-01-01`, to: `${year}-12-31` };
}

/** The year that the days are exactly, if they are one. */
export function wholeYear({ from, to }: { from: string; to: string }): string | null {
  const year = from.slice(0, 4);
  return year !== '' && from === `${year}-01-01` && to === `${year}-12-31` ? year : null;
}

/** The search narrowed to one value of a dimension. */
export function narrowed(route: SearchRoute, dimension: string, value: string): SearchRoute {
  switch (dimension) {
    case 'FAMILY':
      return { ...route, families: [value] };
    case 'PROVINCE':
    case 'PREFECTURE':
    case 'COUNTY':
      return { ...route, region: value };
    case 'ORIGIN':
      return { ...route, provinces: [value] };
    case 'STATUS':
      return { ...route, statuses: [value] };
    case 'KIND':
      return { ...route, kinds: [value] };
    case 'YEAR':
      return { ...route, ...yearOf(value) };
    case 'INDUSTRY':
      return { ...route, industries: [value] };
    case 'GROUND':
      return { ...route, grounds: [value] };
    case 'AUTHORITY':
      return { ...route, authorities: [value] };
    default:
      return route;
  }
}
