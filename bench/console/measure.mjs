// 网页测量 How soon the console's pages show something and how they fare with Lighthouse: the start page, the record page of
// an enterprise, the form of a filer, the pages of an analyst, a bureau, an auditor and others, each with the session of
// whoever it is for.
//
//   npm install --prefix /tmp/lighthouse lighthouse
//   LIGHTHOUSE=/tmp/lighthouse node bench/console/measure.mjs
//
// PAGES='form|analyst' measures some of them, RUNS=1 once. Starts a server of its own with made-up enterprises
// (QINXIN_TEST_BIN names the program, default: the debug build; CHROMIUM the browser). Writes bench/results/console.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { pathToFileURL } from 'node:url';
import { startProduction } from '../../console/test/production.mjs';

const here = createRequire(import.meta.url);
const { chromium } = createRequire(new URL('../../console/package.json', import.meta.url))('playwright-core');
const [{ default: lighthouse }, { default: desk }] = await lighthouseOf(process.env.LIGHTHOUSE);
const PORT = 9333;
const COOKIE = '__Host-qinxin';
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
/** Chromium's own preset for slow lines, with a processor four times slower. */
const SLOW = { offline: false, latency: 2000, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const SLOWDOWN = 4;
/** Of so many runs the middle one counts. */
const RUNS = Number(process.env.RUNS ?? 3);
/** Pages by their titles, all by default. */
const WANTED = new RegExp(process.env.PAGES ?? '');
const RESULTS = new URL('../results/console.md', import.meta.url);

const server = await startProduction();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', `--remote-debugging-port=${PORT}`],
});
try {
  const rows = [];
  for (const page of pagesOf(server).filter(({ title }) => WANTED.test(title))) rows.push({ ...page, ...(await slowly(page)), ...(await judged(page)) });
  writeFileSync(RESULTS, report(rows, browser.version()));
  console.log(readFileSync(RESULTS, 'utf8'));
} finally {
  await browser.close();
  await server.stop();
}

async function lighthouseOf(folder) {
  const from = folder ? createRequire(`${folder}/package.json`) : here;
  const parts = ['lighthouse', 'lighthouse/core/config/desktop-config.js'].map((name) => import(pathToFileURL(from.resolve(name)).href));
  return await Promise.all(parts);
}

function pagesOf({ url, company, people }) {
  const year = new Date().getUTCFullYear() - 1;
  return [
    { title: 'start', address: `${url}/` },
    { title: 'results of a search', address: `${url}/?q=${encodeURIComponent('公司')}` },
    { title: 'record page', address: `${url}/?uscc=${company.uscc}` },
    { title: 'filer’s form', address: `${url}/?uscc=${company.uscc}&draft=${year}`, token: people.liaison1.token },
    { title: 'analyst’s page', address: `${url}/?room=analysis`, token: people.analyst1.token },
    { title: 'filer’s enterprises', address: `${url}/?room=filings`, token: people.liaison1.token },
    { title: 'accounts', address: `${url}/?room=users`, token: people.sys01.token },
    { title: 'bureau’s progress map', address: `${url}/?room=bureau&at=progress.${year}.`, token: people.clerk1.token },
    { title: 'audit trail', address: `${url}/?room=audit`, token: people.aud01.token },
    // In production it is shown to whoever has signed in, or with a key.
    { title: 'catalogue', address: `${url}/?developers=overview`, token: people.analyst1.token },
    { title: 'sign-in', address: `${url}/?room=sign-in` },
  ];
}

/** When something and when the page itself is seen on a slow line with nothing kept. */
async function slowly({ address, token }) {
  const firsts = [];
  const wholes = [];
  let bytes = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    if (token) await context.addCookies([{ name: COOKIE, value: token, domain: new URL(address).hostname, path: '/', secure: true, httpOnly: true, sameSite: 'Lax' }]);
    const page = await context.newPage();
    const line = await context.newCDPSession(page);
    await line.send('Network.enable');
    await line.send('Network.emulateNetworkConditions', SLOW);
    await line.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    bytes = 0;
    line.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await page.goto(address, { timeout: 120_000 });
    await page.locator('main:not(:has(.skeleton)) h1').waitFor({ timeout: 120_000 });
    await page.waitForLoadState('networkidle');
    const paints = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const first = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN;
          new PerformanceObserver((list) => resolve([first, list.getEntries().at(-1)?.startTime])).observe({ type: 'largest-contentful-paint', buffered: true });
        }),
    );
    firsts.push(paints[0]);
    wholes.push(paints[1]);
    await context.close();
  }
  return { first: middle(firsts), whole: middle(wholes), bytes };
}

/**
 * Lighthouse as it comes: a phone on a line of 1.6 Mbit/s, processor four times slower, both simulated; and what it
 * says of a desk.
 */
async function judged(page) {
  const scores = await judgedOn(page, undefined);
  const { performance } = await judgedOn(page, desk);
  return { scores: { ...scores, desk: performance } };
}

async function judgedOn({ address, token }, config) {
  const told = [];
  for (let run = 0; run < RUNS; run += 1) {
    const flags = { port: PORT, logLevel: 'error', onlyCategories: CATEGORIES, ...(token && { extraHeaders: { Cookie: `${COOKIE}=${token}` } }) };
    // oxlint-disable-next-line no-await-in-loop
    const { lhr } = await lighthouse(address, flags, config);
    told.push(lhr);
  }
  const scores = Object.fromEntries(CATEGORIES.map((name) => [name, Math.round(100 * middle(told.map(({ categories }) => categories[name].score)))]));
  const [last] = told.slice(-1);
  const short = Object.values(last.audits).filter(({ score, scoreDisplayMode }) => score !== null && score < 0.9 && ['binary', 'numeric', 'metricSavings'].includes(scoreDisplayMode));
  if (process.env.DETAILS) for (const { id, score, displayValue, details } of short) console.log(id, score, displayValue ?? '', process.env.DETAILS === id ? JSON.stringify(details, null, 1) : '');
  return scores;
}

function middle(figures) {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)];
}

function report(rows, version) {
  const line = ({ title, scores, first, whole, bytes }) =>
    `| ${title} | ${scores.performance} | ${scores.desk} | ${scores.accessibility} | ${scores['best-practices']} | ${(first / 1000).toFixed(1)} | ${(whole / 1000).toFixed(1)} | ${Math.round(bytes / 1000)} |`;
  return `# Console

Written by \`bench/console/measure.mjs\`, which says how to repeat it. Each page is opened with nothing kept in the browser;
pages behind the sign-in with the session of whoever they are for. Of ${RUNS} runs the middle one counts.

- ${cpus().length} cores (${cpus()[0]?.model.trim()}), Chromium ${version}, Lighthouse with its own settings for phones and for desks
- ${new Date().toISOString().slice(0, 16)}, 300 enterprises, server and browser on the same machine, load average ${loadavg().map((load) => load.toFixed(1)).join(' ')}
- slow line: 400 kbit/s, 2 s until each answer begins (“Slow 3G” of Chromium), processor ${SLOWDOWN} times slower

| page | performance, phone | performance, desk | accessibility | best practices | first content on the slow line, s | largest content, s | kB over the line |
|---|---:|---:|---:|---:|---:|---:|---:|
${rows.map(line).join('\n')}

What is asked for: performance 90, accessibility 95, best practices 95, first content on the slow line within 2.5 s.
`;
}
