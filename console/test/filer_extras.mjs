// 填报便利检验 What makes filing short, on a demo whose authorities and gateway are played: an enterprise gets its liaison by
// the code of a message, figures come from authorities and from a statement, branches from a table; the receipt is printed
// and verified, and posts are found.
import { existsSync, readFileSync } from 'node:fs';
import { typed } from '../../bench/filing/form.mjs';
import { ask, makePeople, REGION, settle } from './people.mjs';
import { beside, start } from './production.mjs';
import { submissionSteps } from './submission.mjs';

const YEAR = new Date().getUTCFullYear() - 1;
/** As many as have a branch that owes its report. */
const ENTERPRISES = '2000';
/** A message is on its way for so long at most. */
const SENT_WITHIN_MS = 15_000;
const STATEMENT = `资产负债表
编制单位：某公司,,单位：元
项目,期末余额,年初余额
资产总计,12345600.00,10000000.00
负债合计,2345600.00,2000000.00
所有者权益合计,10000000.00,8000000.00
`;
const SUBMIT = `mutation ($uscc: Uscc!, $year: Int!, $key: String!, $values: [ReportFieldInput!], $reasons: [WarningReasonInput!]) {
  submitAnnualReport(input: { uscc: $uscc, year: $year, idempotencyKey: $key, values: $values, reasons: $reasons }) {
    receipt { number } findings { ruleId severity message } userErrors { code message }
  }
}`;

const grant = (name, { id, region }) => ({ name, role: 'LIAISON', enterpriseId: id, region: region.code });

/**
 * A demo with two liaisons for each window of the browser, one of a household, one of a company with branches, and a
 * clerk: the one that runs already, if it is told where its folder is (QINXIN_TEST_FOLDER).
 */
export async function startFilers() {
  const { QINXIN_TEST_URL: url, QINXIN_TEST_FOLDER: folder } = process.env;
  if (url && folder) return await beside(url, folder, furnish);
  return await start(['demo'], furnish, ENTERPRISES);
}

async function furnish(url, passwords) {
  const sys = await settle(url, 'sys01', passwords.sys01);
  const sec = await settle(url, 'sec01', passwords.sec01);
  const isFit = (one) => isOwing(one) && isOpen(one);
  const all = await listOf(url, 'LIMITED_COMPANY', isFit, 4);
  const [desktop, phone, desktop2, phone2] = all.filter(isFit);
  // Its form is short and can be filed at once.
  const household = (await listOf(url, 'INDIVIDUAL_HOUSEHOLD', isOwing, 1)).find(isOwing);
  const head = await headOffice(url);
  const people = await makePeople(url, { sys, sec }, { desktop: grant('高枫', desktop), phone: grant('秦岚', phone), household: grant('方远', household), desktop2: grant('姚远', desktop2), phone2: grant('白杨', phone2), clerk: { name: '孙洁', role: 'CLERK' }, ...(head && { head: grant('韩松', head) }) });
  const companies = { desktop, phone, head, household, desktop2, phone2 };
  const withoutLiaison = all.filter(({ uscc }) => !Object.values(companies).some((one) => one?.uscc === uscc)).slice(0, 2);
  // Not every company has a number on record, and without one no code is sent.
  for (const { uscc } of withoutLiaison) {
    const input = { uscc, phone: '13900000000', reason: '走查前登记' };
    const { userErrors } = (await ask(url, RECORD_PHONE, { input }, people.clerk.token)).recordLegalRepPhone;
    if (userErrors.length > 0) throw new Error(userErrors[0].message);
  }
  return { people, companies, withoutLiaison };
}

const RECORD_PHONE = 'mutation ($input: RecordLegalRepPhoneInput!) { recordLegalRepPhone(input: $input) { userErrors { message } } }';

/** Those that were there through the year before the last; the younger ones come first, and owe nothing. */
const COMPANIES = `query ($after: String, $kind: EnterpriseKind!) { enterprises(first: 100, after: $after, filter: {
  regionCode: "${REGION}", kinds: [$kind], statuses: [ACTIVE], establishedOn: { lte: "${YEAR - 2}-12-31" }
}) {
  pageInfo { hasNextPage endCursor }
  nodes { id uscc name region { code } annualReports(first: 1) { nodes { year employees totalAssetsWan totalLiabilitiesWan totalRevenueWan totalProfitWan netProfitWan totalTaxWan } } }
} }`;

/** Those in business of a kind, page by page until `fits` as many as are wanted. */
async function listOf(url, kind, fits, wanted) {
  const found = [];
  for (let [hasMore, after] = [true, null]; hasMore && found.filter(fits).length < wanted; ) {
    // oxlint-disable-next-line no-await-in-loop
    const { nodes, pageInfo } = (await ask(url, COMPANIES, { after, kind })).enterprises;
    found.push(...nodes);
    ({ hasNextPage: hasMore, endCursor: after } = pageInfo);
  }
  return found;
}

/** Owes the report of the year. */
function isOwing({ annualReports: { nodes: [last] } }) {
  return last?.year === YEAR - 1;
}

