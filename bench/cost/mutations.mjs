// 审计占比 How long the mutations of a day take through the graph on PostgreSQL, and what share of each is its entry in
// the audit log. Run by run.sh: ENTRY_US is what one entry costs, measured just before.

import { writeFileSync } from 'node:fs';

import { administrator, CREATE_USER, done } from '../soak/accounts.mjs';
import { bearer, Client } from '../soak/http.mjs';
import { rows, startServer } from '../soak/systems.mjs';
import { filers } from '../filing/filers.mjs';

const entry = Number(process.env.ENTRY_US);
const TIMES = 200;
const year = new Date().getFullYear() - 1;
const FIGURES = {
  total_assets: '560', total_liabilities: '200', owners_equity: '360', total_revenue: '800', main_revenue: '750',
  total_profit: '90', net_profit: '70', total_tax: '40',
};
const SAVE = `mutation Save($uscc: Uscc!, $year: Int!, $version: Int!, $values: [ReportFieldInput!]!) {
  saveReportDraft(input: { uscc: $uscc, year: $year, version: $version, values: $values }) {
    filing { version } findings { ruleId } userErrors { code message }
  }
}`;
const ASSIGN = `mutation($userId: ID!, $regionCode: RegionCode!) {
  assignRole(input: { userId: $userId, role: CLERK, regionCode: $regionCode }) { userErrors { code message } }
}`;

const server = await startServer();
const client = new Client(server.port);
const system = await administrator(client, 'cost-sys', 'SYSTEM_ADMINISTRATOR');
const security = await administrator(client, 'cost-sec', 'SECURITY_ADMINISTRATOR');
const liaisons = await filers(year, TIMES);

/** The mean of many, one after the other, in microseconds. */
async function mean(act) {
  await act(0);
  const began = performance.now();
  for (let number = 1; number < TIMES; number += 1) await act(number);
  return ((performance.now() - began) / (TIMES - 1)) * 1000;
}

const users = [];
const measured = [
  ['createUser', await mean(async (number) => {
    const made = await done(client, 'sys', system.credential, CREATE_USER, { login: `cost-${number}`, name: `测试 ${number}` });
    users.push(made.user.id);
  })],
  ['assignRole', await mean(async (number) => {
    await done(client, 'sec', security.credential, ASSIGN, { userId: users[number], regionCode: '610100' });
  })],
  ['saveReportDraft', await mean(async (number) => {
    const values = Object.entries(FIGURES).map(([path, value]) => ({ path, value }));
    const { uscc, token } = liaisons[number];
    await done(client, 'filer', bearer(token), SAVE, { uscc, year, version: 0, values });
  })],
];
const entries = await rows(`SELECT act, count(*) AS count FROM audit_entries GROUP BY act ORDER BY 2 DESC LIMIT 6`).catch(() => []);
await server.stop();

const lines = measured.map(([name, us]) => `| ${name} | ${Math.round(us).toLocaleString('en')} | ${entry} | ${((100 * entry) / us).toFixed(1)} % |`);
writeFileSync(process.env.OUT, `
The same entry beside mutations of a day, through the graph on PostgreSQL, ${TIMES} of each one after the other; an entry is in
the transaction of each of them.

| mutation | whole, µs | entry, µs | share |
|---|---:|---:|---:|
${lines.join('\n')}
`);
console.error(entries);
