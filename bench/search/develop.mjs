// 开发 Only Qinxin: the scores of one log by kind, and with --misses what it got wrong.
//
//   node bench/search/develop.mjs BINARY DATA_DIR RECORDS_FOLDER SEED COUNT [--misses] [--kind KIND] [--filtered]
//
// --filtered asks only for the family that a query is about: what is then found was only crowded out.

import { Anatomy } from './anatomy.mjs';
import { readInitials } from './initials.mjs';
import { judge, prepare, summary } from './judge.mjs';
import { drawLog } from './log.mjs';
import { Qinxin } from './qinxin.mjs';
import { ENTERPRISE, readRecords } from './records.mjs';
import { Relevance } from './relevance.mjs';
import { alone, byKind, hitsOf, percentiles } from './workload.mjs';

const [binary, data, folder, seed, count, ...options] = process.argv.slice(2);
const only = options.includes('--kind') ? options[options.indexOf('--kind') + 1] : undefined;
const SECONDS = 10;

const records = await readRecords(folder);
const anatomy = new Anatomy(records);
const relevance = new Relevance(records, await readInitials(records, anatomy));
const drawn = drawLog(seed, Number(count), records, anatomy).filter(({ kind }) => !only || kind === only);
const queries = prepare(drawn, relevance);
const qinxin = new Qinxin({ binary, data, work: folder, isFiltered: options.includes('--filtered') });
try {
  const { bytes } = await qinxin.load();
  const before = qinxin.processorTime();
  const answers = await hitsOf(qinxin, queries);
  const cpu = (qinxin.processorTime() - before) / queries.length;
  const judged = answers.map(({ query, ids }) => judge(query, ids, relevance));
  table(summary(judged), await alone(qinxin, queries, answers, SECONDS));
  console.log(`${cpu.toFixed(2)} ms of one core an answer, index ${Math.round(bytes / 2 ** 20)} MiB`);
  if (options.includes('--misses')) for (const miss of judged.filter(({ reciprocal, recall }) => reciprocal < 1 || recall < 1)) await tell(miss);
} finally {
  await qinxin.close();
}

function table({ all, byKind: kinds, fair }, measured) {
  const times = Object.fromEntries(byKind(measured).map((times) => [times.kind, times]));
  const line = (name, { queries, mrr, recall }, { p50, p99 }) =>
    console.log(`${name.padEnd(20)} ${String(queries).padStart(4)}   ${mrr.toFixed(3)}  ${recall.toFixed(3)}   ${p50.toFixed(1).padStart(6)} ${p99.toFixed(1).padStart(6)}`);
  console.log(`${'kind'.padEnd(20)} queries  MRR  recall   p50 ms p99 ms`);
  for (const kind of kinds) line(kind.kind, kind, times[kind.kind]);
  line('all', all, percentiles(measured));
  if (!Number.isNaN(fair.mrr)) console.log(`typo, any name one edit away: MRR ${fair.mrr.toFixed(3)}, recall ${fair.recall.toFixed(3)}`);
}

/** A query that was not answered as well as can be: what was expected and what came. */
async function tell({ query, ids, reciprocal, recall }) {
  const { total, hits } = await qinxin.explain(query);
  const { enterprises, penalties } = records;
  const name = (at) =>
    query.family === ENTERPRISE
      ? `${enterprises.name[at]} ${enterprises.person[at]} ${enterprises.uscc[at]} ${records.places.full(enterprises.region[at])}`
      : `${penalties.number[at]} ${penalties.violation[at]} ${penalties.basis[at]} ${enterprises.name[penalties.enterprise[at]]}`;
  const source = relevance.at(query.family, query.source);
  console.log(`\n${query.kind}${query.variant ? `, ${query.variant}` : ''}: ${query.text}    RR ${reciprocal.toFixed(2)} recall ${recall.toFixed(2)}, ${ids.length} hits of ${total}`);
  console.log(`  wanted 1 of ${query.relevant}: ${name(source)}`);
  for (const hit of hits) console.log(`  got ${hit}`);
}
