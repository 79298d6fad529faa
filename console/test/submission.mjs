// 报送检验 A report of a company that hardly changed, from the first click to the receipt, in the browser alone: what is typed
// on the way is counted. On another device the form was open meanwhile; it is told that the report is filed, and files
// nothing twice.
import { typed } from '../../bench/filing/form.mjs';
import { ask, OWN_PASSWORD } from './people.mjs';

/** Fields that an unchanged company may have to type, up to the receipt; why a figure is right is one of them. */
const MOST_TYPED = 12;
const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { token } }';

/** The filer of `company` owes its report of the year and has no second factor. */
export function submissionSteps(url, company, person, year) {
  const form = `${url}/?uscc=${company.uscc}&draft=${year}`;
  const counted = { fields: 0, clicks: 0, keys: 0 };
  let other = null;
  return [
    ['submission-fill', async (page) => {
      other = await anotherDevice(page, url, person);
      await other.goto(form);
      await other.getByRole('navigation', { name: '填报步骤' }).waitFor();
      return await fill(page, form, await valuesOf(url, company, person, year), counted);
    }],
    ['submission-preview', (page) => preview(page, company, counted)],
    ['submission-receipt', (page) => submit(page, counted)],
    ['submission-pdf', (page) => print(page, url)],
    ['submission-again', (page) => again(page, form)],
    ['submission-elsewhere', async (page) => {
      try {
        return await elsewhere(other);
      } finally {
        await other.context().close();
        await page.bringToFront();
      }
    }],
  ];
}

/** The same liaison in another browser, in a session of its own. */
async function anotherDevice(page, url, { login }) {
  const { token } = (await ask(url, SIGN_IN, { input: { login, password: OWN_PASSWORD, wantsToken: true } })).signIn;
  const context = await page.context().browser().newContext({ viewport: page.viewportSize(), locale: 'zh-CN' });
  const cookie = { value: token, domain: new URL(url).hostname, path: '/', httpOnly: true, sameSite: 'Lax' };
  await context.addCookies([{ ...cookie, name: 'qinxin', secure: false }, { ...cookie, name: '__Host-qinxin', secure: true }]);
  return await context.newPage();
}

/** What the company would write where nothing is known, by path. */
async function valuesOf(url, { uscc }, { token }, year) {
  const asked = async (query, variables) => ({ data: await ask(url, query, variables, token) });
  return new Map((await typed(asked, uscc, year)).map(({ path, value }) => [path, value]));
}

/** Step by step: what is unchanged by one click, last year's figure by another, the rest is typed or chosen. */
async function fill(page, form, values, counted) {
  await page.goto(form);
  const steps = page.getByRole('navigation', { name: '填报步骤' }).getByRole('button');
  await steps.first().waitFor();
  const all = page.getByRole('button', { name: /全部无变化/ });
  if (await all.isVisible()) {
    await all.click();
    counted.clicks += 1;
    await all.waitFor({ state: 'detached' });
  }
  for (let place = 0; place < (await steps.count()) - 1; place += 1) {
    await steps.nth(place).click();
    counted.clicks += 1;
    await page.locator('.guided-main .card').first().waitFor();
    await fillStep(page, values, counted);
  }
  await page.locator('.save-saved').waitFor();
  if (counted.fields > MOST_TYPED) throw new Error(`${counted.fields} fields were typed`);
  return told(counted);
}

/** An answer may ask for more: until nothing of the step is missing. */
async function fillStep(page, values, counted) {
  const missing = page.locator('.box:has(.badge-missing)');
  for (let left = 40; (await missing.count()) > 0; left -= 1) {
    if (left === 0) throw new Error(`${await missing.count()} fields stay empty`);
    const box = missing.first();
    const path = ((await box.getAttribute('id')) ?? '').replace('item-', '');
    await fillBox(page, page.locator(`[id="item-${path}"]`), values.get(path), counted);
    await page.locator(`[id="item-${path}"]:has(.badge-missing)`).waitFor({ state: 'detached' });
  }
}

async function fillBox(page, box, value, counted) {
  const asLastYear = box.getByRole('button', { name: /^沿用上年/ });
  if (await asLastYear.isVisible()) {
    await asLastYear.click();
    counted.clicks += 1;
    return;
  }
  const choice = box.locator('select');
  if ((await choice.count()) > 0) {
    const options = await choice.locator('option').evaluateAll((all) => all.map((one) => one.value).filter(Boolean));
    await choice.selectOption(options.includes('false') ? 'false' : (options.find((one) => one === value) ?? options[0]));
    counted.clicks += 1;
    return;
  }
  const text = value ?? '0';
  await box.locator('input').first().fill(text);
  counted.fields += 1;
  counted.keys += text.length;
}

/** Errors are none, a warning is explained, what everybody will read is shown. */
async function preview(page, { name }, counted) {
  await page.getByRole('button', { name: '预览与报送' }).first().click();
  counted.clicks += 1;
  await page.getByRole('region', { name: '公示预览' }).waitFor();
  for (const reason of await page.locator('.reason input').all()) {
    await reason.fill('已核对，数据属实');
    counted.reasons = (counted.reasons ?? 0) + 1;
  }
  await page.locator('.save-saved').waitFor();
  await page.getByText('可以报送。').waitFor();
  if (counted.fields + (counted.reasons ?? 0) > MOST_TYPED) throw new Error(`${told(counted)}: too many`);
  const shown = await page.getByRole('region', { name: '公示预览' }).innerText();
  if (/\b[A-Z]{3,}_|\btrue\b|\bfalse\b/.test(shown)) throw new Error(`a code where a word should stand: ${shown}`);
  return `${name}: ${told(counted)}`;
}

/** Asked once more, then the receipt. */
async function submit(page, counted) {
  await page.getByRole('button', { name: '报送', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: '确认报送' }).click();
  counted.clicks += 2;
  await page.getByText('年度报告已报送并公示').waitFor();
  return `${(await page.locator('.receipt').innerText()).replaceAll(/\s+/g, ' ').slice(0, 120)} (${told(counted)})`;
}

async function print(page, url) {
  await page.getByRole('button', { name: /^打印回执/ }).click();
  const link = page.getByRole('link', { name: /^下载 PDF/ });
  await link.waitFor();
  const pdf = await page.request.get(new URL(await link.getAttribute('href'), url).href);
  const body = await pdf.body();
  if (!body.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error(`no PDF: ${pdf.status()}`);
  return `${Math.ceil(body.length / 1024)} KB`;
}

/** The address of the form shows what was filed, and what may be done about it now. */
async function again(page, form) {
  await page.goto(form);
  await page.getByText(/NB\d{4}-/).first().waitFor();
  if (await page.getByRole('navigation', { name: '填报步骤' }).isVisible()) throw new Error('the form is open again');
  return (await page.locator('.stack .card').first().innerText()).replaceAll(/\s+/g, ' ').slice(0, 200);
}

/** The form that was open all the while learns of it with the next thing that is typed. */
async function elsewhere(other) {
  await other.getByLabel('邮政编码', { exact: true }).fill('710005');
  await other.getByText('这份年度报告已在另一处报送').waitFor();
  await other.getByText(/NB\d{4}-/).first().waitFor();
  return (await other.getByText('这份年度报告已在另一处报送').first().innerText()).slice(0, 80);
}

function told({ fields, clicks, keys, reasons = 0 }) {
  return `${fields} fields typed (${keys} keys), ${clicks} clicks${reasons ? `, ${reasons} warnings explained` : ''}`;
}
