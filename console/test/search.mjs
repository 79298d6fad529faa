// 检索检验 The search page: suggestions by keyboard, hits of every kind and why they are some, filters in the
// address, other ways to write, sums, what other provinces sent.

/** In this order; the last one leaves the page as the first one found it. */
export const searchSteps = [
  ['suggestions', suggest],
  ['search', search],
  ['kinds', everyKind],
  ['meant', meantSomethingElse],
  ['degraded', degraded],
  ['failed', failed],
  ['nothing', nothing],
  ['facets', narrow],
  ['conditions', takeBack],
  ['statistics', sums],
  ['elsewhere', elsewhere],
  ['again', search],
];

const box = (page) => page.getByRole('combobox', { name: /企业名称/ });
const address = (server, pairs) => `${server}/?${new URLSearchParams(pairs)}`;
const chips = (page) => page.getByRole('list', { name: '已选条件' });

export async function found(page) {
  await page.getByText(/共找到 [\d,]+ 条/).waitFor();
}

/** As the ARIA pattern promises; the answer to what was typed last is the one that stays. */
async function suggest(page, server) {
  await page.goto(server);
  const options = page.getByRole('option');
  await box(page).pressSequentially('陕西', { delay: 20 });
  await options.first().waitFor();
  await box(page).fill('西安');
  await page.waitForFunction(() => document.querySelector('[role=option]')?.textContent.startsWith('西安'));
  await page.keyboard.press('ArrowUp');
  const last = await options.count();
  await chosen(page, last - 1);
  await page.keyboard.press('ArrowDown');
  if (await box(page).getAttribute('aria-activedescendant')) throw new Error('the box is not between last and first');
  await page.keyboard.press('Escape');
  await options.first().waitFor({ state: 'hidden' });
  if ((await box(page).inputValue()) !== '西安') throw new Error('Escape forgets what was typed');
  await page.keyboard.press('ArrowDown');
  await options.first().waitFor();
  await page.keyboard.press('ArrowDown');
  await chosen(page, 0);
  const name = await options.first().locator('span').first().innerText();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.goBack();
  await box(page).fill('西安');
  await options.first().waitFor();
  return `${last} enterprises, ${name} is open`;
}

async function chosen(page, place) {
  const option = page.getByRole('option').nth(place);
  await option.and(page.locator('[aria-selected=true]')).waitFor();
  const [id, active] = [await option.getAttribute('id'), await box(page).getAttribute('aria-activedescendant')];
  if (id !== active) throw new Error(`${active} is active, not ${id}`);
}

async function search(page, server) {
  await page.goto(server);
  await box(page).fill('餐饮');
  await page.keyboard.press('Enter');
  await found(page);
  const marked = await page.locator('.hits mark').count();
  if (marked === 0) throw new Error('no highlight in the results');
  await noCodes(page);
  if (!(await page.title()).includes('餐饮')) throw new Error('the title does not name the search');
  return `${await page.locator('#result-count').innerText()}, ${marked} highlights`;
}

async function noCodes(page) {
  const [code] = (await page.locator('.hits').innerText()).match(/\b[A-Z]{3,}(_[A-Z]+)+\b/) ?? [];
  if (code) throw new Error(`a code where a word should stand: ${code}`);
}

/** Each kind has its badge, a date or a fact, and a reason. */
async function everyKind(page, server) {
  const kinds = {
    PENALTY: '行政处罚',
    LICENCE: '行政许可',
    INSPECTION: '监督检查',
    ABNORMAL_LISTING: '经营异常名录',
    SERIOUS_VIOLATION: '严重违法失信',
    CREDIT_REPAIR: '信用修复',
    NOTICE: '公告',
    CROSS_REGION_PENALTY: '外省行政处罚',
  };
  for (const [family, word] of Object.entries(kinds)) {
    await page.goto(address(server, [['q', '市'], ['family', family]]));
    const hit = page.locator('.hit').first();
    await hit.locator('.badge').getByText(word, { exact: true }).waitFor();
    if (!/\d{4}年\d+月\d+日/.test(await hit.innerText())) throw new Error(`no day: ${await hit.innerText()}`);
    await noCodes(page);
  }
  await page.locator('.why summary').first().click();
  return await page.locator('.why li').first().innerText();
}

