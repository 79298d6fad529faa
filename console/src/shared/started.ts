// 发起的任务 Long work that was started from this browser: remembered by number and day, so that whoever leaves the page
// finds it again. What the work is and how far it came tells the graph, to whoever started it and to nobody else.

const KEPT = 'qinxin-jobs';
/** As many as one question to the graph can ask for. */
export const MOST = 12;

/** The numbers, the latest first. */
export function startedJobs(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** Remembers the job that a mutation has started, if it has started one. */
export function noteStarted(answer: unknown): void {
  const payloads = typeof answer === 'object' && answer !== null ? Object.values(answer) : [];
  const ids = payloads.map((payload) => (payload as { job?: { id?: unknown } | null } | null)?.job?.id).filter((id) => typeof id === 'string');
  if (ids.length === 0) return;
  keep([...ids, ...startedJobs().filter((id) => !ids.includes(id))].slice(0, MOST));
}

/** Those that are not to be seen any more. */
export function forgetJobs(gone: readonly string[]): void {
  keep(startedJobs().filter((id) => !gone.includes(id)));
}

function keep(ids: string[]): void {
  try {
    if (ids.length > 0) localStorage.setItem(KEPT, JSON.stringify(ids));
    else localStorage.removeItem(KEPT);
  } catch {
    // Full or forbidden: then they are not found again here.
  }
}
