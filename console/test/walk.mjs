// 走查 One walk through the console in one window: every step acts, then what is on the screen is looked
// at. Fails on an error in the browser's console, on a request to another host, on a question that is asked twice or
// once a row (test/requests.mjs), on a serious axe finding and on sideways scroll.
import { mkdirSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { watchRequests } from './requests.mjs';

const SCREENSHOTS = process.env.SCREENSHOTS;
export const VIEWPORTS = [
  { name: 'desktop', width: 1366, height: 768 },
  { name: 'phone', width: 360, height: 740 },
];

/**
 * All steps in one window of the browser; says whether one failed. A step is its name, what it does, and
 * what the browser's console may say meanwhile. With a person the walk is theirs, in a session that goes on.
 */
export async function walk(browser, server, { name, width, height }, steps, person = null) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN', reducedMotion: 'reduce' });
  if (person) await context.addCookies(sessionOf(person, server));
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const troubles = listen(page);
  const requests = watchRequests(page, server);
  let anyFailed = false;
  for (const [step, act, allowed] of steps) {
    try {
      const seen = await act(page, server);
      troubles.push(...requests.troubles(), ...(await inspect(page, width)));
      if (SCREENSHOTS) await photograph(page, `${name}-${step}`);
      const grave = troubles.splice(0).filter((trouble) => !allowed?.test(trouble));
      if (grave.length > 0) throw new Error(grave.join('\n    '));
      console.log(`ok   ${name} ${step} (${requests.counted()}): ${seen}`);
    } catch (error) {
      anyFailed = true;
      requests.counted();
      console.log(`FAIL ${name} ${step}: ${error.message}`);
    }
  }
  await context.close();
  return anyFailed;
}

/** The cookie of a session that was begun outside the browser, as production and as development name it. */
function sessionOf({ token }, server) {
  const cookie = { value: token, domain: new URL(server).hostname, path: '/', httpOnly: true, sameSite: 'Lax' };
  return [
    { ...cookie, name: '__Host-qinxin', secure: true },
    { ...cookie, name: 'qinxin', secure: false },
  ];
}

/** Collects what must not happen while the page is used. */
function listen(page) {
  const troubles = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`page: ${error.message}`));
  return troubles;
}

/** Accessibility and width of what is on the screen now. */
async function inspect(page, width) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
  return [
    ...grave.map(({ id, nodes }) => `axe ${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`),
    ...(scrollWidth > width ? [`sideways scroll: ${scrollWidth} px in a window of ${width} px`] : []),
  ];
}

async function photograph(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });
}
