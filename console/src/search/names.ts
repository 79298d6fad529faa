// 名称 How the values of conditions are written. Places and industries are codes; their names come with the
// results and are remembered, so that a chosen one keeps its name when the result holds none of it.
import { useLayoutEffect, useSyncExternalStore } from 'react';
import { Regions } from './asked.ts';
import type { Facets } from './asked.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { brief } from '../shared/format.ts';
import { term } from '../shared/vocabulary.ts';
import type { ListName } from './address.ts';
import { parentOf } from './regions.ts';

const PLACES = new Map<string, string>();
const INDUSTRIES = new Map<string, string>();

/** Counts what was remembered, for those who show names. */
let version = 0;
const listeners = new Set<() => void>();

/** Remembers what a result tells, before it is seen. */
export function useLearning(facets: Facets | undefined): void {
  useLayoutEffect(() => {
    if (!facets) return;
    const known = PLACES.size + INDUSTRIES.size;
    for (const { code, name } of [...facets.regions, ...facets.origins]) PLACES.set(code, name);
    for (const { value, name } of facets.industries) INDUSTRIES.set(value, name);
    if (PLACES.size + INDUSTRIES.size === known) return;
    version += 1;
    for (const changed of listeners) changed();
  }, [facets]);
}

/** Draws anew whenever a name becomes known. */
export function useNames(): void {
  useSyncExternalStore(subscribe, () => version);
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** The name of a value of a list. */
export function nameOf(list: ListName, value: string): string {
  switch (list) {
    case 'families':
      return term('SearchFamily', value);
    case 'statuses':
      return brief(term('EnterpriseStatus', value));
    case 'kinds':
      return term('EnterpriseKind', value);
    case 'provinces':
      return PLACES.get(value) ?? value;
    case 'industries':
      return INDUSTRIES.get(value) ?? value;
    case 'grounds':
    case 'authorities':
      return value;
  }
}

/** The name of a place; asked for only if no result has told it yet. */
export function useRegionName(code: string): string {
  useNames();
  const known = PLACES.get(code);
  const { data } = useGraph(Regions, code && !known ? { parent: parentOf(code) } : null);
  return known ?? data?.regions.find((region) => region.code === code)?.name ?? code;
}
