// 报告 The page of results, from every size that was measured.
//
//   node bench/search/report.mjs PAGE RESULT.json...

import { readFileSync, writeFileSync } from 'node:fs';

function report(results) {
  return `# Search

Written by \`bench/search/run.sh\`. Logs of queries of eleven kinds, drawn from the data itself by seed;
relevance by full scan over all records, as bench/search/relevance.mjs tells; every system searches both
families at once and is told nothing but the text. Time is taken at the client, over loopback on the same
cores, and is more than what passes inside the server: a request that searches nothing shows by how much.

The peers are given initials ready-made, and neither addresses nor business scopes, which Qinxin indexes
as well. How each is asked is in bench/search/postgres.mjs, sqlite.py and groonga.mjs.

${results.map(ofSize).join('\n')}
${results.length > 1 ? growth(results) : ''}`;
}

const whole = (number) => Math.round(number).toLocaleString('en-US');
const points = (number) => number.toFixed(3);
const milliseconds = (number) => (number < 10 ? number.toFixed(1) : whole(number));
const mebibytes = (bytes) => whole(bytes / 2 ** 20);
const pair = ({ p50, p99 }) => `${milliseconds(p50)} / ${milliseconds(p99)}`;
const scored = ({ mrr, recall }) => `${points(mrr)} / ${points(recall)}`;
const row = (...cells) => `| ${cells.join(' | ')} |`;
const head = (first, ...rest) => `${row(first, ...rest)}\n|---|${rest.map(() => '---:|').join('')}`;

function ofSize(result) {
  const { systems, relevant } = result;
  const [qinxin] = systems;
  const kinds = qinxin.scores.heldOut.byKind.map(({ kind }) => kind);
  const of = (list, kind) => list.find((one) => one.kind === kind);
  const names = systems.map(({ name, version }) => `${name} ${version}`);
  const weakest = ({ byKind }) => byKind.reduce((least, one) => (one.mrr < least.mrr ? one : least));
  return `## ${whole(result.enterprises)} enterprises, ${whole(result.penalties)} penalties

- ${result.cores} cores (${result.cpu})
- measured at (load average of the machine): ${systems.map(({ name, when, loadAverage }) => `${name} ${when} (${loadAverage})`).join(', ')}
- ${result.queries} queries a log; development log: seed ${result.seeds.development}, held-out log: seed ${result.seeds.heldOut}
- a request to Qinxin that searches nothing takes ${pair(qinxin.nothing)} ms (p50 / p99); an answer costs its process
  ${milliseconds(qinxin.cpu)} ms of one core, which depends less on what else runs on the machine
${qinxin.inside ? operation(qinxin, result) : ''}
${head('held-out log', 'MRR@10', 'recall@10', 'p50 / p99 ms', 'answers a second, 8 clients', 'weakest kind', 'index MiB', 'built in s')}
${systems.map((system, at) => {
  const { all } = system.scores.heldOut;
  const least = weakest(system.scores.heldOut);
  return row(names[at], points(all.mrr), points(all.recall), pair(system.latency), whole(system.rate), `${least.kind} ${least.mrr.toFixed(2)}`, mebibytes(system.bytes), whole(system.seconds));
}).join('\n')}

MRR@10 / recall@10 by kind, the peers on the held-out log:

${head('kind', 'relevant records, median (most)', 'Qinxin, development', ...systems.map(({ name }) => name))}
${kinds.map((kind) => {
  const { median, most } = of(relevant, kind);
  return row(kind, `${whole(median)} (${whole(most)})`, scored(of(qinxin.scores.development.byKind, kind)), ...systems.map(({ scores }) => scored(of(scores.heldOut.byKind, kind))));
}).join('\n')}
${row('all', '', scored(qinxin.scores.development.all), ...systems.map(({ scores }) => scored(scores.heldOut.all)))}
${row('typo, every name one edit away counted', '', scored(qinxin.scores.development.fair), ...systems.map(({ scores }) => scored(scores.heldOut.fair)))}

p50 / p99 in ms by kind, one client:

${head('kind', ...systems.map(({ name }) => name))}
${kinds.map((kind) => row(kind, ...systems.map(({ byKind }) => pair(of(byKind, kind))))).join('\n')}
`;
}

/** What it takes to run Qinxin at one size. */
function operation({ inside, typing, documents, seconds, buildMemory, buildLoad, starts, memory, bytes, stored }, { enterprises }) {
  const start = ({ ready, answered }) => `${ready.toFixed(2)} s, its first answer after ${answered.toFixed(2)} s`;
  const suggested = typing ? `; ten suggestions while something is typed: ${pair(typing)} ms (${whole(typing.beginnings)} beginnings)` : '';
  return `- inside the server, from the request to the answer in hand, one client: ${pair(inside)} ms (p50 / p99)${suggested}
- index: ${whole(documents)} records built in ${whole(seconds)} s, ${whole(documents / seconds)} a second${buildLoad ? ` (load average ${buildLoad})` : ''}, with ${mebibytes(buildMemory)} MiB of memory;
  ${whole(bytes / enterprises)} bytes an enterprise with all its records, ${whole(stored / enterprises)} of them the texts that are shown
- start with the files of the index on the disk alone: ready after ${start(starts.cold)}; with them at hand: ${start(starts.warm)}
- memory of its own ${mebibytes(starts.warm.memory.own)} MiB after the first answer, ${mebibytes(memory.own)} MiB after all measurements, beside
  ${mebibytes(memory.mapped)} MiB of mapped files that the machine may take back at any time
`;
}

/** Qinxin at every size, and how each figure grows while the records grow tenfold. */
function growth(results) {
  const line = ({ enterprises, penalties, systems: [qinxin] }) => ({
    records: enterprises + penalties, p50: qinxin.latency.p50, p99: qinxin.latency.p99, rate: qinxin.rate, bytes: qinxin.bytes, seconds: qinxin.seconds,
    enterprises, penalties, scores: qinxin.scores.heldOut.all,
    inside: qinxin.inside, documents: qinxin.documents, starts: qinxin.starts, memory: qinxin.memory,
  });
  const lines = results.map(line);
  const [first, last] = [lines[0], lines.at(-1)];
  const tenfold = (of) => ((last[of] / first[of]) ** (1 / Math.log10(last.records / first.records))).toFixed(1);
  return `## What grows with what

${head('Qinxin', 'MRR@10 / recall@10', 'p50 / p99 ms', 'inside, ms', 'answers a second', 'index MiB', 'bytes an enterprise', 'built, records a second', 'start, cold / warm, s', 'own memory MiB')}
${lines.map((one) => row(`${whole(one.enterprises)} + ${whole(one.penalties)}`, scored(one.scores), pair(one), one.inside ? pair(one.inside) : '', whole(one.rate), mebibytes(one.bytes), whole(one.bytes / one.enterprises), one.documents ? whole(one.documents / one.seconds) : '', one.starts ? `${one.starts.cold.ready.toFixed(2)} / ${one.starts.warm.ready.toFixed(2)}` : '', one.memory ? mebibytes(one.memory.own) : '')).join('\n')}

For ten times the records, p50 is ${tenfold('p50')} times, p99 ${tenfold('p99')} times, the rate ${tenfold('rate')} times, the index
${tenfold('bytes')} times and the time to build it ${tenfold('seconds')} times as much.
`;
}

const [page, ...files] = process.argv.slice(2);
const results = files.map((file) => JSON.parse(readFileSync(file, 'utf8'))).sort((a, b) => a.enterprises - b.enterprises);
writeFileSync(page, report(results));