/** A name that nobody has: the nearest ones, and which one was probably meant. */
async function meantSomethingElse(page, server) {
  await page.goto(address(server, [['q', '西安餐饮有线公司']]));
  await page.getByText('以下是相近的结果').waitFor();
  const meant = page.getByText('您是不是要找').getByRole('link');
  const name = await meant.innerText();
  await meant.click();
  await found(page);
  if ((await box(page).inputValue()) !== name) throw new Error('the box does not follow');
  await page.goBack();
  await page.getByText('以下是相近的结果').waitFor();
  return `西安餐饮有线公司 → ${name}`;
}

/** While the index is built. */
async function degraded(page, server) {
  await answering(page, (answer) => {
    if (answer.data?.search) answer.data.search.isDegraded = true;
  });
  await page.goto(address(server, [['q', '餐饮']]));
  const banner = page.locator('.notice-warning');
  await banner.waitFor();
  const told = await banner.innerText();
  await page.unroute('**/graphql');
  return told;
}

/** A refusal is told, and asking again helps. */
async function failed(page, server) {
  await answering(page, (answer) => {
    if (!answer.data?.search) return;
    delete answer.data;
    answer.errors = [{ message: '检索暂不可用，请稍后再试。', extensions: { code: 'SEARCH_UNAVAILABLE' } }];
  });
  await page.goto(address(server, [['q', '餐饮']]));
  const refusal = page.getByRole('alert');
  await refusal.waitFor();
  const told = await refusal.locator('p').innerText();
  await page.unroute('**/graphql');
  // A person reads first: asking again at once would look like a page that asks twice.
  await page.waitForLoadState('networkidle');
  await page.getByRole('button', { name: '重试' }).click();
  await found(page);
  return told;
}

async function answering(page, change) {
  await page.route('**/graphql', async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    change(answer);
    await route.fulfill({ response, json: answer });
  });
}

async function nothing(page, server) {
  await page.goto(address(server, [['q', '“查无此语句”'], ['family', 'PENALTY']]));
  await page.getByText('没有找到符合条件的记录').waitFor();
  await page.getByRole('link', { name: '取消全部筛选条件再查' }).click();
  await page.waitForURL((url) => !url.searchParams.has('family'));
  await page.getByText(/共找到 0 条/).waitFor();
  await page.goto(address(server, [['q', '餐饮']]));
  await found(page);
  return await page.locator('#result-count').innerText();
}

/** Provinces by number of hits, prefectures below the chosen one, two statuses at once. */
async function narrow(page) {
  const facets = await openFacets(page);
  const provinces = await choices(page, '地区（省级）');
  const names = provinces.map(({ label }) => label);
  if (!names.includes('陕西省')) throw new Error(`no 陕西省 in ${names}`);
  const counts = provinces.map(({ count }) => count);
  if (counts.some((count, place) => count > (counts[place - 1] ?? Infinity))) throw new Error(`not by count: ${counts}`);
  await facets.getByLabel('陕西省').check();
  await facets.getByLabel('西安市', { exact: false }).first().waitFor();
  await facets.getByLabel('存续').check();
  await found(page);
  const only = await total(page);
  await facets.getByLabel('在业').check();
  await page.waitForURL(/status=ACTIVE&status=OPERATING/);
  await found(page);
  await page.waitForFunction((before) => !document.querySelector('#result-count')?.textContent.includes(` ${before} `), only);
  const narrowed = await page.locator('#result-count').innerText();
  for (const label of ['在业', '存续', '陕西省']) await facets.getByLabel(label).uncheck();
  await found(page);
  return `${counts.length} provinces, 陕西省 存续 or 在业: ${narrowed}`;
}

async function openFacets(page) {
  const facets = page.locator('.facets');
  await facets.waitFor();
  if ((await facets.getAttribute('open')) === null) await facets.locator('> summary').click();
  return facets;
}

async function choices(page, title) {
  const group = page.getByRole('group', { name: title });
  return await group.locator('> .choice').evaluateAll((labels) =>
    labels.map((label) => {
      const [name, count] = [...label.querySelectorAll('span')].map((span) => span.textContent ?? '');
      return { label: name, count: Number(count?.replaceAll(',', '')) };
    }),
  );
}

