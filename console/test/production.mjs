// 正式环境 A server in production on a small database of its own, with keys of partner clients, for the
// pages that only they see.
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { binary } from '../../tests/node/graph.mjs';

const STARTED_WITHIN_SECONDS = 60;
const REGION = '610000';
/** What takes the place of the first password. */
const OWN_PASSWORD = 'Jinghe-luohe-5183';
const SIGN_IN = 'mutation ($login: String!, $password: String!) { signIn(input: { login: $login, password: $password, wantsToken: true }) { token } }';
const VERIFY = 'mutation ($code: String!) { verifySecondFactor(input: { code: $code, wantsToken: true }) { token } }';
const CHANGE = 'mutation ($old: String!, $new: String!) { changePassword(input: { oldPassword: $old, newPassword: $new }) { changed } }';
const CREATE = 'mutation ($input: CreateApiClientInput!) { createApiClient(input: $input) { key } }';

/** Name of the client with the usual quota. */
export const PARTNER = '陕西省税务局';

/** The server's address, a key with the usual quota, one that may ask once a minute, and how to end it. */
export async function startProduction() {
  const folder = mkdtempSync(`${tmpdir()}/qinxin-console.`);
  let server;
  const stop = async () => {
    const ended = server && once(server, 'exit');
    server?.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await run(folder, 'generate', '--enterprises', '30');
    const account = ['--login', 'sec01', '--name', '李明', '--role', 'SECURITY_ADMINISTRATOR', '--region', REGION];
    const [, password] = /初始口令 (\S+)/.exec(await run(folder, 'account', 'create', ...account));
    server = begin(folder);
    const url = await addressOf(server);
    return { url, keys: await keysOf(url, password), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function run(folder, ...args) {
  const { stdout } = await promisify(execFile)(binary, [...args, '--data-dir', folder], { env: unset() });
  return stdout;
}

/** The environment without settings of Qinxin. */
function unset() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('QINXIN_')));
}

function begin(folder) {
  const args = ['serve', '--mode', 'production', '--data-dir', folder, '--listen', '127.0.0.1:0'];
  const server = spawn(binary, args, { env: unset(), stdio: ['ignore', 'pipe', 'ignore'] });
  // A walk that breaks off leaves nothing running.
  process.once('exit', () => server.kill());
  return server;
}

/** Where a server listens, once it does. */
async function addressOf(server) {
  const signal = AbortSignal.timeout(STARTED_WITHIN_SECONDS * 1000);
  for await (const line of createInterface({ input: server.stdout, signal })) {
    const [url] = /http:\/\/[\d.:]+/.exec(line) ?? [];
    if (url) return url;
  }
  throw new Error(`the server did not start within ${STARTED_WITHIN_SECONDS} s`);
}

/** As the security administrator, who shows two factors and changes the first password before anything else. */
async function keysOf(url, password) {
  const { token } = (await ask(url, SIGN_IN, { login: 'sec01', password })).signIn;
  const { secret } = (await ask(url, 'mutation { bindSecondFactor { secret } }', {}, token)).bindSecondFactor;
  const { token: session } = (await ask(url, VERIFY, { code: code(secret) }, token)).verifySecondFactor;
  const { changed } = (await ask(url, CHANGE, { old: password, new: OWN_PASSWORD }, session)).changePassword;
  if (!changed) throw new Error('the first password could not be changed');
  const make = async (name, more) =>
    (await ask(url, CREATE, { input: { name, regionCode: REGION, ...more } }, session)).createApiClient.key;
  return { usual: await make(PARTNER), tight: await make('西安市统计局', { requestsPerMinute: 1 }) };
}

async function ask(url, query, variables, token) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return data;
}

/** The code that an authenticator app shows now (RFC 6238). */
function code(secret) {
  const bits = [...secret].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(step).digest();
  return `${(digest.readUInt32BE(digest[19] & 0xf) & 0x7fffffff) % 1_000_000}`.padStart(6, '0');
}
