// 浏览器检验 Walks through the console as a reader does, on a server that is already running, and as a
// partner does, on a server in production that it starts itself.
//
//   QINXIN_TEST_URL=http://127.0.0.1:8080 npm run test:browser
//
// With QINXIN_TEST_FOLDER, the data folder of that server, which is a demo then, filers are walked with on it as well;
// without, on one that is started for them.
//
// CHROMIUM names the browser (Debian's by default; none is ever downloaded), QINXIN_TEST_BIN the program
// (default: the debug build), SCREENSHOTS a folder for pictures of every step.
import { chromium } from 'playwright-core';
import { openSteps, partnerSteps } from './developers.mjs';
import { extrasSteps, startFilers } from './filer_extras.mjs';
import { startProduction } from './production.mjs';
import { roomSteps, signInSteps } from './rooms.mjs';
import { comeBack, found, searchSteps } from './search.mjs';
import { VIEWPORTS, walk } from './walk.mjs';

const SERVER = process.env.QINXIN_TEST_URL ?? 'http://127.0.0.1:8080';
const BROWSER_ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const STEPS = [
  ['start', start],
  ...searchSteps,
  ['back', comeBack],
  ['penalty', openPenalty],
  ['enterprise', openFirstResult],
  ['records', walkTabs],
  ['draft', openDraft],
  ['filling', fillDraft],
  ['assistant', askAssistant],
  ['english', readEnglish],
  ['refusal', showRefusal],
  ['graphiql', runFirstExample],
  ...openSteps,
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: BROWSER_ARGUMENTS,
});
let failed = false;
try {
  for (const viewport of VIEWPORTS) failed = (await walk(browser, SERVER, viewport, STEPS)) || failed;
  const production = await startProduction();
  try {
    const { url, keys, people } = production;
    for (const viewport of VIEWPORTS) {
      failed = (await walk(browser, url, viewport, partnerSteps(keys))) || failed;
      failed = (await walk(browser, url, viewport, signInSteps(people))) || failed;
      for (const [login, steps] of Object.entries(roomSteps(production))) {
        failed = (await walk(browser, url, viewport, steps, people[login])) || failed;
      }
    }
  } finally {
    await production.stop();
  }
  const filers = await startFilers();
  try {
    for (const viewport of VIEWPORTS) {
      for (const [login, steps] of Object.entries(extrasSteps(filers, viewport.name))) {
        failed = (await walk(browser, filers.url, viewport, steps, filers.people[login])) || failed;
      }
    }
  } finally {
    await filers.stop();
  }
} finally {
  await browser.close();
}
process.exitCode = failed ? 1 : 0;

async function start(page) {
  await page.goto(SERVER);
  await page.getByRole('heading', { name: '从这里开始' }).waitFor();
  await page.getByText(/共收录/).waitFor();
  return await page.title();
}

/** The hit of a penalty leads to that very record. */
async function openPenalty(page) {
  await page.goto(`${SERVER}/?q=${encodeURIComponent('罚款')}&family=PENALTY`);
  await page.locator('.hits a').first().click();
  const record = page.locator('.records .sought');
  await record.waitFor();
  await page.waitForFunction(() => document.activeElement?.classList.contains('sought'));
  const heading = await record.getByRole('heading').innerText();
  await page.goto(`${SERVER}/?q=${encodeURIComponent('餐饮')}`);
  await found(page);
  return heading;
}

async function openFirstResult(page) {
  await page.locator('.hits a').first().click();
  await page.getByRole('heading', { name: '登记信息' }).waitFor();
  return await page.getByRole('heading', { level: 1 }).innerText();
}

/** By keyboard, as the ARIA pattern promises. */
async function walkTabs(page) {
  const tabs = page.getByRole('tab');
  const titles = [];
  await page.getByRole('tab', { selected: true }).focus();
  for (let left = await tabs.count(); left > 0; left -= 1) {
    await page.getByRole('tabpanel').locator('.records, .notice').first().waitFor();
    const refusals = await page.getByRole('alert').allInnerTexts();
    if (refusals.length > 0) throw new Error(refusals.join());
    titles.push(await page.getByRole('tab', { selected: true }).innerText());
    await page.keyboard.press('ArrowRight');
  }
  await page.getByRole('tabpanel').locator('.records, .notice').first().waitFor();
  return titles.join('、');
}

