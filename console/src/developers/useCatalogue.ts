// 目录取数 The catalogue as far as this reader may see it. In production it is shown to nobody without a
// key, so it is asked for openly first and then, if that is refused, with the key.
import { useState } from 'react';
import type { GraphFailure } from '../graphql/client.ts';
import { ApiCatalogue, type CatalogueData } from './asked.ts';
import { useGraph } from '../graphql/useGraph.ts';

export type CatalogueAnswer = {
  data: CatalogueData | null;
  failure: GraphFailure | null;
  loading: boolean;
  retry: () => void;
  /** Strangers see it: the server is in development mode, where it also serves GraphiQL. */
  isOpen: boolean;
  /** It takes a key. */
  isClosed: boolean;
  /** The key with which it was asked for; empty where none is needed. */
  apiKey: string;
};

const NOTHING_TO_ASK = {};

/** Asks from the moment when it is first wanted: what is asked for with a key counts against its quota. */
export function useCatalogue(apiKey: string, isWantedNow: boolean): CatalogueAnswer {
  const [isWanted, setWanted] = useState(isWantedNow);
  if (isWantedNow && !isWanted) setWanted(true);
  const openly = useGraph(ApiCatalogue, isWanted ? NOTHING_TO_ASK : null);
  const isClosed = openly.failure?.code === 'NOT_SIGNED_IN';
  const withKey = useGraph(ApiCatalogue, isClosed && apiKey ? NOTHING_TO_ASK : null, apiKey);
  const { data, failure, loading, retry } = isClosed ? withKey : openly;
  return {
    // What one key showed is not shown under another that is refused.
    data: failure || (isClosed && !apiKey) ? null : data,
    failure,
    loading,
    retry,
    isOpen: openly.data?.viewer.kind === 'ANONYMOUS',
    isClosed,
    apiKey: isClosed ? apiKey : '',
  };
}
