// Starts `qinxin demo` on a free port and runs the suites against it, one after the other.
//
//   node run.mjs --data-dir DIR [--database-url URL] [--browser]
//
// QINXIN_TEST_BIN names the binary (default: the debug build). The last line counts all suites.

import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { binary, root, target } from './graph.mjs';

const READY_WITHIN_SECONDS = 300;
const STOPPED_WITHIN_SECONDS = 15;
const SUITES = ['http.mjs', 'gateway.mjs', 'differential.mjs', 'clients.mjs'];
/** Suites of the schema alone, or with servers of their own: the database of this one says nothing about them. */
const ALONE = ['schema-lint.mjs', 'compose.mjs', 'products.mjs', 'hardening.mjs', 'oidc.mjs'];

const { values: options } = parseArgs({
  options: { 'data-dir': { type: 'string' }, 'database-url': { type: 'string' }, browser: { type: 'boolean' } },
});
const url = `http://127.0.0.1:${await freePort()}`;

const server = startServer();
const counts = { ok: 0, FAIL: 0 };
try {
  await ready();
  for (const suite of options['database-url'] ? SUITES : [...SUITES, ...ALONE]) await run(fileURLToPath(new URL(suite, import.meta.url)));
  if (options.browser) await run(`${root}console/test/browser.mjs`);
} catch (error) {
  counts.FAIL += 1;
  console.log(`FAIL  ${error.message}`);
}
await stopped();
console.log(`outside: ${counts.ok} passed, ${counts.FAIL} failed`);
process.exitCode = counts.FAIL === 0 ? 0 : 1;

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function startServer() {
  const database = options['database-url'] ? ['--database-url', options['database-url']] : [];
  const args = ['demo', '--data-dir', options['data-dir'], '--listen', new URL(url).host, ...database];
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  mkdirSync(`${target}/test-logs`, { recursive: true });
  const log = createWriteStream(`${target}/test-logs/server-${database.length ? 'postgres' : 'sqlite'}.txt`);
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  child.once('error', (error) => console.log(`FAIL  ${error.message}`));
  return child;
}

/** The demo makes its data first, so that this takes a while. */
async function ready() {
  const deadline = Date.now() + READY_WITHIN_SECONDS * 1000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error(`the server was not ready within ${READY_WITHIN_SECONDS} s`);
}

/** A server that is asked to end does so, by itself and with 0. */
async function stopped() {
  if (server.exitCode !== null || server.pid === undefined) return;
  const exit = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  const forced = setTimeout(() => server.kill('SIGKILL'), STOPPED_WITHIN_SECONDS * 1000);
  const status = await exit;
  clearTimeout(forced);
  counts[status === 0 ? 'ok' : 'FAIL'] += 1;
  console.log(`${status === 0 ? 'ok   ' : 'FAIL '} server: ends when asked to, with ${status ?? 'force'}`);
}

/** Shows a suite's lines and counts them; a suite that breaks off is a failure too. */
async function run(script) {
  console.log(`\n== ${script.slice(root.length)}`);
  const env = { ...process.env, QINXIN_TEST_URL: url, QINXIN_TEST_DATABASE: options['database-url'] ?? '', QINXIN_TEST_FOLDER: options['database-url'] ? '' : options['data-dir'] };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let failures = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    if (/^ok\s/.test(line)) counts.ok += 1;
    if (/^FAIL\s/.test(line)) failures += 1;
  }
  const status = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  if (status !== 0 && failures === 0) {
    failures = 1;
    console.log(`FAIL  ${script.slice(root.length)} ended with ${status}`);
  }
  counts.FAIL += failures;
}