/** Has published every figure of its last report. */
function isOpen({ annualReports: { nodes: [last] } }) {
  return Object.values(last ?? { none: null }).every((value) => value !== null);
}

/** The head office of a branch that owes its report, if there is one. */
async function headOffice(url) {
  const query = `{ enterprises(first: 100, filter: { regionCode: "${REGION}", kinds: [BRANCH], statuses: [ACTIVE], establishedOn: { lte: "${YEAR - 2}-12-31" } }) {
    nodes { annualReports(first: 1) { nodes { year } } parent { id uscc name status region { code } } }
  } }`;
  const { nodes } = (await ask(url, query)).enterprises;
  return nodes.find(({ parent, annualReports }) => parent?.status === 'ACTIVE' && annualReports.nodes[0]?.year === YEAR - 1)?.parent ?? null;
}

/** By login; nobody's under `nobody`. */
export function extrasSteps({ url, folder, people, companies, withoutLiaison }, window) {
  const company = companies[window];
  const form = `${url}/?uscc=${company.uscc}&draft=${YEAR}`;
  return {
    nobody: [
      ['register', (page) => register(page, url, folder, withoutLiaison[window === 'desktop' ? 0 : 1], window)],
      ['posts', (page) => findPosts(page, url)],
    ],
    [window]: [
      ['extract', (page) => extract(page, form)],
      ['statement', (page) => readStatement(page, form)],
    ],
    [`${window}2`]: submissionSteps(url, companies[`${window}2`], people[`${window}2`], YEAR),
    household: [['receipt', (page) => printAndVerify(page, url, companies.household, people.household)]],
    clerk: [['reminders', (page) => remind(page, url)]],
    ...(companies.head && { head: [['branches', (page) => branchesFromTable(page, url, companies.head)]] }),
  };
}

/** A wrong code is refused at its field; the right one, out of the message, makes an account that can sign in. */
async function register(page, url, folder, company, window) {
  await page.goto(`${url}/?liaison=${company.uscc}`);
  await page.getByRole('button', { name: '发送验证码' }).click();
  const code = page.getByLabel('短信验证码');
  await code.waitFor();
  await page.getByRole('button', { name: /秒后可重新发送/ }).waitFor();
  const sent = await messageFor(folder, company.name);
  await code.fill('000000' === sent ? '111111' : '000000');
  await page.getByLabel('联络员姓名').fill('李雷');
  await page.getByLabel('联络员手机号').fill('13800138000');
  await page.getByLabel('账号').fill(`lilei-${window}`);
  await page.getByLabel('口令', { exact: true }).fill('Weihe-qinling-7204');
  await page.keyboard.press('Enter');
  await page.getByText(/还可再试 \d 次/).waitFor();
  await code.fill(sent);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '联络员已登记' }).waitFor();
  return (await page.locator('.facts').innerText()).replaceAll(/\s+/g, ' ');
}

/** The code of the last message about a company, once the gateway has it. */
async function messageFor(folder, name) {
  const messages = `${folder}/sms.jsonl`;
  for (const until = Date.now() + SENT_WITHIN_MS; Date.now() < until; ) {
    const lines = existsSync(messages) ? readFileSync(messages, 'utf8').trim().split('\n') : [];
    const line = lines.findLast((text) => text.includes(name));
    if (line) return /\d{6}/.exec(JSON.parse(line).text)[0];
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`no message about ${name}`);
}

/** Everything stands in the address; what fits nothing says what to do. */
async function findPosts(page, url) {
  await page.goto(url);
  await page.getByRole('navigation', { name: '办事窗口' }).getByRole('link', { name: '用工需求' }).click();
  await page.getByText(/共 [\d,]+ 个岗位/).waitFor();
  const all = await page.locator('.posts li').count();
  await page.getByLabel('岗位或福利').fill('没有这样的岗位');
  await page.keyboard.press('Enter');
  await page.getByText('没有符合条件的岗位').waitFor();
  await page.getByRole('link', { name: '查看全部岗位' }).click();
  await page.getByLabel('排序').selectOption('PAY');
  await page.waitForURL(/order=PAY/);
  await page.locator('.posts li').first().waitFor();
  return `${all} posts, the best paid is ${(await page.locator('.posts h2').first().innerText()).replaceAll(/\s+/g, ' ')}`;
}

/** Nobody is asked before it is agreed to; of ten enterprises the played authorities do not know one. */
async function extract(page, form) {
  await page.goto(form);
  await page.getByRole('button', { name: '一键提取税务、社保数据' }).click();
  const begin = page.getByRole('button', { name: /^提\s*取$/ });
  await begin.waitFor();
  if (await begin.isEnabled()) throw new Error('asks without a consent');
  await page.getByLabel(/已阅读《/).check();
  await begin.click();
  await page.locator('.figure-source').nth(1).waitFor();
  const told = await page.locator('.figure-source').allInnerTexts();
  if (told.some((text) => text.includes('已取得'))) await page.getByText('已带入').first().waitFor();
  await page.getByRole('button', { name: /^撤回同意/ }).first().waitFor();
  return told.map((text) => text.replaceAll(/\s+/g, ' ').slice(0, 40)).join(' | ');
}