async function total(page) {
  return (await page.locator('#result-count').innerText()).match(/共找到 ([\d,]+) 条/)?.[1];
}

/** A count is what choosing it leaves; conditions are shown, shared by address, and gone back from. */
async function takeBack(page, server) {
  await page.goto(address(server, [['q', '餐饮'], ['order', 'LATEST']]));
  await found(page);
  const facets = await openFacets(page);
  const [year] = await choices(page, '年份');
  await facets.getByLabel(year.label).check();
  await page.getByText(`共找到 ${year.count.toLocaleString('zh-CN')} 条`).waitFor();
  const [ground, other] = await choices(page, '事由');
  await facets.getByLabel(ground.label).first().check();
  await facets.getByLabel(other.label).first().check();
  await page.getByText(`共找到 ${(ground.count + other.count).toLocaleString('zh-CN')} 条`).waitFor();
  await page.reload();
  await page.getByText(`共找到 ${(ground.count + other.count).toLocaleString('zh-CN')} 条`).waitFor();
  await chips(page).getByRole('button', { name: `事由：${other.label}` }).click();
  await page.getByText(`共找到 ${ground.count.toLocaleString('zh-CN')} 条`).waitFor();
  await page.goBack();
  await chips(page).getByRole('button', { name: `事由：${other.label}` }).waitFor();
  await openFacets(page);
  await page.getByLabel('金额不少于').fill('一千');
  await page.getByRole('button', { name: '应用' }).click();
  await page.getByRole('alert').getByText('金额请填写数字').waitFor();
  await page.getByLabel('金额不少于').fill('1000');
  await page.keyboard.press('Enter');
  await chips(page).getByRole('button', { name: '金额：1,000 元起' }).waitFor();
  const told = (await chips(page).innerText()).replaceAll(/\s*\n\s*/g, ' ');
  const order = page.getByLabel('排序');
  if ((await order.inputValue()) !== 'LATEST') throw new Error('the order is forgotten');
  await chips(page).getByRole('button', { name: '全部取消' }).click();
  await chips(page).waitFor({ state: 'detached' });
  await found(page);
  return told;
}

/** By one and by two dimensions; small groups are not told; a group leads to its records. */
async function sums(page, server) {
  await page.goto(address(server, [['q', '餐饮']]));
  await found(page);
  await page.getByRole('tab', { name: '统计' }).click();
  const rows = page.locator('.sums tbody tr');
  await rows.first().waitFor();
  const families = await rows.count();
  await page.getByLabel('第二维度').selectOption({ label: '年份' });
  await page.getByRole('columnheader', { name: '记录类别 · 年份' }).waitFor();
  await page.getByRole('button', { name: /显示其余/ }).click();
  await page.getByText('少于 3 件，不予显示').first().waitFor();
  const groups = await rows.count();
  const count = await rows.first().locator('.figure').first().innerText();
  await rows.first().getByRole('link').last().click();
  await page.getByText(`共找到 ${count} 条`).waitFor();
  await page.goBack();
  await rows.first().waitFor();
  return `${families} kinds, ${groups} kinds by year, the largest of ${count}`;
}

/** The public needs no purpose for what is published. */
async function elsewhere(page) {
  await page.getByRole('tab', { name: '外省记录' }).click();
  await found(page);
  const kinds = await page.locator('.hit .badge').allInnerTexts();
  if (kinds.some((kind) => !kind.startsWith('外省'))) throw new Error(kinds.join());
  return await page.locator('#result-count').innerText();
}

/** The button for more keeps the focus; back from a later hit the list is as long and as far down as it was. */
export async function comeBack(page) {
  const more = page.getByRole('button', { name: '显示更多' });
  await more.click();
  const hit = page.locator('.hits > li').nth(30);
  await hit.waitFor();
  await more.waitFor();
  if (!(await more.evaluate((button) => button === document.activeElement))) throw new Error('the focus is lost');
  await hit.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => window.scrollY);
  await hit.locator('a').click();
  await page.getByRole('heading', { name: '登记信息' }).waitFor();
  await page.goBack();
  await hit.waitFor();
  await page.waitForFunction((top) => Math.abs(window.scrollY - top) < 5, before);
  return `${await page.locator('.hits > li').count()} hits again, ${before} px down`;
}
