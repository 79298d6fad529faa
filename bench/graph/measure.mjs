// Puts Qinxin on PostgreSQL, Qinxin on SQLite and PostGraphile under the same load and writes the
// page of results. Run by run.sh, which prepares everything and names it in the environment.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

import { load } from './load.mjs';
import { loadAverage, report } from './report.mjs';
import { bodies, post, QUERIES, sameAnswers } from './requests.mjs';
import { freePort, start } from './systems.mjs';

const { OHA, BINARY, LIMIT, POSTGRES_URL, POSTGRES_DATA, SQLITE_DATA, NODE22, POSTGRAPHILE, WORK, RESULTS } = process.env;
const settings = {
  seconds: Number(process.env.DURATION),
  rounds: Number(process.env.ROUNDS),
  connections: Number(process.env.CONNECTIONS),
  warmUp: Number(process.env.WARM_UP),
  loadAverage: loadAverage(),
  when: new Date().toISOString().slice(0, 10),
};
const PEER = 'PostGraphile';
const LIMIT_TITLE = 'axum, ready-made bytes';

const draw = JSON.parse(readFileSync(`${WORK}/draw.json`, 'utf8'));
const servers = [];
try {
  await measure();
} finally {
  for (const { stop } of servers) await stop();
}

async function measure() {
  const ports = [await freePort(), await freePort(), await freePort()];
  const qinxin = (title, port, ...where) => ({
    title, words: 'qinxin', command: BINARY, port, log: `${WORK}/${title.replaceAll(/\W+/g, '-')}.log`,
    args: ['serve', '--mode', 'production', '--listen', `127.0.0.1:${port}`, ...where],
  });
  const postgraphile = {
    title: PEER, words: 'postgraphile', command: NODE22, port: ports[2], log: `${WORK}/postgraphile.log`, cwd: POSTGRAPHILE,
    args: ['node_modules/postgraphile/dist/cli-run.js'],
    env: { DATABASE_URL: POSTGRES_URL, PORT: String(ports[2]), NODE_ENV: 'production', GRAPHILE_ENV: 'production' },
  };
  const commands = [
    qinxin('Qinxin, PostgreSQL', ports[0], '--data-dir', POSTGRES_DATA, '--database-url', POSTGRES_URL),
    ...(SQLITE_DATA ? [qinxin('Qinxin, SQLite', ports[1], '--data-dir', SQLITE_DATA)] : []),
    postgraphile,
  ];
  for (const command of commands) {
    const server = await start(command);
    server.bodies = Object.fromEntries(QUERIES.map(({ name }) => [name, bodies(server.words, name, draw, WORK)]));
    servers.push(server);
    console.log(`      ${server.title} ${server.url}`);
  }

  const rowsOf = {};
  for (const { name } of QUERIES) rowsOf[name] = await sameAnswers(servers, name);
  console.log('      the same rows everywhere');

  const runs = await rounds();
  const titles = [...servers.map(({ title }) => title), ...(existsSync(LIMIT) ? [LIMIT_TITLE] : [])];
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(`${RESULTS}/graph.md`, report({ queries: QUERIES, titles, peer: PEER, limit: LIMIT_TITLE, runs, rowsOf, draw, settings }));
}

/** Round after round: each query on each system in turn, so that no system has the quieter hour. */
async function rounds() {
  const runs = Object.fromEntries(QUERIES.map(({ name }) => [name, {}]));
  for (const { name } of QUERIES) {
    for (const server of servers) await onServer(server, name, settings.warmUp);
  }
  for (let round = 1; round <= settings.rounds; round += 1) {
    for (const { name } of QUERIES) {
      const measured = [];
      for (const server of servers) measured.push([server.title, await onServer(server, name, settings.seconds)]);
      if (existsSync(LIMIT)) measured.push([LIMIT_TITLE, await onLimit(name)]);
      for (const [title, run] of measured) {
        (runs[name][title] ??= []).push(run);
        console.log(`      round ${round}  ${name.padEnd(16)} ${title.padEnd(24)} ${run.rate.toFixed(0).padStart(8)}/s  p99 ${run.p99.toFixed(1)} ms`);
      }
    }
  }
  return runs;
}

function onServer({ url, bodies }, name, seconds) {
  return load({ oha: OHA, url, bodies: bodies[name].file, seconds, connections: settings.connections });
}

/** The bytes of one answer, served without making them: what HTTP itself costs here. */
async function onLimit(name) {
  const [first] = servers;
  const bytes = `${WORK}/limit-${name}.json`;
  writeFileSync(bytes, await post(first.url, first.bodies[name].lines[0]));
  const port = await freePort();
  const limit = await start({ title: LIMIT_TITLE, command: LIMIT, args: [`127.0.0.1:${port}`, bytes], port, log: `${WORK}/limit.log` });
  try {
    return await onServer({ ...limit, bodies: first.bodies }, name, settings.seconds);
  } finally {
    await limit.stop();
  }
}
