// Starts and stops the systems under load, each on a free loopback port.

import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { post } from './requests.mjs';

const READY_WITHIN_SECONDS = 300;

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Starts `command`, waits until it answers a query, and returns how to stop it. */
export async function start({ title, words, command, args, env = {}, port, log, cwd }) {
  const output = openSync(log, 'w');
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', output, output] });
  const url = `http://127.0.0.1:${port}/graphql`;
  let spawnError;
  child.once('error', (error) => (spawnError = error));
  const deadline = Date.now() + READY_WITHIN_SECONDS * 1000;
  while (Date.now() < deadline) {
    if (spawnError || child.exitCode !== null) throw new Error(`${title} ended: ${spawnError?.message ?? child.exitCode}, see ${log}`);
    const answer = await post(url, '{"query":"{ __typename }"}').catch(() => '');
    if (answer) return { title, words, url, stop: () => stop(child) };
    await sleep(100);
  }
  await stop(child);
  throw new Error(`${title} was not ready within ${READY_WITHIN_SECONDS} s, see ${log}`);
}

async function stop(child) {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(forced);
}
