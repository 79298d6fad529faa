// 压测 Many sessions, a mixed load, and a restart of PostgreSQL in the middle. Run by run.sh, which
// prepares database and data; ends with 0 if every rule was kept.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { everybody } from './accounts.mjs';
import { afterQuietRestart, auditChain, lostPasswords, lostSessions, lostTraces, untold } from './afterwards.mjs';
import { lastSequence, record } from './changes.mjs';
import { followers } from './followers.mjs';
import { Client } from './http.mjs';
import { Tally } from './judge.mjs';
import { load } from './load.mjs';
import { readCases, readFacts, sameFor } from './oracle.mjs';
import { report } from './report.mjs';
import { Mix } from './requests.mjs';
import { loadAverage, place, settings } from './settings.mjs';
import { cpu, restart, sql, startServer, weigh } from './systems.mjs';
import { figures, rules } from './verdict.mjs';

const note = (text) => console.log(`      ${text}`);
const machine = { when: new Date().toISOString().slice(0, 16).replace('T', ' '), loadBefore: loadAverage() };

const server = await startServer();
note(`http://127.0.0.1:${server.port}, log ${server.log}`);
const client = new Client(server.port);
const facts = await readFacts();
const cases = await readCases(client, facts);
note(`${Object.values(cases).flat().length} answers known`);
const began = performance.now();
const crowd = await everybody(client, facts, note);
note(`${settings.sessions} sessions in ${((performance.now() - began) / 1000).toFixed(0)} s`);
await sameFor(client, cases, [...crowd.people.slice(0, 8), crowd.audit]);

const ran = await underLoad();
const afterwards = await lookAfterwards(ran);
tell({ ...ran, afterwards });

async function underLoad() {
  const tally = new Tally();
  const position = await lastSequence();
  const mix = new Mix({ crowd, cases, facts });
  const all = followers({ address: client.address, crowd, facts, position, tally });
  let isOver = false;
  const following = all.map((follower) => follower.follow());
  const changing = record(facts, () => isOver);
  const scale = weigh(server.pid);
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  const before = { server: cpu(server.pid), own: cpu(process.pid), at: performance.now() };
  const startedAt = performance.now();
  let outage;
  const restarting = sleep(settings.minutes * 30_000).then(() => restart(settings.down, (known) => (outage = known)));
  const progress = setInterval(() => note(soFar(tally, startedAt)), 60_000);
  await load({ client, mix, tally, rate: settings.rate, seconds: settings.minutes * 60 });
  await restarting;
  const endedAt = performance.now();
  isOver = true;
  clearInterval(progress);
  scale.stop();
  lag.disable();
  await changing;
  weighMachine(before, lag);
  return { tally, mix, all, following, position, outage, weights: scale.samples, startedAt, endedAt };
}

function soFar({ answers }, startedAt) {
  const counts = {};
  for (const { outcome } of answers) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return `${((performance.now() - startedAt) / 1000).toFixed(0)} s ${JSON.stringify(counts)}`;
}

function weighMachine(before, lag) {
  const seconds = (performance.now() - before.at) / 1000;
  const [ofServer, own] = [cpu(server.pid), cpu(process.pid)];
  machine.serverCores = (ofServer.own - before.server.own) / seconds;
  machine.ownCores = (own.own - before.own.own) / seconds;
  machine.otherCores = (own.busy - before.own.busy) / seconds - machine.serverCores - machine.ownCores;
  machine.loadAfter = loadAverage();
  // The sampler itself sleeps for its resolution.
  machine.lag = Math.max(0, lag.percentile(99) / 1e6 - 5);
}

async function lookAfterwards({ mix, all, following, position }) {
  const { faults, changes } = await untold(all, position);
  const lost = { lostSessions: await lostSessions(client, crowd), lostPasswords: await lostPasswords(client, crowd) };
  all.forEach((follower) => follower.stop());
  await Promise.all(following);
  const quiet = await afterQuietRestart(client, crowd, cases);
  const traces = await lostTraces(mix.done);
  const chain = await auditChain();
  client.close();
  const status = server.isAlive() ? await server.stop() : 'gone';
  const [version] = await sql('SHOW server_version');
  machine.server = `PostgreSQL ${version.split(' ')[0]}`;
  const heard = all.reduce((sum, { heard }) => sum + heard, 0);
  const breaks = all.reduce((sum, { breaks }) => sum + breaks.length, 0);
  return { quiet, faults, changes, heard, breaks, ...lost, lostTraces: traces.lost, entries: traces.entries, chain, status };
}

function tell(all) {
  const seen = figures(all);
  const kept = rules(seen);
  mkdirSync(place.results, { recursive: true });
  writeFileSync(`${place.results}/soak.md`, report({ seen, kept, machine }));
  const details = {
    samples: Object.fromEntries(all.tally.samples), outage: all.outage, hangs: seen.hangs.slice(0, 50), faults: seen.faults, lostSessions: seen.lostSessions.slice(0, 20),
    lostPasswords: seen.lostPasswords, lostTraces: seen.lostTraces, chain: seen.chain,
    log: readFileSync(server.log, 'utf8').split('\n').filter((line) => /ERROR|WARN|panic/.test(line)).slice(0, 200),
    weights: all.weights.map(({ at, rss, anonymous }) => [Math.round((at - all.startedAt) / 1000), Math.round(rss), Math.round(anonymous)]),
  };
  writeFileSync(`${place.work}/details.json`, JSON.stringify(details, null, 1));
  for (const { demand, found, holds } of kept) note(`${holds ? 'ok   ' : 'FAIL '} ${demand}: ${found}`);
  process.exitCode = kept.every(({ holds }) => holds) ? 0 : 1;
}
