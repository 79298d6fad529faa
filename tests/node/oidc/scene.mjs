// 场景 What the suite of sign-in works with: a server with seven providers, a certified one and six that forge, and
// the people who have accounts.

import { startCertified } from './certified.mjs';
import { startForger } from './forger.mjs';
import { Browser, freePort, Place, provider, serve, showSecondFactor, signInLocally } from './server.mjs';
import { none, Suite } from '../suite.mjs';

/** What counts as two factors at one of them. */
export const TWO_FACTORS = 'urn:example:loa:2';

export const suite = new Suite('oidc');
export const place = new Place();
const [port, certifiedPort] = [await freePort(), await freePort()];
export const base = `http://127.0.0.1:${port}`;
export const certified = await startCertified(certifiedPort, base, 'staff');
export const forger = await startForger({ forged: {}, other: { namesIssuer: false }, open: {}, flood: {}, rotating: {}, never: {} });
export const { forged, other, open, flood, rotating, never } = forger.issuers;
never.isDown = true;

/** The configuration of one that forges. */
export const ofForger = (id, issuer, audience, more = {}) =>
  provider({ id, name: `测试 ${id}`, issuer: issuer.url, client_id: issuer.client.id, client_secret: issuer.client.secret, audience, ...more });
export const configuration = [
  `public_url = "${base}"`,
  ...provider({ id: 'staff', name: '省统一身份认证', issuer: certified.issuer, ...certified.client, audience: 'STAFF' }),
  ...ofForger('forged', forged, 'STAFF', { second_factor_acr: [TWO_FACTORS, 'mfa'] }),
  ...ofForger('other', other, 'STAFF'),
  ...ofForger('open', open, 'PUBLIC', { creates_accounts: true }),
  ...ofForger('flood', flood, 'STAFF'),
  ...ofForger('rotating', rotating, 'STAFF'),
  ...ofForger('never', never, 'STAFF'),
];
export const server = await serve(place, port, configuration);

/** Accounts, made at the machine and signed in with their passwords. */
export async function makePeople() {
  const person = async (login, role) => {
    const password = place.account(login, role);
    const browser = new Browser();
    const secret = await signInLocally(browser, base, login, password);
    return { login, password, browser, secret };
  };
  const people = {
    system: await person('system', 'SYSTEM_ADMINISTRATOR'),
    security: await person('security', 'SECURITY_ADMINISTRATOR'),
    audit: await person('audit', 'AUDIT_ADMINISTRATOR'),
    clerk: await person('clerk', 'CLERK'),
    objector: await person('objector', 'OBJECTOR'),
    leaver: await person('leaver', 'OBJECTOR'),
  };
  const { users } = await people.system.browser.ask(base, '{ users(first: 100) { nodes { id login } } }');
  for (const { id, login } of users.nodes) people[login].id = id;
  for (const [login, id, subject] of [
    ['clerk', 'staff', 'clerk-there'],
    ['clerk', 'forged', 'clerk-there'],
    ['clerk', 'other', 'clerk-there'],
    ['clerk', 'flood', 'clerk-there'],
    ['clerk', 'rotating', 'clerk-there'],
    ['objector', 'forged', 'objector-there'],
    ['leaver', 'forged', 'leaver-there'],
  ]) {
    const [error] = await change(people.system, 'linkIdentity', people[login].id, id, subject);
    if (error) throw new Error(`${login} ${id}: ${error}`);
  }
  return people;
}

/** `linkIdentity` or `unlinkIdentity`; gives the codes of its errors. */
export async function change(person, name, userId, provider, subject) {
  const type = `${name[0].toUpperCase()}${name.slice(1)}Input!`;
  const data = await person.browser.ask(base, `mutation($input: ${type}) { ${name}(input: $input) { userErrors { code } } }`, {
    input: { userId, provider, subject },
  });
  return data[name].userErrors.map(({ code }) => code);
}

/** Begins a sign-in and lets the forger answer; gives the address to which the browser is sent back. */
export async function sentBack(browser, id, query = '') {
  const begun = await browser.get(`${base}/oidc/${id}/start${query}`);
  if (begun.status !== 303) throw new Error(`${begun.status} ${begun.text}`);
  const there = await browser.get(begun.location);
  return there.location;
}

/** The whole way; gives the last answer of the server. */
export async function signIn(browser, id, query) {
  return browser.get(await sentBack(browser, id, query));
}

/** What is wrong with the page of a refusal. */
export function refusal(answer, status, code) {
  const { text, headers } = answer;
  return [
    answer.status !== status && `the status is ${answer.status}, not ${status}: ${text.slice(-400)}`,
    !text.includes(`<dd>${code}</dd>`) && `the page does not say ${code}: ${text.slice(-400)}`,
    !/lang="zh-CN"/.test(text) && 'the page is not in Chinese',
    !headers.get('content-type').startsWith('text/html; charset=utf-8') && `it is ${headers.get('content-type')}`,
    headers.get('cache-control') !== 'no-store' && 'it may be stored',
    !text.includes(headers.get('x-request-id')) && 'the page does not tell the id of the request',
    /openid|panick|SELECT|sqlite|postgres|src\//i.test(text) && 'the page tells of our insides',
  ];
}

export async function refused(title, id, status, code, lie) {
  await suite.check(title, async () => {
    const browser = new Browser();
    const answer = await lie(browser);
    none([...refusal(answer, status, code), (await browser.viewer(base)).kind !== 'ANONYMOUS' && 'somebody is signed in']);
  });
}

/** A code is taken once: one of the next step is shown if that of this step was taken before. */
export async function nextCode(browser, secret) {
  const now = Date.now;
  try {
    await showSecondFactor(browser, base, secret);
  } catch {
    Date.now = () => now() + 30_000;
    await showSecondFactor(browser, base, secret);
  } finally {
    Date.now = now;
  }
}

/** Sends a logout token; gives status and body. */
export async function logOut(id, token, headers = {}) {
  const answer = await fetch(`${base}/oidc/${id}/backchannel-logout`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ logout_token: token }).toString(),
  });
  if (answer.headers.get('cache-control') !== 'no-store') throw new Error('the answer may be stored');
  return [answer.status, await answer.text()];
}
