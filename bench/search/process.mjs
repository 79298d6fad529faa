// 进程 Starts what is measured, each on a free loopback port, and weighs what it leaves on the disk.

import { execFile, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import http from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const READY_WITHIN_SECONDS = 300;

export const run = promisify(execFile);

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Starts a server and waits until `isReady`; it ends with this process at the latest. */
export async function start(command, args, log, isReady, everyMs = 100) {
  const output = openSync(log, 'w');
  const child = spawn(command, args, { stdio: ['ignore', output, output] });
  process.once('exit', () => child.kill('SIGKILL'));
  const deadline = Date.now() + READY_WITHIN_SECONDS * 1000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}, see ${log}`);
    if (await isReady().catch(() => false)) return { pid: child.pid, stop: () => stop(child) };
    await sleep(everyMs);
  }
  await stop(child);
  throw new Error(`${command} was not ready within ${READY_WITHIN_SECONDS} s, see ${log}`);
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await ended;
  clearTimeout(forced);
}

/** A client that keeps its connections; its requests give the text of the answer. */
export function httpClient(port) {
  const agent = new http.Agent({ keepAlive: true });
  const ask = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const request = http.request({ host: '127.0.0.1', port, method, path, agent, headers: { ...headers, ...length } }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
      });
      request.once('error', reject);
      request.end(body);
    });
  return { ask, close: () => agent.destroy() };
}

/** Milliseconds of processor time that a process has had. */
export function processorTime(pid) {
  const ticks = 100;
  const own = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(own[11]) + Number(own[12])) * 1000) / ticks;
}

/** 内存 Bytes that a process holds: of its own, of mapped files that the machine may drop at any time, and the most of both. */
export function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) * 1024;
  return { own: of('RssAnon'), mapped: of('RssFile') + of('RssShmem'), most: of('VmHWM') };
}

/** Runs a command to its end; what it printed, its seconds, and the most memory that it held of its own. */
export async function watched(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const started = performance.now();
  let own = 0;
  const look = setInterval(() => {
    try {
      own = Math.max(own, memory(child.pid).own || 0);
    } catch {
      // It has ended.
    }
  }, 200);
  let stdout = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  const [code] = await new Promise((resolve) => child.once('close', (...ended) => resolve(ended)));
  clearInterval(look);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  return { stdout, seconds: (performance.now() - started) / 1000, own };
}

/** 冷文件 Has the machine forget what it keeps of these files, so that they are read from the disk again. */
export async function forget(path) {
  const status = await lstat(path);
  if (status.isDirectory()) await Promise.all((await readdir(path)).map((name) => forget(`${path}/${name}`)));
  else await run('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none']);
}

/** Bytes of a file or of all files of a folder, of those whose names end like this. */
export async function bytes(path, ending = '') {
  const status = await lstat(path);
  if (!status.isDirectory()) return path.endsWith(ending) ? status.size : 0;
  const sizes = await Promise.all((await readdir(path)).map((name) => bytes(`${path}/${name}`, ending)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Seconds that something took. */
export async function timed(act) {
  const started = performance.now();
  await act();
  return (performance.now() - started) / 1000;
}
