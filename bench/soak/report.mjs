// The page of results.

import { cpus, release, totalmem } from 'node:os';

import { limits, settings } from './settings.mjs';

const whole = (number) => Math.round(number).toLocaleString('en-US');
const milliseconds = (number) => (number < 10 ? number.toFixed(1) : whole(number));
const mebibytes = ({ early, late }) => `${early.toFixed(1)} | ${late.toFixed(1)} | ${(100 * (late / early - 1)).toFixed(1)} %`;
const times = ({ p50, p95, p99, most }) => [p50, p95, p99, most].map(milliseconds).join(' | ');

/** The first answers and followers that were wrong, to be looked into. */
function broken({ faults, wrongs }) {
  const lines = [...wrongs, ...faults].slice(0, 12).map((line) => `- ${line.slice(0, 400)}`);
  return lines.length ? `## What was wrong\n\n${lines.join('\n')}\n\n` : '';
}

export function report({ seen, kept, machine }) {
  const { rss, anonymous, file, most } = seen.memory;
  const parts = Object.entries(seen.parts);
  return `# Mixed load of many sessions with a restart of PostgreSQL

Written by \`bench/soak/run.sh\`: an open loop of requests over all sessions, every answer compared with what
it must be; followers of changes who break off and come back; PostgreSQL stopped fast in the middle, down
for ${settings.down} s and started again. Times count from the moment at which a request was due.

- ${machine.when}, ${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, ${machine.server}; the load generator runs on the same cores
- ${whole(settings.sessions)} sessions, ${settings.minutes} minutes, ${settings.rate} requests/s, ${whole(settings.enterprises)} enterprises, ${settings.subscribers} followers, ${settings.changes} changes/s, seed ${settings.seed}
- load average before ${machine.loadBefore}, after ${machine.loadAfter}; of ${cpus().length} cores the server took ${machine.serverCores.toFixed(2)}, the generator ${machine.ownCores.toFixed(2)}, all else ${machine.otherCores.toFixed(2)}
- the generator's own event loop was late by ${milliseconds(machine.lag)} ms at the 99th percentile
- ${seen.outageSeconds.toFixed(1)} s from the stop until PostgreSQL accepted connections; last error ${seen.lastErrorAfterStart === undefined ? 'none' : `${seen.lastErrorAfterStart.toFixed(1)} s after that`}; longest answer ${seen.longest.toFixed(1)} s

**${kept.every(({ holds }) => holds) ? 'Passed' : 'Not passed'}**

| demanded | found | |
|---|---:|---|
${kept.map(({ demand, found, holds }) => `| ${demand} | ${found} | ${holds ? 'kept' : '**broken**'} |`).join('\n')}

${broken(seen)}## Latency in ms

| kind | requests | p50 | p95 | p99 | most |
|---|---:|---:|---:|---:|---:|
| all | ${whole(seen.all.count)} | ${times(seen.all)} |
${seen.byKind.map((kind) => `| ${kind.kind} | ${whole(kind.count)} | ${times(kind)} |`).join('\n')}

## Answers by window

The outage lasts from the stop until ${limits.grace} s after PostgreSQL accepts connections again.

| window | requests | p50 | p95 | p99 | most | right | not right |
|---|---:|---:|---:|---:|---:|---:|---|
${parts.map(([name, part]) => `| ${name} | ${whole(part.requests)} | ${times(part)} | ${whole(part.right)} | ${Object.entries(part.notRight).map(([what, count]) => `${whole(count)} ${what}`).join('; ') || '-'} |`).join('\n')}

## Memory of the server in MiB

| | minutes 2 and 3 | last minute | |
|---|---:|---:|---:|
| resident | ${mebibytes(rss)} |
| of it anonymous | ${mebibytes(anonymous)} |
| of it mapped files (index) | ${mebibytes(file)} |

Most at any time, with the hashing of passwords before: ${most.toFixed(1)}.

## Followers and traces

- ${whole(seen.changes)} changes told of ${settings.followed} enterprises; ${whole(seen.heard)} heard by ${settings.subscribers} followers over ${whole(seen.breaks)} connections
- ${whole(seen.entries)} entries in the audit log: ${seen.chain.told.split('\n')[0]}
`;
}
