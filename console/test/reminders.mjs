// 退订检验 A liaison refuses reminders, asked once, and wants them again; whoever got a message does so by its word, without an
// account, and is told of one that is none.

/** In a session of the liaison. */
export const reminderSteps = [['reminder-choice', choose]];
/** Nobody has signed in. */
export const optOutSteps = [['opt-out', refuseByWord]];

async function choose(page, server) {
  await page.goto(`${server}/?room=liaison`);
  const choice = page.getByRole('region', { name: '催报短信' });
  await choice.getByText('接收催报短信', { exact: true }).waitFor();
  await choice.getByRole('button', { name: '退订' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^退\s*订$/ }).click();
  const refused = choice.getByText(/^已退订催报短信/);
  await refused.waitFor();
  const told = (await choice.locator('p').first().innerText()).replaceAll(/\s+/g, ' ');
  await page.reload();
  await refused.waitFor();
  await choice.getByRole('button', { name: '恢复接收' }).click();
  await choice.getByText('接收催报短信', { exact: true }).waitFor();
  return told;
}

/** Opening the page refuses nothing; a wrong word leads back to its box. */
async function refuseByWord(page, server) {
  await page.goto(`${server}/?optout=k7h2mqztab`);
  const box = page.getByLabel('退订码');
  await box.waitFor();
  if ((await box.inputValue()) !== 'k7h2mqztab') throw new Error('the word of the address is not in its box');
  await page.keyboard.press('Tab');
  await box.press('Enter');
  const refusal = page.getByRole('alert');
  await refusal.waitFor();
  if (!(await box.evaluate((one) => one === document.activeElement))) throw new Error('the focus is lost');
  return (await refusal.innerText()).replaceAll(/\s+/g, ' ');
}
