// 本机留存 What was typed and could not be stored yet, kept in this browser by report, so that neither a broken line
// nor a closed window loses it. It goes when it is stored, and with the sign-out.
import type { Pending } from './layout.ts';

const PREFIX = 'qinxin-filing ';
const keyOf = (uscc: string, year: number) => `${PREFIX}${uscc} ${year}`;

export function kept(uscc: string, year: number): Pending {
  try {
    return JSON.parse(localStorage.getItem(keyOf(uscc, year)) ?? '{}') as Pending;
  } catch {
    return {};
  }
}

export function keep(uscc: string, year: number, pending: Pending): void {
  try {
    if (Object.keys(pending).length === 0) localStorage.removeItem(keyOf(uscc, year));
    else localStorage.setItem(keyOf(uscc, year), JSON.stringify(pending));
  } catch {
    // Full or forbidden: the draft at the server is all there is.
  }
}
