// 填报内容 What the filer typed, by path of the field. It stays in this browser tab until it is closed
// and is sent nowhere but to be checked. A prefilled value that is typed again unchanged is confirmed.
import { useEffect, useState } from 'react';

export type Typed = Record<string, string>;

/** Typing pauses this long before the draft is checked again. */
const PAUSE_MS = 400;

type Held = { key: string; values: Typed };

export type Filling = {
  typed: Typed;
  /** What is to be checked: `typed`, a moment later. */
  settled: Typed;
  /** Types values; `null` takes one back. */
  type: (values: Record<string, string | null>) => void;
  clear: () => void;
};

export function useTyped(uscc: string, year: number): Filling {
  const key = `draft ${uscc} ${year}`;
  const [held, setHeld] = useState<Held>(() => stored(key));
  const [settled, setSettled] = useState<Held>(held);
  // Another report: nothing of this one may be checked with it.
  if (held.key !== key) {
    const other = stored(key);
    setHeld(other);
    setSettled(other);
  }

  useEffect(() => {
    store(held);
    const pause = setTimeout(() => setSettled(held), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [held]);

  return {
    typed: held.values,
    settled: settled.key === key ? settled.values : {},
    type: (values) => setHeld((before) => ({ key: before.key, values: merged(before.values, values) })),
    clear: () => setHeld({ key, values: {} }),
  };
}

function merged(before: Typed, values: Record<string, string | null>): Typed {
  const entries = Object.entries({ ...before, ...values });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
}

function stored(key: string): Held {
  try {
    return { key, values: JSON.parse(sessionStorage.getItem(key) ?? '{}') };
  } catch {
    return { key, values: {} };
  }
}

/** A browser that stores nothing only forgets sooner. */
function store({ key, values }: Held) {
  try {
    if (Object.keys(values).length > 0) sessionStorage.setItem(key, JSON.stringify(values));
    else sessionStorage.removeItem(key);
  } catch {
    // Full or forbidden.
  }
}