async function openDraft(page) {
  await page.getByRole('link', { name: /预填 \d+ 年度报告/ }).click();
  await page.locator('.fields li').first().waitFor();
  const fields = await page.locator('.fields > li').count();
  return `${fields} fields, ${await page.locator('.fields .badge').count()} with a source`;
}

/** A wrong value is found fault with beside its field, outlives a reload, and is fine once corrected. */
async function fillDraft(page) {
  const phone = page.getByLabel('联系电话', { exact: true });
  const faults = page.locator('[id="field-phone"] .note-error');
  const right = await phone.inputValue();
  await phone.fill('123');
  await faults.first().waitFor();
  const fault = await faults.first().locator('p').first().innerText();
  await page.reload();
  await faults.first().waitFor();
  if ((await phone.inputValue()) !== '123') throw new Error('what was typed is forgotten');
  await phone.fill(right || '02988880000');
  await faults.first().waitFor({ state: 'detached' });
  const raw = await page.locator('.fields').allInnerTexts();
  const [code] = raw.join().match(/\b(OPEN|PRIVATE|CURRENCY|PENSION|true|false)\b/) ?? [];
  if (code) throw new Error(`a code where a word should stand: ${code}`);
  return `“${fault}” comes and goes`;
}

async function askAssistant(page) {
  await page.getByLabel('关于年度报告的问题').fill('年报什么时候截止？');
  await page.getByRole('button', { name: '提问' }).click();
  await page.locator('.answer-text').waitFor();
  await page.reload();
  await page.locator('.answer-text').waitFor();
  return (await page.locator('.answer-text').innerText()).slice(0, 60);
}

/** The same pages for readers of English, from the switch on every page, and back. */
async function readEnglish(page) {
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  try {
    return await englishPages(page);
  } finally {
    await page.goto(SERVER);
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('navigation', { name: '主导航' }).waitFor();
    await page.evaluate(() => localStorage.clear());
  }
}

async function englishPages(page) {
  const chinese = [];
  for (const place of ['', `?q=${encodeURIComponent('餐饮')}`, `?q=${encodeURIComponent('餐饮')}&view=statistics`, '?developers=overview']) {
    await page.goto(`${SERVER}/${place}`);
    await page.locator('.hits, .sums, .example, .kinds').first().waitFor();
    // The console's own words; names, records and questions to the assistant are not its own.
    const said = await page.locator('main :is(h1, h2:not(.hit *), legend, summary:not(.hit *), dt, thead th, [role=tab], label:not(.choice), button:not(.topics *))').allInnerTexts();
    chinese.push(...said.filter((text) => /[\u4e00-\u9fff]/.test(text)));
  }
  if (chinese.length > 0) throw new Error(`Chinese among English: ${chinese.join(' | ')}`);
  const lang = await page.evaluate(() => document.documentElement.lang);
  if (lang !== 'en') throw new Error(`the page says that it is ${lang}`);
  return 'four pages in English, and back';
}

/** A code with a wrong check character: the server's sentence and code are shown, nothing breaks. */
async function showRefusal(page) {
  await page.goto(`${SERVER}/?uscc=91610000000000000A`);
  const refusal = page.getByRole('alert');
  await refusal.waitFor();
  if (await page.getByRole('button', { name: '重试' }).isVisible()) throw new Error('offers to try again in vain');
  await page.getByRole('link', { name: '返回信用查询' }).waitFor();
  return await refusal.locator('p').innerText();
}

async function runFirstExample(page) {
  await page.goto(`${SERVER}/graphiql`);
  await page.locator('.graphiql-editor-tool').getByText('"uscc"').waitFor();
  await page.locator('.result-window .CodeMirror').waitFor();
  await page.getByRole('button', { name: /^Execute query/ }).click();
  await page.locator('.result-window').getByText('"enterprise"').waitFor();
  return `${await page.locator('.graphiql-tab').count()} examples, the first one answers`;
}
