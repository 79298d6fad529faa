// 责令改正检验 The liaison of an enterprise that was ordered to correct its report reads the letter and answers it.

export function letterSteps({ number, enterprise }) {
  return [
    ['letters', (page, server) => readLetter(page, server, number, enterprise)],
    ['letter-answer', (page) => answerLetter(page, number)],
  ];
}

async function readLetter(page, server, number, { uscc, name }) {
  await page.goto(server);
  await page.getByRole('navigation', { name: '工作间' }).getByRole('link', { name: '责令改正通知' }).click();
  await page.getByRole('heading', { name: new RegExp(number.replaceAll(/[^\d\u4e00-\u9fff]/g, '.')) }).waitFor();
  // The letter can be linked to.
  await page.goto(`${server}/?room=letters&at=${uscc}.${encodeURIComponent(number)}`);
  await page.waitForFunction(() => document.activeElement?.classList.contains('letter-card'));
  return `${name}: ${(await page.locator('.letter-findings').first().innerText()).replaceAll(/\s+/g, ' ')}`;
}

/** An answer that was begun outlives the page; once sent it stands at the letter. */
async function answerLetter(page, number) {
  const box = page.getByLabel(/^答复（/).first();
  if ((await box.count()) === 0) {
    // The other window of this walk has answered it.
    await page.getByText(/已答复，等待核查/).waitFor();
    return 'already answered';
  }
  await box.fill('已更正年度报告，与登记档案一致。');
  await page.reload();
  if ((await box.inputValue()) !== '已更正年度报告，与登记档案一致。') throw new Error('what was typed is forgotten');
  await page.getByRole('button', { name: `发送答复 ${number}` }).click();
  await page.getByText(/已答复，等待核查/).waitFor();
  return 'answered';
}
