// 联想 Enterprises that the beginning of what is typed may lead to: asked for a moment after the last key, and
// only the latest question is answered.
import { useEffect, useState } from 'react';
import { Suggest, type Suggestion } from './asked.ts';
import { useGraph } from '../graphql/useGraph.ts';

const PAUSE_MS = 160;
const NONE: Suggestion[] = [];

/** `null` asks for nothing. While an answer is on its way the last one stays. */
export function useSuggestions(prefix: string | null): Suggestion[] {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const pause = setTimeout(() => setSettled(prefix), prefix === null ? 0 : PAUSE_MS);
    return () => clearTimeout(pause);
  }, [prefix]);
  const { data, failure } = useGraph(Suggest, settled === null ? null : { prefix: settled });
  // A box without suggestions still searches, so that a failure here is nothing to tell.
  return prefix === null || settled === null || failure ? NONE : (data?.suggest ?? NONE);
}
