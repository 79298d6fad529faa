// 接口目录检验 The interface catalogue: openly in development, and with a partner's key in production.
import { readFileSync } from 'node:fs';
import { PARTNER } from './production.mjs';

/** Without a key, on the server that every other step walks through. */
export const openSteps = [
  ['catalogue', openFromNavigation],
  ['catalogue-operations', filterOperations],
  ['catalogue-changes', readChanges],
  ['catalogue-codes', copyCode],
  ['catalogue-key', keyIsAskedFor],
  ['catalogue-graphiql', exampleInGraphiql],
];

/** With keys, on a server in production: one of the usual quota, one that may ask once a minute. */
export function partnerSteps({ usual, tight }) {
  return [
    ['partner-refused', strangersSeeNothing, /401/],
    ['partner-catalogue', (page) => openWithKey(page, usual)],
    ['partner-usage', (page) => seeUsage(page, usual)],
    ['partner-documents', registerDocuments],
    ['partner-renewal', (page) => renewKey(page, usual)],
    ['partner-quota', (page, server) => exceedQuota(page, server, tight), /429/],
  ];
}

async function openFromNavigation(page, server) {
  await page.goto(server);
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '接口目录' }).click();
  await page.getByRole('heading', { name: '示例', exact: true }).waitFor();
  const focused = await page.evaluate(() => document.activeElement?.tagName);
  if (focused !== 'H1') throw new Error(`the focus is on ${focused}`);
  await page.getByRole('button', { name: /复制\s*语句 EnterpriseByCode/ }).click();
  const copied = await clipboard(page);
  if (!copied.includes('query EnterpriseByCode(')) throw new Error(`copied: ${copied}`);
  return `${await page.locator('.example').count()} examples, ${await page.title()}`;
}

/** By keyboard to the tab; the text narrows, the anchor leads back to the row. */
async function filterOperations(page) {
  await page.getByRole('tab', { selected: true }).focus();
  await page.keyboard.press('ArrowRight');
  const rows = page.locator('.table tbody tr');
  await rows.first().waitFor();
  const all = await rows.count();
  await page.getByRole('searchbox').fill('审计');
  await page.getByText(/符合的 \d+ 项/).waitFor();
  const some = await rows.count();
  if (some === 0 || some >= all) throw new Error(`${some} of ${all} operations`);
  await page.getByRole('searchbox').fill('没有这个操作');
  await page.getByText('没有符合的操作').waitFor();
  await page.getByRole('searchbox').fill('');
  await page.getByRole('link', { name: 'signIn', exact: true }).click();
  await page.waitForURL(/developers=operations&at=Mutation\.signIn$/);
  await page.reload();
  await page.waitForFunction(() => document.activeElement?.id === 'Mutation.signIn');
  const raw = (await rows.locator('td:last-child').allInnerTexts()).find((right) => /^[A-Z_]+$/.test(right));
  if (raw) throw new Error(`a code where a word should stand: ${raw}`);
  return `${all} operations, ${some} of audit`;
}

async function readChanges(page) {
  await page.getByRole('tab', { name: '变更', exact: true }).click();
  await page.getByRole('heading', { name: '弃用' }).waitFor();
  const releases = await page.locator('.release').allInnerTexts();
  if (releases.length === 0) throw new Error('no release');
  await page.getByText(/查看全部/).first().click();
  return releases.join('、');
}

async function copyCode(page) {
  await page.getByRole('tab', { name: '错误码与限额' }).click();
  await page.getByRole('button', { name: /复制\s*错误码 QUOTA_EXCEEDED/ }).click();
  const copied = await clipboard(page);
  if (copied !== 'QUOTA_EXCEEDED') throw new Error(`copied: ${copied}`);
  const limits = page.getByRole('row').filter({ hasText: 'bodyBytes' });
  return (await limits.innerText()).replaceAll(/\s+/g, ' ');
}

async function keyIsAskedFor(page) {
  await page.getByRole('tab', { name: '我的密钥' }).click();
  await page.getByLabel('接口密钥', { exact: true }).fill('我的密钥');
  await page.keyboard.press('Enter');
  await page.getByText('请填写完整的密钥').waitFor();
  if (await page.getByRole('heading', { name: '用量' }).isVisible()) throw new Error('usage without a key');
  return 'what cannot be a key is not sent';
}

async function exampleInGraphiql(page) {
  await page.getByRole('tab', { name: '概览与示例' }).click();
  await page.getByRole('link', { name: /在 GraphiQL 中打开 ThreeLevels/ }).click();
  await page.locator('.graphiql-query-editor').getByText('ThreeLevels').waitFor();
  return 'the example is open';
}

/** Without a key, and with a wrong one. */
async function strangersSeeNothing(page, server) {
  await page.goto(`${server}/?developers=operations`);
  await page.getByRole('heading', { name: '需要接口密钥' }).waitFor();
  if ((await page.getByRole('row').count()) > 0) throw new Error('operations are shown');
  await giveKey(page, 'sx_live_abcdefgh_wrong');
  const refusal = page.getByRole('alert');
  await refusal.waitFor();
  const told = await refusal.innerText();
  if (!told.includes('CREDENTIAL_INVALID')) throw new Error(told);
  return told.split('\n')[0];
}

async function openWithKey(page, key) {
  await giveKey(page, key);
  await page.locator('.table tbody tr').first().waitFor();
  await page.waitForFunction(() => document.activeElement?.classList.contains('shown'));
  await staysInMemory(page, key);
  const operations = await page.locator('.table tbody tr').count();
  return `${operations} operations, ${await downloadSdl(page)}`;
}

