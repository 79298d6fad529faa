// 审计占比 How long mutations of a day take at the server, and how much of that is their entry in the audit log: both are
// measured by the server itself, mutation by mutation, and read from its metrics. Run by run.sh, once an engine.

import { writeFileSync } from 'node:fs';

import { typed } from '../filing/form.mjs';
import { filers } from '../filing/filers.mjs';
import { administrator, done } from '../soak/accounts.mjs';
import { bearer, Client } from '../soak/http.mjs';
import { place } from '../soak/settings.mjs';
import { startServer } from '../soak/systems.mjs';

/** Requests here give no `operationName`, and nobody else asks meanwhile. */
const UNNAMED = '{operation="unnamed"}';
/** Of each, one after the other. */
const TIMES = 100;
const year = new Date().getFullYear() - 1;
const isPostgres = place.url.startsWith('postgres');

const CREATE = `mutation CreateUser($login: String!, $name: String!) {
  createUser(input: { login: $login, name: $name }) { user { id } userErrors { code message } }
}`;
const ASSIGN = `mutation AssignRole($userId: ID!) {
  assignRole(input: { userId: $userId, role: CLERK, regionCode: "610100" }) { userErrors { code message } }
}`;
const SEARCH = `mutation SaveSearch($name: String!) {
  saveSearch(input: { name: $name, query: "餐饮" }) { userErrors { code message } }
}`;
const SAVE = `mutation SaveDraft($uscc: Uscc!, $year: Int!, $values: [ReportFieldInput!]!) {
  saveReportDraft(input: { uscc: $uscc, year: $year, version: 0, values: $values }) { userErrors { code message } }
}`;
const SUBMIT = `mutation SubmitReport($uscc: Uscc!, $year: Int!, $key: String!, $values: [ReportFieldInput!], $reasons: [WarningReasonInput!]) {
  submitAnnualReport(input: { uscc: $uscc, year: $year, idempotencyKey: $key, values: $values, reasons: $reasons }) {
    receipt { number } findings { ruleId severity } userErrors { code message }
  }
}`;

const server = await startServer();
const client = new Client(server.port);
const system = await administrator(client, 'cost-sys', 'SYSTEM_ADMINISTRATOR');
const security = await administrator(client, 'cost-sec', 'SECURITY_ADMINISTRATOR');

/** Seconds and number of what a metric has measured so far. */
async function metric(name, label = '') {
  const lines = (await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()).split('\n');
  const of = (part) => Number(lines.find((line) => line.startsWith(`${name}_${part}${label} `))?.split(' ')[1] ?? 0);
  return { seconds: of('sum'), count: of('count') };
}

const lines = [];

/** Does it many times; what the server took for it, and what of that for entries. */
async function measure(name, act) {
  await act(0);
  const read = async () => [await metric('qinxin_operation_seconds', UNNAMED), await metric('qinxin_audit_append_seconds')];
  const before = await read();
  for (let number = 1; number <= TIMES; number += 1) await act(number);
  const [whole, entries] = (await read()).map((now, at) => ({ seconds: now.seconds - before[at].seconds, count: now.count - before[at].count }));
  const us = ({ seconds }) => Math.round((seconds / whole.count) * 1e6).toLocaleString('en');
  const share = ((100 * entries.seconds) / whole.seconds).toFixed(1);
  lines.push(`| ${isPostgres ? 'PostgreSQL' : 'SQLite'} | ${name} | ${us(whole)} | ${(entries.count / whole.count).toFixed(1)} | ${us(entries)} | ${share} % |`);
}

const users = [];
await measure('CreateUser', async (number) => {
  const made = await done(client, 'sys', system.credential, CREATE, { login: `cost-${number}`, name: `测试 ${number}` });
  users.push(made.user.id);
});
await measure('AssignRole', (number) => done(client, 'sec', security.credential, ASSIGN, { userId: users[number] }));
// A hundred are the most that an account keeps.
const [mine, others] = [system, security].map(({ credential }) => credential);
await measure('SaveSearch', (number) => done(client, 'sys', number % 2 ? mine : others, SEARCH, { name: `检索 ${number}` }));
if (isPostgres) {
  const kind = mostOfAKind(await filers(year, 20 * TIMES));
  const asked = (filer) => async (query, variables) => ({ data: await client.ask('filer', bearer(filer.token), query, variables) });
  const values = await typed(asked(kind[0]), kind[0].uscc, year);
  await measure('SaveDraft', (number) => done(client, 'filer', bearer(kind[number].token), SAVE, { uscc: kind[number].uscc, year, values }));
  await measure('SubmitReport', (number) => submit(kind[TIMES + 1 + number], values));
}
await server.stop();
writeFileSync(process.env.OUT, `${lines.join('\n')}\n`);

/** What is typed depends on the kind: those of the one of which there are most. */
function mostOfAKind(all) {
  const kinds = [...new Set(all.map(({ kind }) => kind))].map((kind) => all.filter((one) => one.kind === kind));
  return kinds.sort((one, other) => other.length - one.length)[0];
}

/** Submits a report; warnings are answered with reasons, in a second request. */
async function submit(filer, values) {
  const variables = { uscc: filer.uscc, year, key: `a-${filer.uscc}`, values, reasons: [] };
  const payload = (await client.ask('filer', bearer(filer.token), SUBMIT, variables)).submitAnnualReport;
  if (payload.receipt) return;
  const warnings = payload.findings.filter(({ severity }) => severity === 'WARNING');
  const reasons = warnings.map(({ ruleId }) => ({ ruleId, reason: '已核对，数据属实' }));
  const again = { ...variables, key: `b-${filer.uscc}`, reasons };
  const settled = (await client.ask('filer', bearer(filer.token), SUBMIT, again)).submitAnnualReport;
  if (!settled.receipt) throw new Error(JSON.stringify(settled));
}
