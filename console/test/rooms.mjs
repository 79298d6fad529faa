// 工作间检验 What stands behind the sign-in: the first sign-in with everything it asks for, then the rooms of each role.
import { readFileSync } from 'node:fs';
import { filingSteps } from './filing.mjs';
import { letterSteps } from './letters.mjs';
import { noticeSteps } from './notices.mjs';
import { code } from './people.mjs';
import { optOutSteps, reminderSteps } from './reminders.mjs';
import { accountSessionSteps, ownSessionSteps } from './sessions.mjs';

/** Nobody has signed in yet. */
export function signInSteps(people) {
  return [
    ...optOutSteps,
    ['room-closed', closed],
    ['sign-in-wrong', wrongPassword],
    ['sign-in-first', (page, server) => firstSignIn(page, server, page.viewportSize().width > 600 ? people.fresh1 : people.fresh2)],
    ['sign-out', signOut],
  ];
}

/** By login, in a session that has begun. */
export function roomSteps({ company, letter }) {
  return {
    analyst1: [
      ['analysis', analyse],
      ['purpose', statePurpose],
      ['keep', keepAndExport],
      ['jobs', foundAgain],
      ['watching', watch],
      ['account', ownAccount],
    ],
    sys01: [['users', makeAccount], ...accountSessionSteps('analyst1')],
    sec01: [
      ['roles', grantRole],
      ['clients', seeClients],
      ['client', makeClient],
    ],
    aud01: [['audit', verifyAudit]],
    clerk1: [
      ...['填报进度', '零值年报', '比对发现', '责令改正', '报告分析'].map((title) => [`bureau-${title}`, (page, server) => supervise(page, server, title)]),
      ...noticeSteps(company),
    ],
    liaison1: [...ownSessionSteps('liaison1'), ...reminderSteps, ...filingSteps(company)],
    ...(letter && { liaison2: letterSteps(letter) }),
  };
}

const rooms = (page) => page.getByRole('navigation', { name: '工作间' });

/** A deep link says what to do, and leads back after the sign-in. */
async function closed(page, server) {
  await page.goto(`${server}/?room=analysis`);
  await page.getByText('登录后才能使用这个页面').waitFor();
  if (await rooms(page).isVisible()) throw new Error('rooms are shown to strangers');
  await page.getByRole('main').getByRole('link', { name: '登录' }).click();
  await page.getByLabel('账号').waitFor();
  return page.url().replace(server, '');
}

async function wrongPassword(page) {
  await page.getByLabel('账号').fill('fresh1');
  await page.getByLabel('口令').fill('not-this-one');
  await page.keyboard.press('Enter');
  const refusal = page.getByRole('alert');
  await refusal.waitFor();
  return (await refusal.innerText()).split('\n')[0];
}

/** By keyboard alone: password, second factor, a password of one's own, and on to where one wanted to go. */
async function firstSignIn(page, server, { login, password }) {
  await page.goto(`${server}/?room=analysis`);
  await page.getByRole('main').getByRole('link', { name: '登录' }).press('Enter');
  await page.getByLabel('账号').fill(login);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '绑定动态口令' }).waitFor();
  const secret = (await page.locator('.secret').innerText()).trim();
  await page.getByLabel('动态口令', { exact: true }).fill(code(secret));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '首次登录，请更换口令' }).waitFor();
  await page.getByLabel('新口令', { exact: true }).fill('Weihe-qinling-7204');
  await page.getByLabel('再输一次新口令').fill('Weihe-qinling-720');
  await page.keyboard.press('Enter');
  await page.getByText('两次输入不一致').waitFor();
  await page.getByLabel('再输一次新口令').fill('Weihe-qinling-7204');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: '统计分析' }).waitFor();
  return (await rooms(page).getByRole('link').allInnerTexts()).join('、');
}

