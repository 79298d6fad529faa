// 年报 What filers and the bureau wait for, each measured at the client one after the other. Run by run.sh.

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { filers } from '../filing/filers.mjs';
import { typed } from '../filing/form.mjs';
import { bearer, Client, nobody } from '../soak/http.mjs';
import { loadAverage, place } from '../soak/settings.mjs';
import { rows, sql, startServer } from '../soak/systems.mjs';

const year = new Date().getFullYear() - 1;
const FILERS = 400;
const BRANCHES = 200;

const DRAFT = `query($uscc: Uscc!, $year: Int!) { annualReportDraft(uscc: $uscc, year: $year) {
  stage fields { path value source { kind asOf confidence unchangedSince } } findings { ruleId }
} }`;
const WHOLE = `query($uscc: Uscc!, $year: Int!, $values: [ReportFieldInput!]!) {
  annualReportDraft(uscc: $uscc, year: $year, values: $values) { findings { ruleId severity } }
}`;
const FIELDS = `query($uscc: Uscc!, $year: Int!, $fields: [String!]!, $values: [ReportFieldInput!]!) {
  validateFields(uscc: $uscc, year: $year, fields: $fields, values: $values) { ruleId }
}`;
const ASK = 'query($question: String!) { askAssistant(question: $question) { text citations { __typename } } }';
const ANALYSIS = `query($years: [Int!]!, $by: [ReportDimension!]!) {
  reportAnalysis(years: $years, by: $by) { groupCount groups { labels reportCount figures { __typename } growthPercent } }
}`;
const NOTHING = '{ __typename }';
const BATCH = `mutation($uscc: Uscc!, $year: Int!, $branches: [BranchReportInput!]!) {
  fileBranchReports(input: { uscc: $uscc, year: $year, idempotencyKey: "bench-branches", branches: $branches }) {
    job { id } userErrors { code message }
  }
}`;
const JOB = 'query($id: ID!) { job(id: $id) { status done total result error } }';

const server = await startServer();
const client = new Client(server.port);
const all = await filers(year, FILERS);

const lines = [];
const quantile = (times, share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(1);

/** Asks one after the other and notes how long each took. */
async function measure(name, limit, cases) {
  const times = [];
  for (const [credential, query, variables] of cases) {
    const answer = await client.post('bench', credential, JSON.stringify({ query, variables }));
    const { data, errors } = JSON.parse(answer.text);
    if (errors || !data) throw new Error(`${name}: ${answer.text.slice(0, 500)}`);
    times.push(answer.ms);
  }
  times.sort((a, b) => a - b);
  lines.push(`| ${name} | ${times.length} | ${[0.5, 0.95, 0.99, 1].map((share) => quantile(times, share)).join(' | ')} | ${limit} |`);
}

const answers = new Map();
const asked = (token) => (query, variables) => client.ask('bench', bearer(token), query, variables).then((data) => ({ data }));
for (const { kind, token, uscc } of all) {
  if (!answers.has(kind)) answers.set(kind, await typed(asked(token), uscc, year));
}
const questions = readFileSync(new URL('../../assistant/evaluation/test.tsv', import.meta.url), 'utf8')
  .trim().split('\n').slice(1).map((line) => line.split('\t')[0]);

await measure('a request that does nothing', '', Array.from({ length: 300 }, () => [nobody, NOTHING, {}]));
await measure('prefilled draft', '30 (p99)', all.map(({ uscc, token }) => [bearer(token), DRAFT, { uscc, year }]));
await measure('the same with everything typed and every rule evaluated', '5 more than a draft (p99)',
  all.map(({ uscc, token, kind }) => [bearer(token), WHOLE, { uscc, year, values: answers.get(kind) }]));
await measure('one field edited (validateFields)', '', all.map(({ uscc, token, kind }) => [bearer(token), FIELDS, { uscc, year, fields: ['phone'], values: answers.get(kind) }]));
await measure('an answer of the assistant', '60', questions.map((question) => [nobody, ASK, { question }]));
const years = [year - 3, year - 2, year - 1];
for (const by of [['INDUSTRY', 'YEAR'], ['REGION', 'YEAR'], ['INDUSTRY', 'REGION', 'YEAR'], ['INDUSTRY', 'SIZE', 'YEAR']]) {
  await measure(`analysis by ${by.join(', ').toLowerCase()}`, '200', Array.from({ length: 20 }, () => [nobody, ANALYSIS, { years, by }]));
}

const [head] = all.filter(({ kind }) => kind === 'LIMITED_COMPANY');
const branches = await rows(`SELECT id, uscc FROM enterprises e WHERE kind = 'BRANCH' AND status = 'ACTIVE' AND established_on < '${year}-01-01'
  AND NOT EXISTS (SELECT 1 FROM annual_reports WHERE enterprise_id = e.id AND year = ${year}) ORDER BY id DESC LIMIT ${BRANCHES}`);
await sql(`UPDATE enterprises SET parent_id = ${head.id} WHERE id IN (${branches.map(({ id }) => id).join(',')})`);
// Each types what its own draft asks for, and says why of what the rules doubt.
const prepared = [];
for (const { uscc } of branches) {
  const values = await typed(asked(head.token), uscc, year);
  const { annualReportDraft } = await client.ask('bench', bearer(head.token), WHOLE, { uscc, year, values });
  const ids = new Set(annualReportDraft.findings.filter(({ severity }) => severity === 'WARNING').map(({ ruleId }) => ruleId));
  prepared.push({ uscc, values, reasons: [...ids].map((ruleId) => ({ ruleId, reason: '已核对，数据属实' })) });
}
const began = performance.now();
const { fileBranchReports } = await client.ask('bench', bearer(head.token), BATCH, {
  uscc: head.uscc, year, branches: prepared,
});
if (!fileBranchReports.job) throw new Error(JSON.stringify(fileBranchReports));
let job;
do {
  await sleep(50);
  ({ job } = await client.ask('bench', bearer(head.token), JOB, { id: fileBranchReports.job.id }));
} while (job.status === 'WAITING' || job.status === 'RUNNING');
const seconds = (performance.now() - began) / 1000;
const [{ filed }] = await rows(`SELECT count(*) AS filed FROM annual_reports r JOIN enterprises e ON e.id = r.enterprise_id
  WHERE e.parent_id = ${head.id} AND r.year = ${year}`);
await server.stop();

const page = `# What filers and the bureau wait for

Written by \`bench/reports/run.sh\`: ${Number(process.env.ENTERPRISES).toLocaleString('en')} enterprises in PostgreSQL, requests one after the other
at the client over HTTP; database, server and client share the cores. Milliseconds.

- ${new Date().toISOString().slice(0, 16).replace('T', ' ')}, load average ${loadAverage()}
- the reports of ${branches.length} branches in one job: ${seconds.toFixed(1)} s until it was done (limit 5 s); ${filed} filed

| what | requests | p50 | p95 | p99 | most | limit |
|---|---:|---:|---:|---:|---:|---|
${lines.join('\n')}
`;
writeFileSync(`${place.results}/reports.md`, page);
console.log(page, job.error ?? '', String(job.result).slice(0, 400));
