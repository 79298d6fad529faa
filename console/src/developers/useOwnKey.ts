// 接口密钥 The key that the reader gave. It lives in this page's memory and nowhere else: not in the
// address, not in the browser's storage; whoever loads the page again gives it again.
import { useState } from 'react';

export type OwnKey = {
  /** In use; empty for none. */
  key: string;
  /** Just made and not yet put away by the reader; empty for none. */
  fresh: string;
  use: (key: string) => void;
  /** A new key takes the place of the one in use. */
  renew: (key: string) => void;
  /** The reader has put the new key away. */
  putAway: () => void;
};

export function useOwnKey(): OwnKey {
  const [key, setKey] = useState('');
  const [fresh, setFresh] = useState('');
  return {
    key,
    fresh,
    use: setKey,
    renew: (made) => {
      setKey(made);
      setFresh(made);
    },
    putAway: () => setFresh(''),
  };
}

/** A header takes visible ASCII only, and keys hold nothing else. */
export function isPossible(key: string): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(key);
}

/** The part of a key by which its owner knows it: `sx_live_`, then eight characters that are no secret. */
export function shown(key: string): string {
  return `${key.match(/^sx_live_.{8}(?=_)/)?.[0] ?? ''}…`;
}
