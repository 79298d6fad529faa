// 办事 One act at a time: busy while it goes on, its refusal shown, its success told.
import { useState } from 'react';
import { type GraphFailure, toFailure } from '../graphql/client.ts';

export type Acting = {
  isBusy: boolean;
  failure: GraphFailure | null;
  /** Does the work; `true` if it was done. */
  act: (work: () => Promise<void>) => Promise<boolean>;
};

export function useAct(): Acting {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<GraphFailure | null>(null);
  const act = async (work: () => Promise<void>) => {
    if (isBusy) return false;
    setBusy(true);
    setFailure(null);
    try {
      await work();
      return true;
    } catch (cause) {
      setFailure(toFailure(cause));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, failure, act };
}
