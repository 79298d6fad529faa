// 正式环境 A server in production on a small database of its own, with keys of partner clients, for the
// pages that only they see.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { binary } from '../../tests/node/graph.mjs';
import { ADMINISTRATORS, ask, makeKey, makePeople, REGION, settle } from './people.mjs';

const STARTED_WITHIN_SECONDS = 60;
/** As many as give charts something to draw. */
const ENTERPRISES = '300';

/** Name of the client with the usual quota. */
export const PARTNER = '陕西省税务局';

/** A server of its own, `how` it is started and who is there; its address, its folder, what `furnish` gives, and how to end it. */
export async function start(how, furnish, enterprises = ENTERPRISES) {
  const folder = mkdtempSync(`${tmpdir()}/qinxin-console.`);
  let server;
  const stop = async () => {
    const ended = server && once(server, 'exit');
    server?.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await run(folder, 'generate', '--enterprises', enterprises);
    const passwords = await administrators(folder);
    server = begin(folder, how);
    const url = await addressOf(server);
    return { url, folder, ...(await furnish(url, passwords)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A server that runs already, with its folder: the first administrators are made beside it, and it goes on afterwards. */
export async function beside(url, folder, furnish) {
  return { url, folder, ...(await furnish(url, await administrators(folder))), stop: async () => {} };
}

/** The server's address, keys of partners (one of the usual quota, one that may ask once a minute), people by login, and how to end it. */
export async function startProduction() {
  return await start(['serve', '--mode', 'production'], populate);
}

/** First passwords by login. */
async function administrators(folder) {
  const passwords = {};
  for (const { login, name, role } of ADMINISTRATORS) {
    const account = ['--login', login, '--name', name, '--role', role, '--region', REGION];
    [, passwords[login]] = /初始口令 (\S+)/.exec(await run(folder, 'account', 'create', ...account));
  }
  return passwords;
}

/** Somebody of every kind, and what they work with. */
export async function populate(url, passwords) {
  const sys = await settle(url, 'sys01', passwords.sys01);
  const sec = await settle(url, 'sec01', passwords.sec01);
  const aud = await settle(url, 'aud01', passwords.aud01);
  const company = await someCompany(url);
  const people = await makePeople(
    url,
    { sys, sec },
    {
      analyst1: { name: '周宁', role: 'ANALYST' },
      clerk1: { name: '孙洁', role: 'CLERK' },
      liaison1: { name: '吴桐', role: 'LIAISON', enterpriseId: company.id, region: company.region.code },
      fresh1: { name: '郑越', role: 'ANALYST', isFresh: true },
      fresh2: { name: '冯雪', role: 'ANALYST', isFresh: true },
    },
  );
  const keys = { usual: await makeKey(url, sec, PARTNER), tight: await makeKey(url, sec, '西安市统计局', { requestsPerMinute: 1 }) };
  const letter = await issueLetter(url, people.clerk1);
  if (letter) {
    const { id, region } = letter.enterprise;
    Object.assign(people, await makePeople(url, { sys, sec }, { liaison2: { name: '陈露', role: 'LIAISON', enterpriseId: id, region: region.code } }));
  }
  return { keys, company, letter, people: { sys01: sys, sec01: sec, aud01: aud, ...people } };
}

/** A correction letter about what a comparison found, if it found something. */
async function issueLetter(url, clerk) {
  const year = new Date().getUTCFullYear() - 1;
  const compare = 'mutation ($year: Int!) { compareReports(input: { year: $year }) { job { id } userErrors { message } } }';
  const { job } = (await ask(url, compare, { year }, clerk.token)).compareReports;
  await over(url, job.id, clerk);
  const query = `query ($year: Int!) {
    comparisonFindings(year: $year, first: 1) { nodes { id enterprise { id uscc name region { code } } } }
  }`;
  const [finding] = (await ask(url, query, { year }, clerk.token)).comparisonFindings.nodes;
  if (!finding) return null;
  const issue = 'mutation ($ids: [ID!]!) { issueCorrectionLetter(input: { findingIds: $ids }) { letter { number } userErrors { message } } }';
  const { letter, userErrors } = (await ask(url, issue, { ids: [finding.id] }, clerk.token)).issueCorrectionLetter;
  if (!letter) throw new Error(userErrors[0]?.message);
  return { number: letter.number, enterprise: finding.enterprise };
}

/** Until a job is over. */
async function over(url, id, { token }) {
  const { job } = await ask(url, 'query ($id: ID!) { job(id: $id) { status error } }', { id }, token);
  if (job.status === 'FAILED') throw new Error(job.error);
  if (job.status === 'DONE') return;
  await new Promise((resolve) => setTimeout(resolve, 300));
  await over(url, id, { token });
}

/** A company in business that existed through the last year and has branches, if there is one. */
async function someCompany(url) {
  const query = `query ($year: Date!) {
    enterprises(first: 100, filter: { statuses: [ACTIVE], kinds: [LIMITED_COMPANY], establishedOn: { lte: $year } }) {
      nodes { id uscc name region { code } annualReports(first: 1) { nodes { year } } }
    }
  }`;
  const last = new Date().getUTCFullYear() - 1;
  const { nodes } = (await ask(url, query, { year: `${last - 1}-12-31` })).enterprises;
  return nodes.find(({ annualReports }) => annualReports.nodes[0]?.year === last - 1) ?? nodes[0];
}

async function run(folder, ...args) {
  const { stdout } = await promisify(execFile)(binary, [...args, '--data-dir', folder], { env: unset() });
  return stdout;
}

/** The environment without settings of Qinxin. */
function unset() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('QINXIN_')));
}

function begin(folder, how) {
  const args = [...how, '--data-dir', folder, '--listen', '127.0.0.1:0'];
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
