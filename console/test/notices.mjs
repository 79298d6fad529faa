// 公告检验 A clerk publishes a notice on the page of an enterprise, finds it in its timeline, and withdraws it.

export function noticeSteps({ uscc }) {
  return [
    ['notice-publish', (page, server) => publish(page, server, uscc)],
    ['notice-withdraw', withdraw],
  ];
}

/** The form says what the law asks; the list shows the term that follows. */
async function publish(page, server, uscc) {
  await page.goto(`${server}/?uscc=${uscc}&tab=notices`);
  await page.getByText('发布公告').click();
  await page.getByLabel('公告类型').selectOption('SERVICE');
  await page.getByLabel('所送达文书的文号').waitFor();
  await page.getByLabel('公告类型').selectOption('CAPITAL_REDUCTION');
  const title = `减资公告 ${page.viewportSize().width}`;
  await page.getByLabel('标题').fill(title);
  await page.getByLabel('正文').fill('股东会决议减少注册资本，请债权人申报。');
  await page.getByRole('button', { name: '发布', exact: true }).click();
  const notice = page.locator('.records > li', { hasText: title }).first();
  await notice.getByText('公告期内').waitFor();
  const told = await notice.innerText();
  if (!told.includes('第二百二十四条')) throw new Error(`no article: ${told}`);
  // A second one of the kind is refused with what to do.
  await page.getByLabel('标题').fill(title);
  await page.getByLabel('正文').fill('再次公告');
  await page.getByRole('button', { name: '发布', exact: true }).click();
  await page.getByText('请先撤回原公告').waitFor();
  await page.getByRole('tab', { name: '时间线' }).click();
  await page.getByText(title).waitFor();
  await page.getByRole('tab', { name: '公告' }).click();
  return /\d{4}年\d+月\d+日/.exec(told)?.[0] ?? told;
}

async function withdraw(page) {
  const open = page.locator('.records > li', { hasText: '公告期内' }).filter({ hasText: '股东会决议减少注册资本，请债权人申报。' });
  await open.getByRole('button', { name: '撤回公告' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^撤回理由/).fill('公告内容有误，更正后重发');
  await dialog.getByRole('button', { name: '撤回', exact: true }).click();
  await page.getByText('公告内容有误，更正后重发').first().waitFor();
  await open.waitFor({ state: 'detached' });
  return 'withdrawn';
}
