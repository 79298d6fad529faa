// One run of oha, and what else the machine was doing just before it.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Rate and latencies of POST bodies drawn at random from a file. Any answer but 200 throws. */
export async function load({ oha, url, bodies, seconds, connections }) {
  const busyBefore = await busyShare(500);
  const { metrics, statusCodeDistribution, errorDistribution } = JSON.parse(
    await output(oha, [
      '--no-tui', '--output-format', 'json', '--disable-compression', '-z', `${seconds}s`, '-c', String(connections),
      '-m', 'POST', '-T', 'application/json', '-Z', bodies, url,
    ]),
  );
  const statuses = Object.keys(statusCodeDistribution);
  const errors = Object.keys(errorDistribution).filter((error) => !error.includes('deadline'));
  if (statuses.join() !== '200' || errors.length > 0) {
    throw new Error(`${url}: ${JSON.stringify({ statusCodeDistribution, errorDistribution })}`);
  }
  const { p50, p95, p99 } = metrics.latency_ms;
  return { rate: metrics.requests_per_sec, p50, p95, p99, busyBefore };
}

function output(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.once('error', reject);
    child.once('close', (status) => (status === 0 ? resolve(text) : reject(new Error(`${command} ended with ${status}`))));
  });
}

/** The share of all cores that was busy while nothing of ours was asked anything. */
async function busyShare(milliseconds) {
  const read = () => {
    const [, ...times] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/).map(Number);
    return { idle: times[3] + times[4], all: times.reduce((sum, time) => sum + time, 0) };
  };
  const before = read();
  await sleep(milliseconds);
  const after = read();
  return 1 - (after.idle - before.idle) / Math.max(1, after.all - before.all);
}
