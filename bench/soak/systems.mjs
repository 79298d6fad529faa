// The server and the database: started, stopped, asked, and weighed.

import { execFile, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { place } from './settings.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const READY_WITHIN_SECONDS = 120;
/** An answer of the database may hold all that was recorded. */
const OUTPUT_BYTES = 512 * 2 ** 20;

/** The lines that PostgreSQL answers. */
export async function sql(...statements) {
  const commands = statements.flatMap((statement) => ['-c', statement]);
  const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...commands, place.url];
  const { stdout } = await run('psql', args, { maxBuffer: OUTPUT_BYTES });
  return stdout.split('\n').filter(Boolean);
}

/** The rows of a query as objects. */
export async function rows(query) {
  const lines = await sql(`SELECT COALESCE(json_agg(row), '[]') FROM (${query}) AS row`);
  return JSON.parse(lines.join(' '));
}

/** 重启 Stops PostgreSQL fast, leaves it down, and starts it at the same port. */
export async function restart(downSeconds, told) {
  const port = new URL(place.url).port;
  const script = (act) =>
    run(`${root}scripts/postgres.sh`, [act, place.postgres, 'bench'], { env: { ...process.env, QINXIN_TEST_POSTGRES_PORT: port } });
  const stopAt = performance.now();
  told({ stopAt });
  await script('stop');
  const downAt = performance.now();
  await sleep(downSeconds * 1000);
  await script('start');
  const outage = { stopAt, downAt, acceptsAt: performance.now() };
  told(outage);
  return outage;
}

/** A command of the product on the same data. */
export async function qinxin(...args) {
  const { stdout } = await run(place.binary, [...args, '--data-dir', `${place.work}/data`, '--database-url', place.url]);
  return stdout;
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** 服务 Starts the server in production mode and waits until it is ready. */
export async function startServer() {
  const port = await freePort();
  const log = `${place.work}/server.log`;
  const output = openSync(log, 'w');
  const where = ['--data-dir', `${place.work}/data`, '--database-url', place.url];
  const args = ['serve', '--mode', 'production', '--listen', `127.0.0.1:${port}`, ...where];
  const child = spawn(place.binary, args, { stdio: ['ignore', output, output] });
  process.once('exit', () => child.kill('SIGKILL'));
  const deadline = Date.now() + READY_WITHIN_SECONDS * 1000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}, see ${log}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return { port, log, pid: child.pid, isAlive: () => child.exitCode === null, stop: () => stop(child) };
    await sleep(100);
  }
  await stop(child);
  throw new Error(`the server was not ready within ${READY_WITHIN_SECONDS} s, see ${log}`);
}

/** Asks the server to end; its exit status. */
async function stop(child) {
  if (child.exitCode !== null) return child.exitCode;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), 40_000);
  const status = await ended;
  clearTimeout(forced);
  return status ?? 'force';
}

/** 内存 Memory of a process each second, in MiB, until it is stopped. */
export function weigh(pid) {
  const samples = [];
  const timer = setInterval(() => {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)[1]) / 1024;
    samples.push({ at: performance.now(), rss: of('VmRSS'), anonymous: of('RssAnon'), file: of('RssFile'), most: of('VmHWM') });
  }, 1000);
  return { samples, stop: () => clearInterval(timer) };
}

/** Seconds that all cores together were busy, and those that a process was. */
export function cpu(pid) {
  const ticks = 100;
  const [, ...times] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/).map(Number);
  const busy = times.reduce((sum, time) => sum + time, 0) - times[3] - times[4];
  const own = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return { busy: busy / ticks, own: (Number(own[11]) + Number(own[12])) / ticks };
}
