// 测量 Everything at one size: Qinxin on both logs and the peers on the held-out one, in one run, one
// system after the other. Run by run.sh, which prepares everything and names it in the environment; writes
// `result.json` beside the records, from which report.mjs makes the page. Peers that are not asked for stay
// there as they were last measured.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

import { Anatomy } from './anatomy.mjs';
import { Groonga } from './groonga.mjs';
import { readInitials } from './initials.mjs';
import { judge, prepare, summary } from './judge.mjs';
import { drawLog } from './log.mjs';
import { CLIENTS } from './peers.mjs';
import { Postgres } from './postgres.mjs';
import { Qinxin } from './qinxin.mjs';
import { readRecords } from './records.mjs';
import { Relevance } from './relevance.mjs';
import { Sqlite } from './sqlite.mjs';
import { alone, byKind, crowd, hitsOf, percentiles } from './workload.mjs';

const { BINARY, DATA, WORK, PEERS, DEV_SEED, HELD_OUT_SEED, QUERIES, EACH } = process.env;
const PEER_SYSTEMS = { postgres: Postgres, sqlite: Sqlite, groonga: Groonga };
const NOTHING = 2000;
/** Most characters of a beginning. */
const TYPED = 12;
const RESULT = `${WORK}/result.json`;

const note = (text) => console.log(`      ${text}`);
const loadAverage = () => readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');

const records = await readRecords(WORK);
const anatomy = new Anatomy(records);
const initials = await readInitials(records, anatomy);
const relevance = new Relevance(records, initials);
const drawn = (seed) => prepare(drawLog(seed, Number(QUERIES), records, anatomy), relevance);
const logs = { development: drawn(DEV_SEED), heldOut: drawn(HELD_OUT_SEED) };
note('logs drawn and scanned');

const result = {
  cores: cpus().length, cpu: cpus()[0].model.trim(),
  enterprises: records.enterprises.count, penalties: records.penalties.count, queries: Number(QUERIES),
  seeds: { development: DEV_SEED, heldOut: HELD_OUT_SEED }, relevant: spread(logs.heldOut), systems: [],
};
result.systems.push(await onSystem(new Qinxin({ binary: BINARY, data: DATA, work: WORK }), logs));
for (const peer of PEERS.split(' ').filter(Boolean)) {
  result.systems.push(await onSystem(new PEER_SYSTEMS[peer]({ work: WORK, records, initials }), { heldOut: logs.heldOut }));
}
const again = new Set(result.systems.map(({ name }) => name));
result.systems.push(...earlier().filter(({ name }) => !again.has(name)));
writeFileSync(RESULT, JSON.stringify(result, null, 1));

function earlier() {
  return existsSync(RESULT) ? JSON.parse(readFileSync(RESULT, 'utf8')).systems : [];
}

/** Index, hits, one client, many clients; the speed is that of the held-out log. */
async function onSystem(system, asked) {
  try {
    const { seconds, bytes, ...told } = await system.load();
    const scores = {};
    let answers;
    let cpu;
    for (const [log, queries] of Object.entries(asked)) {
      const before = system.processorTime?.();
      answers = await hitsOf(system, queries);
      cpu = (system.processorTime?.() - before) / queries.length;
      scores[log] = summary(answers.map(({ query, ids }) => judge(query, ids, relevance)));
    }
    const nothing = system.askNothing && (await hitsOf({ ask: () => system.askNothing() }, Array(NOTHING).fill({})));
    const one = () => alone(system, asked.heldOut, answers, Number(EACH));
    const { result: measured, inside } = system.inside ? await system.inside(one) : { result: await one() };
    const typing = await system.typing?.(beginnings(asked.heldOut));
    const rate = await crowd(system, asked.heldOut, CLIENTS, Number(EACH));
    const { mrr, recall } = scores.heldOut.all;
    const latency = percentiles(measured);
    note(`${system.name.padEnd(20)} MRR ${mrr.toFixed(3)}  recall ${recall.toFixed(3)}  p50 ${latency.p50.toFixed(1)}  p99 ${latency.p99.toFixed(1)} ms  ${rate.toFixed(0)}/s`);
    return {
      name: system.name, version: system.version, seconds, bytes, ...told, inside, typing, memory: system.memory?.(), scores, latency, byKind: byKind(measured), rate, cpu,
      nothing: nothing && percentiles(nothing), loadAverage: loadAverage(), when: new Date().toISOString().slice(0, 16),
    };
  } finally {
    await system.close();
  }
}

/** 联想 What is in the box while names, initials and codes of a log are typed. */
function beginnings(queries) {
  const typed = queries.filter(({ kind }) => ['full name', 'partial name', 'initials', 'code'].includes(kind));
  return typed.flatMap(({ text }) => Array.from({ length: Math.min(text.length, TYPED) }, (_, at) => text.slice(0, at + 1)));
}

/** How many records are relevant to a query, by kind: the middle one and the most. */
function spread(queries) {
  const kinds = {};
  for (const { kind, relevant } of queries) (kinds[kind] ??= []).push(relevant);
  return Object.entries(kinds).map(([kind, counts]) => {
    const sorted = counts.sort((a, b) => a - b);
    return { kind, median: sorted[Math.floor(sorted.length / 2)], most: sorted.at(-1) };
  });
}
