// 当前身份 Who sits at the page: asked once, known to every screen, and forgotten with everything that was read
// when somebody signs out, here or in another tab of the browser.
import { useSyncExternalStore } from 'react';
import { ask, forget, NO_ABORT } from '../graphql/client.ts';
import { type Act, type Role, ViewerDocument, type ViewerQuery } from './generated/graphql.ts';

/** Who looks at the page, what they may do, and where one signs in. */
export type ViewerData = ViewerQuery;
export type { Act, Role };

/** `null` until the graph has told; strangers are told too. */
let known: ViewerData | null = null;
let asking: Promise<void> | null = null;
const listeners = new Set<() => void>();
/** Tells the other tabs that somebody else sits here. */
const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('qinxin-viewer');

function tell(data: ViewerData | null): void {
  known = data;
  for (const changed of listeners) changed();
}

/** Without an answer the public pages go on; the next screen asks again. */
async function read(): Promise<void> {
  const data = await ask(ViewerDocument, {}, NO_ABORT, { anew: true }).catch(() => null);
  asking = null;
  if (data) tell(data);
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  if (!known) asking ??= read();
  return () => listeners.delete(changed);
}

export function useViewer(): ViewerData | null {
  return useSyncExternalStore(subscribe, () => known);
}

/** Forgets what the former viewer was told, and finds out who sits here now. */
export async function viewerChanged(): Promise<void> {
  // A channel of this origin; there is no target to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  tabs?.postMessage('changed');
  forget();
  asking = read();
  await asking;
}

/** Whoever sat here has left: what was typed is nobody else's business. */
export async function viewerLeft(): Promise<void> {
  try {
    // What was typed of a report, and searches that were kept.
    sessionStorage.clear();
    for (const key of Object.keys(localStorage)) if (key.startsWith('qinxin-filing ')) localStorage.removeItem(key);
  } catch {
    // Forbidden: then nothing is there.
  }
  tell(null);
  await viewerChanged();
}

tabs?.addEventListener('message', () => {
  tell(null);
  location.assign('/');
});

export function mayAct(data: ViewerData | null, act: Act): boolean {
  return data?.viewer.acts.includes(act) ?? false;
}

export function hasRole(data: ViewerData | null, ...roles: Role[]): boolean {
  return data?.viewer.roles.some(({ role }) => roles.includes(role)) ?? false;
}
