// The page of results.

import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

const whole = (number) => Math.round(number).toLocaleString('en-US');
const milliseconds = (number) => (number < 10 ? number.toFixed(1) : whole(number));
const times = (number) => (number < 10 ? number.toFixed(2) : number.toFixed(0));

/** The run whose rate is in the middle. */
const middle = (runs) => [...runs].sort((a, b) => a.rate - b.rate)[Math.floor(runs.length / 2)];

/**
 * @param runs query → title of system → its rounds
 * @param rowsOf query → rows of lists in an answer
 */
export function report({ queries, titles, peer, limit, runs, rowsOf, draw, settings }) {
  const of = (query, title) => middle(runs[query][title]);
  const ratio = (query, title, to = peer) => of(query, title).rate / of(query, to).rate;
  const ours = titles.filter((title) => title.startsWith('Qinxin'));
  const everyRun = Object.values(runs).flatMap((systems) => Object.values(systems).flat());
  const busy = everyRun.map(({ busyBefore }) => busyBefore * 100);

  return `# The four queries under load

Written by \`make bench\` (bench/graph). All systems on the same machine in the same run, loaded one
at a time in turn; on PostgreSQL they share one database. Bodies are drawn at random from 2,000;
every answer is 200, and a sample was found to hold the same rows in the same order everywhere.

- ${settings.when}, ${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, ${draw.server}; the load generator runs on the same cores
- ${Object.entries(draw.rows).map(([family, rows]) => `${whole(rows)} ${family}`).join(', ')}
- oha, ${settings.connections} connections, ${settings.rounds} rounds of ${settings.seconds} s each after ${settings.warmUp} s of warming up; the middle round is shown
- load average at the start ${settings.loadAverage}; busy with something else before a round: ${milliseconds(busy.reduce((a, b) => a + b, 0) / busy.length)} % of the machine on average, ${milliseconds(Math.max(...busy))} % at most

## Requests a second

| query | rows | ${titles.join(' | ')} |
|---|---:|${titles.map(() => '---:|').join('')}
${queries.map(({ name, title }) => `| ${title} | ${whole(rowsOf[name])} | ${titles.map((system) => whole(of(name, system).rate)).join(' | ')} |`).join('\n')}

## Times the rate of ${peer}

| query | aim | ${ours.join(' | ')} |
|---|---:|${ours.map(() => '---:|').join('')}
${queries.map(({ name, title, atLeast }) => `| ${title} | ${atLeast} | ${ours.map((system) => times(ratio(name, system))).join(' | ')} |`).join('\n')}
${titles.includes(limit) ? `
## Share of the rate at which the same bytes go out ready-made

| query | ${ours.join(' | ')} |
|---|${ours.map(() => '---:|').join('')}
${queries.map(({ name, title }) => `| ${title} | ${ours.map((system) => `${whole(100 * ratio(name, system, limit))} %`).join(' | ')} |`).join('\n')}
` : ''}
## Latency, p50 / p95 / p99 in ms

| query | ${titles.join(' | ')} |
|---|${titles.map(() => '---:|').join('')}
${queries.map(({ name, title }) => `| ${title} | ${titles.map((system) => latency(of(name, system))).join(' | ')} |`).join('\n')}

## Every round, requests a second

| query | system | ${Array.from({ length: settings.rounds }, (_, round) => round + 1).join(' | ')} |
|---|---|${'---:|'.repeat(settings.rounds)}
${queries.flatMap(({ name }) => titles.map((system) => `| ${name} | ${system} | ${runs[name][system].map(({ rate }) => whole(rate)).join(' | ')} |`)).join('\n')}
`;
}

function latency({ p50, p95, p99 }) {
  return [p50, p95, p99].map(milliseconds).join(' / ');
}

export function loadAverage() {
  return readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');
}