/** What was read is shown with its cell; only what is ticked is taken over. */
async function readStatement(page, form) {
  await page.goto(`${form}&aid=statement`);
  await page.getByLabel('选择报表文件').setInputFiles({ name: '资产负债表.csv', mimeType: 'text/csv', buffer: Buffer.from(`\uFEFF${STATEMENT}`) });
  const row = page.getByRole('row').filter({ hasText: '资产总额' });
  await row.getByText('“资产总计”').waitFor();
  const seen = (await row.innerText()).replaceAll(/\s+/g, ' ');
  await page.getByRole('checkbox', { name: '采用：负债总额' }).uncheck();
  await page.getByRole('button', { name: '带入所选 2 项' }).click();
  await page.getByText('已带入 2 项').waitFor();
  return seen;
}

/** The report is filed past the screen; its receipt is printed, and the code on it says that it is genuine. */
async function printAndVerify(page, url, company, person) {
  await file(url, company, person);
  await page.goto(`${url}/?room=filings`);
  await page.getByRole('button', { name: /^打印回执/ }).click();
  const link = page.getByRole('link', { name: /^下载 PDF/ });
  await link.waitFor();
  const pdf = await page.request.get(new URL(await link.getAttribute('href'), url).href);
  if (!(await pdf.body()).subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error(`no PDF: ${pdf.status()}`);
  const code = await page.locator('.print .secret').innerText();
  // As somebody types it who reads it off the paper.
  await page.goto(`${url}/?verify=${code.toLowerCase().replaceAll('-', '%20')}`);
  await page.getByRole('heading', { name: /这份文书由本系统出具/ }).waitFor();
  const told = await page.locator('.verified .facts').innerText();
  if (!told.includes(company.name)) throw new Error(`another document: ${told}`);
  await page.getByLabel('验证码').fill('7KPD-Q2MX-9RTW-HC4V');
  await page.keyboard.press('Enter');
  await page.getByText(/没有出具过验证码为/).waitFor();
  return `${code}: ${told.replaceAll(/\s+/g, ' ').slice(0, 60)}`;
}

/** Errors are none; warnings are explained. */
async function file(url, { uscc }, { token }) {
  const asked = async (query, variables) => ({ data: await ask(url, query, variables, token) });
  const values = await typed(asked, uscc, YEAR);
  const submit = async (reasons) => (await ask(url, SUBMIT, { uscc, year: YEAR, key: crypto.randomUUID(), values, reasons }, token)).submitAnnualReport;
  const first = await submit([]);
  // The other window of the walk has filed it.
  if (first.receipt || first.userErrors.some(({ code }) => code === 'ALREADY_FILED')) return;
  const reasons = (first.findings ?? []).filter(({ severity }) => severity === 'WARNING').map(({ ruleId }) => ({ ruleId, reason: '已核对，数据属实' }));
  const second = await submit(reasons);
  if (!second.receipt) throw new Error(JSON.stringify(second.userErrors.concat(second.findings ?? [])).slice(0, 600));
}

/** The template comes back with a fault in it: the row is refused, column by column, and stays in the address. */
async function branchesFromTable(page, url, { uscc }) {
  await page.goto(`${url}/?room=filings&at=${YEAR}.${uscc}`);
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: '下载模板（CSV）' }).click();
  const [heading, ...rows] = readFileSync(await (await coming).path(), 'utf8').replace('\uFEFF', '').trim().split(/\r?\n/);
  const at = heading.split(',').indexOf('邮政编码');
  const wrong = rows.map((row) => row.split(',').with(at, '71').join(','));
  await page.getByLabel('上传填好的表格').setInputFiles({ name: '分支机构.csv', mimeType: 'text/csv', buffer: Buffer.from([heading, ...wrong].join('\r\n')) });
  await page.getByText(/共 \d+ 行：/).waitFor();
  await page.reload();
  const fault = page.getByText(/邮政编码“71”应为6位数字/).first();
  await fault.waitFor();
  return (await fault.innerText()).replaceAll(/\s+/g, ' ');
}

/** A campaign is begun, asked once before, and stopped: what was not sent is not sent any more. */
async function remind(page, url) {
  await page.goto(`${url}/?room=bureau&at=reminders.${YEAR}..new`);
  const form = page.getByRole('region', { name: /^发起催报/ });
  await form.getByText(/^示例：某某商贸有限公司：贵单位/).waitFor();
  await form.getByRole('button', { name: '发起催报' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '发起催报' }).click();
  const row = page.getByRole('row').filter({ hasText: /编制名单中|发送中/ }).first();
  await row.waitFor();
  const begun = (await row.innerText()).replaceAll(/\s+/g, ' ');
  await row.getByRole('button', { name: /^停止/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^停\s*止$/ }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByRole('row').filter({ hasText: '已停止' }).first().waitFor();
  return begun;
}