/** The key is in the box alone: not in the address, the storage, or the text of the page. */
async function staysInMemory(page, key) {
  const kept = await page.evaluate(() => [
    location.href,
    JSON.stringify({ ...localStorage }),
    JSON.stringify({ ...sessionStorage }),
    JSON.stringify(history.state),
    document.cookie,
    document.body.innerText,
  ]);
  if (kept.some((text) => text.includes(key))) throw new Error('the key is kept outside the memory of the page');
}

async function downloadSdl(page) {
  await page.getByRole('tab', { name: '概览与示例' }).click();
  const told = [];
  for (const [name, part] of [['下载 SDL', 'type Query'], ['下载 SDL（含联邦指令）', '@link']]) {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name, exact: true }).click();
    const download = await coming;
    const text = readFileSync(await download.path(), 'utf8');
    if (!text.includes(part)) throw new Error(`no ${part} in ${download.suggestedFilename()}`);
    told.push(`${download.suggestedFilename()} of ${text.length} characters`);
  }
  if (await page.locator('a[href^="/graphiql"]').count()) throw new Error('a link to GraphiQL, which is not there');
  return told.join(', ');
}

async function seeUsage(page, key) {
  await page.getByRole('tab', { name: '我的密钥' }).click();
  await page.getByText(PARTNER).waitFor();
  await page.getByText('近 1 天', { exact: true }).click();
  const chart = page.getByRole('img', { name: /^柱状图，每小时一柱，共 24 柱/ });
  await chart.waitFor();
  await page.getByText('数据表').click();
  const rows = await page.locator('.table-figures tbody tr').count();
  if (rows !== 24) throw new Error(`${rows} rows in the table`);
  await staysInMemory(page, key);
  return (await page.locator('.totals').innerText()).replaceAll(/\s+/g, ' ');
}

/** A manifest as graphql-codegen writes it; one with a document that cannot be read is refused as a whole. */
async function registerDocuments(page) {
  const give = async (documents) => {
    const buffer = Buffer.from(JSON.stringify(documents));
    await page.getByLabel(/^语句清单/).setInputFiles({ name: 'persisted-documents.json', mimeType: 'application/json', buffer });
    await page.getByRole('button', { name: '登记', exact: true }).click();
  };
  await give({ a: 'query Wrong {', b: 'query Right { serviceLimits { depth } }' });
  const refusal = page.getByRole('alert').filter({ hasText: 'INVALID_DOCUMENT' });
  await refusal.waitFor();
  await page.getByRole('table', { name: '语句错误' }).getByText(/^第 1 行第 \d+ 列$/).first().waitFor();
  await give({ b: 'query CreditCheck($uscc: Uscc!) { enterprise(uscc: $uscc) { name status } }', a: 'query Limits { serviceLimits { depth } }' });
  await page.getByText('已登记 2 条语句').waitFor();
  const [first] = await page.locator('.wide-table tbody tr').allInnerTexts();
  if (!/^Limits\s+[0-9a-f]{64}/.test(first)) throw new Error(`a mark of another document: ${first}`);
  if ((await refusal.count()) > 0) throw new Error('the refusal stays');
  await page.getByText('已登记的语句', { exact: true }).click();
  const listed = page.locator('.trusted > li');
  await listed.nth(1).waitFor();
  return `${await listed.count()} documents: ${(await listed.first().innerText()).replaceAll(/\s+/g, ' ').slice(0, 60)}`;
}

/** By keyboard: the question is asked once, can be taken back, and the new key is shown once. */
async function renewKey(page, key) {
  const begin = page.getByRole('button', { name: '更换密钥' });
  await begin.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  if (!(await begin.evaluate((button) => button === document.activeElement))) throw new Error('the focus is lost');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '确认更换' }).press('Enter');
  const fresh = await page.locator('.fresh-key').innerText();
  if (!fresh.startsWith('sx_live_') || fresh === key) throw new Error('no new key');
  await page.waitForFunction(() => document.activeElement?.classList.contains('notice-good'));
  await page.getByRole('button', { name: /复制\s*新密钥/ }).click();
  if ((await clipboard(page)) !== fresh) throw new Error('another text was copied');
  await page.getByText(PARTNER).waitFor();
  await page.getByRole('button', { name: '我已保存' }).click();
  await staysInMemory(page, fresh);
  return 'shown once, copied, and in use';
}

async function exceedQuota(page, server, key) {
  await page.goto(`${server}/?developers=key`);
  await giveKey(page, key);
  await page.getByRole('heading', { name: '用量' }).waitFor();
  const refusal = page.getByRole('alert').filter({ hasText: 'QUOTA_EXCEEDED' });
  // One request a minute is allowed, and a minute may begin between two.
  for (const period of ['近 30 天', '近 1 天']) {
    // oxlint-disable-next-line no-await-in-loop
    await page.getByText(period, { exact: true }).click();
    // oxlint-disable-next-line no-await-in-loop
    if (await appears(refusal)) break;
  }
  const [told] = (await refusal.innerText()).split('\n');
  if (!/等待 \d+ 秒/.test(told)) throw new Error(told);
  return told;
}

function appears(locator) {
  return locator.waitFor({ timeout: 8000 }).then(
    () => true,
    () => false,
  );
}

async function giveKey(page, key) {
  await page.getByLabel('接口密钥', { exact: true }).fill(key);
  await page.getByRole('button', { name: '使用', exact: true }).click();
}

async function clipboard(page) {
  return await page.evaluate(() => navigator.clipboard.readText());
}
