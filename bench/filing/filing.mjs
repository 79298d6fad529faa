// 报送 Reports are submitted at a steady rate by filers who each have one to submit; the server is killed half-way and
// started again, and whoever got no answer submits again with the same key. Run by run.sh.

import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { loadAverage, place } from '../soak/settings.mjs';
import { cpu, rows, startServer } from '../soak/systems.mjs';
import { filers } from './filers.mjs';
import { typed } from './form.mjs';

const rate = Number(process.env.RATE);
const seconds = Number(process.env.MINUTES) * 60;
const year = new Date().getFullYear() - 1;
/** Milliseconds of the 99th percentile of those who were not waiting while the server was down. */
const LIMIT = 2_000;
/** Submissions are begun in lots of this many milliseconds. */
const LOT = 20;
/** Milliseconds before whoever got no answer tries again, and how often it does. */
const AGAIN = 500;
const TRIES = 120;

const SUBMIT = `mutation Submit($uscc: Uscc!, $year: Int!, $key: String!, $values: [ReportFieldInput!], $reasons: [WarningReasonInput!]) {
  submitAnnualReport(input: { uscc: $uscc, year: $year, idempotencyKey: $key, values: $values, reasons: $reasons }) {
    receipt { number } findings { ruleId severity message } userErrors { code message }
  }
}`;
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
let server = await startServer();

/** The answer to one request; throws if there is none. */
function ask(token, query, variables) {
  const body = JSON.stringify({ query, variables });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, port: server.port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode}`));
        return resolve(JSON.parse(Buffer.concat(parts).toString()));
      });
    });
    request.on('error', reject);
    request.setTimeout(30_000, () => request.destroy(new Error('no answer')));
    request.end(body);
  });
}

/** Rules that have warned before: filers have seen warnings in the form, and send their reasons with the report. */
const warned = new Set();
const reasons = () => [...warned].map((ruleId) => ({ ruleId, reason: '已核对，数据属实' }));

/** Submits until there is a receipt; whoever is warned of something new gives a reason for that, too. */
async function submit(filer, values, told) {
  const began = performance.now();
  const variables = { uscc: filer.uscc, year, key: `key-${filer.uscc}`, values, reasons: reasons() };
  let waited = false;
  for (let tries = 0; tries < TRIES; tries += 1) {
    let answer;
    try {
      answer = await ask(filer.token, SUBMIT, variables);
      told.requests += 1;
    } catch {
      waited = true;
      told.unanswered += 1;
      await sleep(AGAIN);
      continue;
    }
    const payload = answer.data?.submitAnnualReport;
    if (payload?.receipt) {
      told.done.push({ ms: performance.now() - began, waited, uscc: filer.uscc });
      return;
    }
    const warnings = (payload?.findings ?? []).filter(({ severity }) => severity === 'WARNING');
    const isBlocked = (payload?.findings ?? []).some(({ severity }) => severity === 'ERROR');
    const given = new Set(variables.reasons.map(({ ruleId }) => ruleId));
    const isNew = warnings.some(({ ruleId }) => !given.has(ruleId));
    if (answer.errors || isBlocked || !isNew) {
      told.refused.push(JSON.stringify(answer.errors ?? payload));
      return;
    }
    for (const { ruleId } of warnings) warned.add(ruleId);
    variables.reasons = reasons();
    // Another input is another request.
    variables.key = `key-${filer.uscc}-${tries}`;
  }
  told.refused.push(`${filer.uscc}: no answer in ${TRIES} tries`);
}

const all = await filers(year, Math.ceil(rate * seconds * 1.02));
const answers = new Map();
for (const filer of all) {
  if (!answers.has(filer.kind)) answers.set(filer.kind, await typed((query, variables) => ask(filer.token, query, variables), filer.uscc, year));
}
console.log(`${all.length} filers of ${answers.size} kinds`);

const told = { requests: 0, unanswered: 0, refused: [], done: [] };
const under = [];
const used = { own: 0 };
let weighed = cpu(server.pid);
const began = performance.now();
let begun = 0;
let killed;
while (performance.now() - began < seconds * 1000 && begun < all.length) {
  const due = Math.min(all.length, Math.floor(((performance.now() - began) / 1000) * rate));
  for (; begun < due; begun += 1) under.push(submit(all[begun], answers.get(all[begun].kind), told));
  if (!killed && performance.now() - began > seconds * 500) {
    killed = performance.now();
    used.own += cpu(server.pid).own - weighed.own;
    process.kill(server.pid, 'SIGKILL');
    startServer().then((next) => {
      server = next;
      weighed = cpu(next.pid);
      killed = { from: killed, to: performance.now() };
    });
  }
  await sleep(LOT);
}
const lasted = (performance.now() - began) / 1000;
await Promise.all(under);
used.own += cpu(server.pid).own - weighed.own;
const drained = (performance.now() - began) / 1000;

const stored = new Set(
  (await rows(`SELECT uscc FROM enterprises e JOIN annual_reports r ON r.enterprise_id = e.id AND r.year = ${year}`)).map(({ uscc }) => uscc),
);
const [{ twice }] = await rows(
  `SELECT count(*) AS twice FROM (SELECT 1 FROM annual_reports WHERE year = ${year} GROUP BY enterprise_id HAVING count(*) > 1) AS d`,
);
await server.stop();
const lost = told.done.filter(({ uscc }) => !stored.has(uscc)).length;

const quantile = (times, share) => Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0);
const sorted = (done) => done.map(({ ms }) => ms).sort((a, b) => a - b);
const [calm, everyone] = [sorted(told.done.filter(({ waited }) => !waited)), sorted(told.done)];
const line = (name, times) =>
  `| ${name} | ${times.length.toLocaleString('en')} | ${[0.5, 0.95, 0.99, 1].map((share) => quantile(times, share).toLocaleString('en')).join(' | ')} |`;
const page = `# Submissions of annual reports

Written by \`bench/filing/run.sh\`: liaisons of one enterprise each submit its report for ${year} at a steady rate, half-way
the server is killed (SIGKILL) and started again, and whoever got no answer submits again with the same key. PostgreSQL,
server and filers share the cores. Filers have seen the warnings of the form and send their reasons with the report;
a submission that is warned of something else is counted from its first request to its receipt.

- ${new Date().toISOString().slice(0, 16).replace('T', ' ')}, load average ${loadAverage()}
- ${begun.toLocaleString('en')} reports begun in ${lasted.toFixed(0)} s (${Math.round(begun / lasted)} a second, asked for: ${rate}), the last receipt after ${drained.toFixed(1)} s; ${told.requests.toLocaleString('en')} requests
- the server was away for ${((killed.to - killed.from) / 1000).toFixed(1)} s; ${told.unanswered.toLocaleString('en')} tries were not answered
- receipts ${told.done.length.toLocaleString('en')}, refused ${told.refused.length}, acknowledged and not stored ${lost}, stored twice ${twice}
- the server used ${((100 * used.own) / drained).toFixed(0)} % of a core

| filers | receipts | p50 ms | p95 ms | p99 ms | most ms |
|---|---:|---:|---:|---:|---:|
${line('who met a running server', calm)}
${line('all', everyone)}

Limit: p99 of those who met a running server ${LIMIT.toLocaleString('en')} ms, nothing lost.
`;
writeFileSync(`${place.results}/filing.md`, page);
console.log(page);
for (const refusal of told.refused.slice(0, 5)) console.log(refusal);
process.exitCode = lost === 0 && Number(twice) === 0 && told.refused.length === 0 && quantile(calm, 0.99) <= LIMIT ? 0 : 1;
