// 填报检验 A liaison fills in and files a report that hardly changed: how many fields are typed is counted, a second window
// stores another value meanwhile, the line breaks, and nothing is lost.

/** Fields that an unchanged company may have to type. */
const MOST_TYPED = 12;
const YEAR = new Date().getUTCFullYear() - 1;

export function filingSteps(company) {
  const address = (server) => `${server}/?uscc=${company.uscc}&draft=${YEAR}`;
  return [
    ['filings', openFilings],
    ['filing-branches', seeBranches],
    ['filing-form', openForm],
    ['filing-confirm', confirmAll],
    ['filing-findings', findingsWhileTyping],
    ['filing-ask', askAboutField],
    ['filing-offline', (page, server) => offline(page, address(server)), /ERR_INTERNET_DISCONNECTED|ERR_FAILED/],
    ['filing-conflict', (page, server) => conflict(page, address(server))],
    ['filing-preview', preview],
  ];
}

const saved = (page) => page.locator('.save-saved').waitFor();

async function openFilings(page, server) {
  await page.goto(server);
  await page.getByRole('navigation', { name: '工作间' }).getByRole('link', { name: '我的年报' }).click();
  const card = page.locator('.filing').first();
  await card.waitFor();
  return (await card.innerText()).replaceAll(/\s+/g, ' ');
}

/** The branches of the enterprise with their state, or that there are none. */
async function seeBranches(page) {
  const card = page.locator('.filing').first();
  await card.getByRole('button', { name: '分支机构' }).click();
  const told = card.getByRole('table').or(card.getByText('没有登记的分支机构'));
  await told.first().waitFor();
  const seen = (await told.first().innerText()).replaceAll(/\s+/g, ' ').slice(0, 60);
  await card.getByRole('button', { name: '分支机构' }).click();
  return seen;
}

async function openForm(page) {
  await page.locator('.filing').first().getByRole('link', { name: /填报/ }).click();
  await page.getByRole('navigation', { name: '填报步骤' }).waitFor();
  const steps = await page.getByRole('navigation', { name: '填报步骤' }).getByRole('button').allInnerTexts();
  if ((await page.locator('.box .badge').count()) === 0) throw new Error('no prefilled value tells its source');
  return steps.map((step) => step.replaceAll(/\s+/g, ' ')).join('、');
}

/** One click; what is left to type is counted over all sections. */
async function confirmAll(page) {
  const all = page.getByRole('button', { name: /全部无变化/ });
  if (await all.isVisible()) {
    await all.click();
    await all.waitFor({ state: 'detached' });
  }
  await saved(page);
  let [left, typed] = [0, 0];
  const steps = page.getByRole('navigation', { name: '填报步骤' }).getByRole('button');
  for (let place = 0; place < (await steps.count()) - 1; place += 1) {
    await steps.nth(place).click();
    await page.locator('.guided-main .card').first().waitFor();
    const empty = page.locator('.box:has(.badge-missing)');
    left += await empty.count();
    // What is chosen, or taken over from last year, is a click.
    typed += await empty.filter({ has: page.locator('input') }).filter({ hasNot: page.getByRole('button', { name: /沿用上年/ }) }).count();
  }
  await steps.first().click();
  if (typed > MOST_TYPED) throw new Error(`${typed} fields have to be typed`);
  return `${left} fields left, ${typed} of them to be typed`;
}

/** A wrong value is found fault with beside its field, with what mends it; a right one is fine. */
async function findingsWhileTyping(page) {
  const phone = page.getByLabel('联系电话', { exact: true });
  const box = page.locator('[id="item-phone"]');
  await phone.fill('123');
  await box.locator('.note-error').first().waitFor();
  const told = await box.locator('.note-error p').first().innerText();
  if ((await phone.getAttribute('aria-invalid')) !== 'true') throw new Error('the field does not say that it is wrong');
  await phone.fill('029-88880000');
  await box.locator('.note-error').first().waitFor({ state: 'detached' });
  await saved(page);
  return told;
}

/** 这一栏怎么填 The assistant knows the field in focus, and cites. */
async function askAboutField(page) {
  await page.getByLabel('联系电话', { exact: true }).focus();
  const open = page.getByRole('button', { name: '助手', exact: true });
  const isNarrow = await open.isVisible();
  if (isNarrow) await open.click();
  await page.getByRole('button', { name: '“联系电话”怎么填？' }).click();
  await page.locator('.answer-text').waitFor();
  const told = await page.locator('.answer').innerText();
  if (isNarrow) {
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  return told.replaceAll(/\s+/g, ' ').slice(0, 80);
}

/** Without a line what was typed stays here, also over a reload, and is stored when the line is back. */
async function offline(page, address) {
  await page.goto(address);
  const postcode = page.getByLabel('邮政编码', { exact: true });
  await postcode.waitFor();
  await page.route('**/graphql', (route) => route.abort());
  await postcode.fill('710001');
  await page.locator('.save-offline').waitFor();
  const told = await page.locator('.save-offline').innerText();
  await page.unroute('**/graphql');
  await page.reload();
  await postcode.waitFor();
  if ((await postcode.inputValue()) !== '710001') throw new Error('what was typed is forgotten');
  await saved(page);
  return told;
}

/** Two windows: nothing is overwritten, both values are shown, the filer decides. */
async function conflict(page, address) {
  const other = await page.context().newPage();
  await other.goto(address);
  await other.getByLabel('邮政编码', { exact: true }).waitFor();
  await page.getByLabel('邮政编码', { exact: true }).fill('710002');
  await page.waitForTimeout(1500);
  await saved(page);
  await other.getByLabel('邮政编码', { exact: true }).fill('710003');
  const dialog = other.getByRole('dialog');
  await dialog.waitFor();
  const shown = await dialog.innerText();
  if (!shown.includes('710002') || !shown.includes('710003')) throw new Error(`not both: ${shown}`);
  await dialog.getByRole('button', { name: '保留我填写的' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await saved(other);
  await other.close();
  await page.reload();
  await page.getByLabel('邮政编码', { exact: true }).waitFor();
  if ((await page.getByLabel('邮政编码', { exact: true }).inputValue()) !== '710003') throw new Error('the choice was not stored');
  return 'both shown, the choice stored';
}

async function preview(page) {
  await page.getByRole('navigation', { name: '填报步骤' }).getByRole('button', { name: /预览与报送/ }).click();
  await page.getByRole('region', { name: '公示预览' }).waitFor();
  return (await page.getByText(/错误 \d+ 个|可以报送/).first().innerText()).trim();
}