/** Nothing of the former viewer is left, also on the way back. */
async function signOut(page) {
  await page.getByRole('button', { name: '退出' }).click();
  await page.getByRole('link', { name: '登录' }).waitFor();
  await page.goBack();
  await page.getByText('登录后才能使用这个页面').waitFor();
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  if (kept !== '{}') throw new Error(`kept: ${kept}`);
  return 'nothing is left';
}

async function analyse(page, server) {
  await page.goto(server);
  await rooms(page).getByRole('link', { name: '统计分析' }).click();
  const charts = page.getByRole('img');
  await charts.first().locator('svg').waitFor();
  const all = await page.locator('.sums-line dd').first().innerText();
  await page.getByLabel('检索词').fill('餐饮');
  await page.keyboard.press('Enter');
  await page.waitForURL(/at=q/);
  await page.waitForFunction((before) => document.querySelector('.sums-line dd')?.innerText !== before, all);
  await page.getByText('数据表').first().click();
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: /导出表格/ }).first().click();
  const text = readFileSync(await (await coming).path(), 'utf8');
  if (!text.startsWith('\uFEFF"项目","件数"')) throw new Error(`the file begins with ${text.slice(0, 20)}`);
  return `${await charts.count()} charts, ${all.replaceAll(/\s+/g, ' ')}`;
}

/** Offices say what for before they see what other provinces sent. */
async function statePurpose(page, server) {
  await page.goto(`${server}/?q=${encodeURIComponent('公司')}&view=elsewhere`);
  await page.getByRole('heading', { name: '请先说明查询用途' }).waitFor();
  await page.getByLabel(/用途/).fill('跨地域信用核查');
  await page.keyboard.press('Enter');
  await page.getByText(/共找到 [\d,]+ 条/).waitFor();
  return await page.locator('#result-count').innerText();
}

async function keepAndExport(page, server) {
  await page.goto(`${server}/?q=${encodeURIComponent('公司')}`);
  await page.getByText(/共找到 [\d,]+ 条/).waitFor();
  await page.locator('.keep > summary').click();
  await page.getByLabel('以此名称保存当前检索').fill('关注的公司');
  await page.keyboard.press('Enter');
  await page.getByText('已保存“关注的公司”').waitFor();
  await page.locator('#export-purpose').fill('专项检查名单核对');
  await page.getByRole('button', { name: '导出全部结果' }).click();
  await page.getByRole('link', { name: '下载文件' }).waitFor();
  return (await page.locator('.keep .notice-good').innerText()).replaceAll(/\s+/g, ' ');
}

/** Whoever left the page finds the export again, with its file, and does so after loading the page anew. */
async function foundAgain(page) {
  await rooms(page).getByRole('link', { name: '我的任务' }).click();
  const row = page.getByRole('row').filter({ hasText: '导出检索结果' }).first();
  await row.getByText('已完成').waitFor();
  await page.reload();
  const coming = page.waitForEvent('download');
  await row.getByRole('link', { name: '下载文件' }).click();
  const name = (await coming).suggestedFilename();
  return `${(await row.innerText()).replaceAll(/\s+/g, ' ')}: ${name}`;
}

async function watch(page) {
  await rooms(page).getByRole('link', { name: '检索与提醒' }).click();
  const alerts = page.getByRole('switch', { name: '提醒：关注的公司' });
  await alerts.click();
  await page.getByText('新记录 0 条').waitFor();
  await page.getByRole('button', { name: /删除/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  await page.getByText('还没有保存的检索').waitFor();
  return 'alerts are on, and gone with the search';
}

async function ownAccount(page) {
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: 'analyst1' }).click();
  await page.getByRole('heading', { name: '角色与权限' }).waitFor();
  const told = await page.locator('.facts').first().innerText();
  if (/\b[A-Z]{3,}_/.test(told)) throw new Error(`a code where a word should stand: ${told}`);
  return told.replaceAll(/\s+/g, ' ');
}

