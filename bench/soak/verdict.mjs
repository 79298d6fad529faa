// 结论 Figures from what was seen, and each rule with whether it was kept.

import { limits, settings } from './settings.mjs';

const MINUTE = 60_000;

export function percentile(sorted, share) {
  return sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

const spread = (answers) => {
  const times = answers.map(({ at, due }) => at - due).sort((a, b) => a - b);
  return { count: times.length, p50: percentile(times, 0.5), p95: percentile(times, 0.95), p99: percentile(times, 0.99), most: times.at(-1) };
};

/** Sorts answers into before, during and after the outage, which ends some seconds after the start. */
function windows(answers, { stopAt, acceptsAt }) {
  const until = acceptsAt + limits.grace * 1000;
  const part = ({ due, at }) => (at < stopAt ? 'before' : due > until ? 'after' : 'outage');
  const parts = { before: [], outage: [], after: [] };
  for (const answer of answers) parts[part(answer)].push(answer);
  // An error that is told later than this is one outside, whenever its request was sent.
  const outside = (answer) => answer.at < stopAt || answer.at > until;
  return { parts, outside };
}

function counted(answers, of) {
  const counts = {};
  for (const answer of answers) counts[of(answer)] = (counts[of(answer)] ?? 0) + 1;
  return counts;
}

/** Mean memory of minutes 2 and 3 beside that of the last minute. */
export function memory(samples, startedAt, endedAt) {
  const mean = (from, to, of) => {
    const within = samples.filter(({ at }) => at >= from && at < to);
    return within.reduce((sum, sample) => sum + sample[of], 0) / within.length;
  };
  const early = (of) => mean(startedAt + MINUTE, startedAt + 3 * MINUTE, of);
  const late = (of) => mean(endedAt - MINUTE, endedAt, of);
  const pair = (of) => ({ early: early(of), late: late(of) });
  const rss = pair('rss');
  return { rss, anonymous: pair('anonymous'), file: pair('file'), growth: rss.late / rss.early - 1, most: samples.at(-1).most };
}

/** Everything that the page tells. */
export function figures({ tally, outage, weights, startedAt, endedAt, afterwards }) {
  const { parts, outside } = windows(tally.answers, outage);
  const requests = (answers) => answers.filter(({ kind }) => kind !== 'ws' && kind !== 'sse');
  const quiet = requests([...parts.before, ...parts.after]);
  const kinds = [...new Set(quiet.map(({ kind }) => kind))];
  const failed = tally.answers.filter(({ outcome }) => outcome === 'error' || outcome === 'malformed');
  const [lateError] = tally.answers.filter(({ outcome }) => outcome === 'error').sort((a, b) => b.at - a.at);
  return {
    all: spread(quiet),
    byKind: kinds.map((kind) => ({ kind, ...spread(quiet.filter((answer) => answer.kind === kind)) })).sort((a, b) => b.count - a.count),
    parts: Object.fromEntries(Object.entries(parts).map(([name, answers]) => [name, {
      requests: requests(answers).length,
      ...spread(requests(answers)),
      right: answers.filter(({ outcome }) => outcome === 'right').length,
      notRight: counted(answers.filter(({ outcome }) => outcome !== 'right'), ({ outcome, kind, code }) =>
        `${outcome}${kind === 'ws' || kind === 'sse' ? ` (${kind})` : ''} ${code ?? ''}`.trim()),
    }])),
    wrong: tally.answers.filter(({ outcome }) => outcome === 'wrong').length,
    wrongs: [...tally.samples].filter(([key]) => key.includes('wrong')).flatMap(([key, kept]) => kept.slice(0, 2).map(({ detail }) => `${key}: ${detail}`)),
    malformed: tally.answers.filter(({ outcome }) => outcome === 'malformed').length,
    errorsOutside: failed.filter(outside).length,
    shareOutside: failed.filter(outside).length / Math.max(1, quiet.length),
    lastErrorAfterStart: lateError ? (lateError.at - outage.acceptsAt) / 1000 : undefined,
    longest: Math.max(...tally.answers.map(({ at, sent }) => at - sent)) / 1000,
    hangs: tally.answers.filter(({ at, sent }) => at - sent > (limits.execution + limits.slack) * 1000),
    memory: memory(weights, startedAt, endedAt),
    outageSeconds: (outage.acceptsAt - outage.stopAt) / 1000,
    ...afterwards,
  };
}

/** The rules: what is demanded, what was seen, whether it was kept. */
export function rules(seen) {
  const rule = (demand, found, holds) => ({ demand, found, holds });
  const share = (part) => Number.isNaN(part) ? '-' : `${(100 * part).toFixed(part < 0.01 ? 3 : 1)} %`;
  const isShort = settings.minutes < 5;
  return [
    rule('wrong answers', seen.wrong, seen.wrong === 0),
    rule('requests without a well-formed answer', seen.malformed, seen.malformed === 0),
    rule(`errors later than ${limits.grace} s after PostgreSQL accepts, or before its stop`, seen.errorsOutside, seen.errorsOutside === 0),
    rule(`share of errors outside the outage, less than ${share(limits.errors)}`, share(seen.shareOutside), seen.shareOutside < limits.errors),
    rule(`answers that took longer than the ${limits.execution} s of a request`, seen.hangs.length, seen.hangs.length === 0),
    rule(`p95 of all requests outside the outage, less than ${limits.p95} ms`, `${seen.all.p95.toFixed(0)} ms`, seen.all.p95 < limits.p95),
    rule(`growth of memory, at most ${share(limits.growth)}${isShort ? ' (too short a run to judge)' : ''}`, share(seen.memory.growth), isShort || seen.memory.growth <= limits.growth),
    rule(`errors of a quiet server, ${limits.grace} s after a second restart`, seen.quiet.length, seen.quiet.length === 0),
    rule('sessions lost', seen.lostSessions.length, seen.lostSessions.length === 0),
    rule('passwords lost', seen.lostPasswords.length, seen.lostPasswords.length === 0),
    rule('acts without their trace', seen.lostTraces.length, seen.lostTraces.length === 0),
    rule('followers not told every change once and in order', seen.faults.length, seen.faults.length === 0),
    rule('audit chain whole', seen.chain.isWhole ? 'yes' : 'no', seen.chain.isWhole),
    rule('server ends with 0 when asked to', seen.status, seen.status === 0),
  ];
}
