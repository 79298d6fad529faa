// Servers of our own for the suite of sign-in: each with a data folder, or a PostgreSQL database, that goes when
// the suite ends.

import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { binary, target } from '../graph.mjs';
import { Browser } from './browser.mjs';

const READY_WITHIN_SECONDS = 60;
/** Where a database of the suite may be made; empty for SQLite. */
const DATABASES = process.env.QINXIN_TEST_DATABASE ?? '';

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** 场地 A data folder and, on PostgreSQL, a database. */
export class Place {
  constructor() {
    this.folder = mkdtempSync(`${tmpdir()}/qinxin-oidc-`);
    if (!DATABASES) return;
    const name = `oidc_${process.pid}_${Date.now().toString(36)}`;
    psql(`CREATE DATABASE ${name}`);
    this.database = { name, url: `${DATABASES.slice(0, DATABASES.lastIndexOf('/'))}/${name}` };
  }

  arguments(args, folder = this.folder) {
    const database = this.database ? ['--database-url', this.database.url] : [];
    return [...args, '--data-dir', folder, ...database];
  }

  /** What a command says. */
  run(...args) {
    return execFileSync(binary, this.arguments(args), { encoding: 'utf8', env: plain(), stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Makes an account at the machine; gives its first password. */
  account(login, role, region = '610000') {
    const told = this.run('account', 'create', '--login', login, '--name', login, '--role', role, '--region', region);
    return /初始口令 (\S+)/.exec(told)[1];
  }

  remove() {
    if (this.database) psql(`DROP DATABASE ${this.database.name} WITH (FORCE)`);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function psql(statement) {
  execFileSync('psql', ['--quiet', '--command', statement, DATABASES]);
}

function plain() {
  const settings = Object.entries(process.env).filter(([name]) => !name.startsWith('QINXIN_'));
  return Object.fromEntries(settings);
}

/** Serves a place with these lines of configuration; `stop` gives the exit status. */
export async function serve(place, port, lines, folder = place.folder) {
  const file = `${folder}/oidc-${port}.toml`;
  writeFileSync(file, lines.join('\n'));
  const args = place.arguments(['serve', '--listen', `127.0.0.1:${port}`, '--config', file], folder);
  const child = spawn(binary, args, { env: plain(), stdio: ['ignore', 'pipe', 'pipe'] });
  mkdirSync(`${target}/test-logs`, { recursive: true });
  const log = createWriteStream(`${target}/test-logs/server-oidc-${place.database ? 'postgres' : 'sqlite'}.txt`, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  // A suite that breaks off leaves nothing running.
  process.once('exit', () => child.kill());
  const exit = once(child, 'exit');
  const base = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill('SIGTERM');
    return (await exit)[0];
  };
  const deadline = Date.now() + READY_WITHIN_SECONDS * 1000;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`${base}/readyz`).catch(() => undefined);
    if (answer?.ok) return { base, stop };
    await sleep(50);
  }
  throw new Error(`the server of the suite was not ready: ${log.path}`);
}

/** A provider's lines of configuration. */
export function provider(settings) {
  return ['', '[[identity_providers]]', ...Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)];
}

const SIGN_IN = `mutation($login: String!, $password: String!) {
  signIn(input: { login: $login, password: $password }) { secondFactor userErrors { code } }
}`;
const VERIFY = 'mutation($code: String!) { verifySecondFactor(input: { code: $code }) { secondFactor userErrors { code } } }';

const CHANGE = 'mutation ($old: String!, $new: String!) { changePassword(input: { oldPassword: $old, newPassword: $new }) { changed userErrors { message } } }';

/** Signs a browser in with a password and, for an office, a new authenticator app; gives the app's secret. */
export async function signInLocally(browser, base, login, password) {
  const { signIn } = await browser.ask(base, SIGN_IN, { login, password });
  let secret;
  if (signIn.secondFactor === 'TO_BE_BOUND') {
    ({ secret } = (await browser.ask(base, 'mutation { bindSecondFactor { secret } }')).bindSecondFactor);
    await showSecondFactor(browser, base, secret);
  }
  // A first password gives no right but to change it.
  await browser.ask(base, CHANGE, { old: password, new: 'Weihe-pingyuan-7294' });
  return secret;
}

/** Shows the code of an authenticator app. */
export async function showSecondFactor(browser, base, secret) {
  const { verifySecondFactor } = await browser.ask(base, VERIFY, { code: totp(secret) });
  if (verifySecondFactor.secondFactor !== 'SHOWN') throw new Error(JSON.stringify(verifySecondFactor));
}

/** RFC 6238 with SHA-1, 30 seconds and 6 digits. */
function totp(secret) {
  const bits = [...secret].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', key).update(step).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

export { Browser };