async function makeAccount(page, server) {
  await page.goto(`${server}/?room=users`);
  await page.getByRole('button', { name: '建立账号' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('账号').fill(`new${Date.now()}`);
  await dialog.getByLabel('姓名').fill('何山');
  await dialog.getByRole('button', { name: /建\s*立/ }).click();
  await page.getByText('初始口令只显示这一次').waitFor();
  await dialog.waitFor({ state: 'hidden' });
  return `${await page.getByRole('row').count()} accounts`;
}

async function grantRole(page, server) {
  await page.goto(`${server}/?room=users`);
  const row = page.getByRole('row').filter({ hasText: '何山' }).last();
  await row.getByRole('button', { name: /授予角色/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('角色').click();
  await page.getByTitle('经办人员').click();
  await dialog.getByRole('button', { name: /授\s*予/ }).click();
  await dialog.waitFor({ state: 'hidden' });
  await row.getByText(/经办人员/).waitFor();
  return (await row.innerText()).replaceAll(/\s+/g, ' ');
}

async function seeClients(page) {
  await rooms(page).getByRole('link', { name: '接口用户' }).click();
  await page.getByRole('button', { name: /Expand row|展开行/ }).first().click();
  await page.getByRole('img', { name: /近 7 天请求/ }).locator('svg').waitFor();
  return `${(await page.getByRole('row').count()) - 2} clients`;
}

/** A client of one scope that signs its requests is listed like that, and as it is changed. */
async function makeClient(page) {
  const name = `西安海关${Date.now()}`;
  const dialog = page.getByRole('dialog');
  const sure = dialog.getByRole('button', { name: /确\s*定/ });
  await page.getByRole('button', { name: '建立接口用户' }).click();
  await dialog.getByLabel('单位名称').fill(name);
  for (const scope of ['接收登记变更', '导出检索结果']) await dialog.getByRole('checkbox', { name: scope }).uncheck();
  await dialog.getByRole('switch', { name: '仅限签名请求' }).click();
  await sure.click();
  await page.getByText('密钥只显示这一次').waitFor();
  const row = page.getByRole('row').filter({ hasText: name });
  await row.getByRole('cell', { name: '批量核查信用状况', exact: true }).waitFor();
  await row.getByRole('cell', { name: '是', exact: true }).waitFor();
  await row.getByRole('button', { name: /权限与限额/ }).click();
  await dialog.getByRole('checkbox', { name: '导出检索结果' }).check();
  await sure.click();
  await row.getByRole('cell', { name: '批量核查信用状况、导出检索结果', exact: true }).waitFor();
  await dialog.waitFor({ state: 'hidden' });
  return (await row.innerText()).replaceAll(/\s+/g, ' ');
}

/** Every tab answers, for a year that is over; what it shows can be linked to. */
async function supervise(page, server, title) {
  if (!page.url().includes('room=bureau')) await page.goto(`${server}/?room=bureau`);
  await page.getByRole('tab', { name: title, exact: true }).click();
  const panel = page.getByRole('tabpanel', { name: title });
  await panel.locator('.stack').first().waitFor();
  await panel.locator('.skeleton').first().waitFor({ state: 'detached' });
  const refusals = await page.getByRole('alert').allInnerTexts();
  if (refusals.length > 0) throw new Error(refusals.join());
  return (await panel.innerText()).replaceAll(/\s+/g, ' ').slice(0, 80);
}

async function verifyAudit(page, server) {
  await page.goto(`${server}/?room=audit`);
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('button', { name: '核验审计链' }).click();
  const verdict = page.locator('.ant-alert-success');
  await verdict.waitFor();
  await page.getByLabel('操作', { exact: true }).fill('登录 SIGN_IN');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '查询' }).click();
  await page.waitForURL(/SIGN_IN/);
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('cell', { name: '登录', exact: true }).first().waitFor();
  const raw = (await page.getByRole('table').innerText()).match(/\b[A-Z]{4,}(_[A-Z]+)*\b/);
  if (raw) throw new Error(`a code where a word should stand: ${raw[0]}`);
  return await verdict.innerText();
}
