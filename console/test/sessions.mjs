// 会话与权限检验 Whoever is signed in elsewhere ends that; whoever manages accounts sees where they are signed in; the matrix
// of rights says of every role what it may do.
import { ask, OWN_PASSWORD } from './people.mjs';

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { token } }';

/** `login` needs no second factor. */
export function ownSessionSteps(login) {
  return [['sessions', (page, server) => endAnother(page, server, login)]];
}

export function accountSessionSteps(login) {
  return [
    ['user-sessions', (page, server) => lookAt(page, server, login)],
    ['rights', readRights],
  ];
}

async function endAnother(page, server, login) {
  await ask(server, SIGN_IN, { input: { login, password: OWN_PASSWORD, wantsToken: true } });
  await page.goto(`${server}/?room=account`);
  await page.getByText('本次登录', { exact: true }).waitFor();
  const others = page.getByRole('button', { name: /^结束登录/ });
  const before = await others.count();
  if (before === 0) throw new Error('the other session is not shown');
  await others.first().click();
  await page.getByRole('dialog').getByRole('button', { name: '结束登录' }).click();
  await page.waitForFunction((count) => [...document.querySelectorAll('td button')].filter(({ innerText }) => innerText.startsWith('结束登录')).length < count, before);
  await page.getByText('本次登录', { exact: true }).waitFor();
  return `${before} elsewhere, one ended`;
}

async function lookAt(page, server, login) {
  await page.goto(`${server}/?room=users`);
  await page.getByRole('button', { name: `登录情况 ${login}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('row').nth(1).waitFor();
  const seen = (await dialog.getByRole('row').nth(1).innerText()).replaceAll(/\s+/g, ' ');
  // It can be linked to.
  await page.reload();
  await dialog.getByRole('button', { name: '全部下线' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  return seen;
}

async function readRights(page) {
  await page.getByRole('navigation', { name: '工作间' }).getByRole('link', { name: '权限矩阵' }).click();
  const matrix = page.getByRole('region', { name: '角色权限' });
  const line = matrix.getByRole('row').filter({ hasText: '建立与停用账号' });
  await line.waitFor();
  const may = await line.getByRole('img', { name: '是' }).count();
  if (may !== 1) throw new Error(`${may} roles make accounts`);
  const raw = (await matrix.innerText()).match(/\b[A-Z]{3,}(_[A-Z]+)+\b/);
  if (raw) throw new Error(`a code where a word should stand: ${raw[0]}`);
  await page.getByRole('row').filter({ hasText: 'legalRepresentative' }).first().waitFor();
  return `${(await matrix.getByRole('columnheader').count()) - 1} roles, ${(await matrix.getByRole('row').count()) - 1} rights`;
}
