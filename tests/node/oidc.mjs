// 统一身份认证 Sign-in at providers of unified identity: a certified one, and one that forges. The suite starts
// servers of its own. Numbers O-01 to O-14 are those of the list of wrong answers.

import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync } from 'node:fs';

import { SignJWT } from 'jose';

import { passPages, signOutThere } from './oidc/certified.mjs';
import * as scene from './oidc/scene.mjs';
import { change, logOut, makePeople, nextCode, ofForger, refusal, refused, sentBack, signIn, TWO_FACTORS } from './oidc/scene.mjs';
import { Browser, freePort, Place, serve } from './oidc/server.mjs';
import { none } from './suite.mjs';

const LOGGED_OUT_WITHIN_MS = 5_000;
const { base, certified, configuration, flood, forged, forger, never, open, other, place, rotating, server, suite } = scene;

try {
  const people = await makePeople();
  await goodWays(people);
  await forgedTokens();
  await mixedUp();
  await keys();
  await endings();
  await whoMayEnter(people);
  await links(people);
  await down();
  if (place.database) await atAnotherProcess();
  await trace(people);
  await suite.check('the server ends in good order, and the audit chain is whole', async () => {
    const status = await server.stop();
    const told = place.run('audit', 'verify');
    none([status !== 0 && `it ended with ${status}`, !told.includes('完整') && told]);
  });
  await production();
} finally {
  await server.stop();
  certified.stop();
  forger.stop();
  place.remove();
}
suite.close();

async function goodWays(people) {
  await suite.check('the graph tells which providers there are', async () => {
    const { signInProviders } = await new Browser().ask(base, '{ signInProviders { id name audience startUrl } }');
    const staff = { id: 'staff', name: '省统一身份认证', audience: 'STAFF', startUrl: `${base}/oidc/staff/start` };
    none([
      JSON.stringify(signInProviders[0]) !== JSON.stringify(staff) && JSON.stringify(signInProviders[0]),
      signInProviders.length !== 7 && `${signInProviders.length} providers`,
    ]);
  });
  await suite.check('a certified provider signs a person in, and its back-channel logout signs out', async () => {
    const browser = new Browser();
    const begin = `${base}/oidc/staff/start?to=${encodeURIComponent('/enterprises?q=秦#top')}`;
    const back = await passPages(browser, begin, 'clerk-there', base);
    const answer = await browser.get(back);
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('qinxin='));
    const viewer = await browser.viewer(base);
    none([
      answer.status !== 303 && answer.text,
      answer.headers.get('location') !== '/enterprises?q=%E7%A7%A6#top' && answer.headers.get('location'),
      !/HttpOnly; SameSite=Lax/.test(cookie) && cookie,
      browser.jar(base).has('qinxin-oidc') && 'the cookie of the attempt stays',
      viewer.name !== 'clerk' && JSON.stringify(viewer),
      viewer.roles.length > 0 && 'an office counts without a second factor',
    ]);
    await signOutThere(browser, certified.issuer);
    const deadline = Date.now() + LOGGED_OUT_WITHIN_MS;
    while ((await browser.viewer(base)).kind !== 'ANONYMOUS') {
      if (Date.now() > deadline) throw new Error('the session goes on');
    }
  });
  await suite.check('what counts as two factors there counts here, and nothing else does', async () => {
    const roles = async (claims) => {
      forged.honest('clerk-there', claims);
      const browser = new Browser();
      await signIn(browser, 'forged');
      return (await browser.viewer(base)).roles.join();
    };
    const asked = () => forged.asked.acr_values;
    none([
      (await roles({ acr: TWO_FACTORS })) !== 'CLERK' && 'acr does not count',
      asked() !== TWO_FACTORS && `asked for ${asked()}`,
      (await roles({ amr: ['pwd', 'mfa'] })) !== 'CLERK' && 'amr does not count',
      (await roles({ acr: 'urn:example:loa:1', amr: ['pwd'] })) !== '' && 'one factor counts as two',
      (await roles({ acr: 'mfa', roles: ['CLERK'] })) !== '' && 'another claim counts',
    ]);
  });
  await suite.check('a session of the provider goes on after the second factor, and can still be ended there', async () => {
    forged.honest('clerk-there', { sid: 'there-1' });
    const browser = new Browser();
    await signIn(browser, 'forged');
    const before = browser.jar(base).get('qinxin');
    await nextCode(browser, people.clerk.secret);
    const shown = await browser.viewer(base);
    const [status] = await logOut('forged', await forged.logoutToken({ sid: 'there-1' }));
    none([
      shown.roles.join() !== 'CLERK' && JSON.stringify(shown),
      before === browser.jar(base).get('qinxin') && 'the token did not change',
      status !== 200 && `the logout ended with ${status}`,
      (await browser.viewer(base)).kind !== 'ANONYMOUS' && 'the session goes on',
    ]);
  });
}

/** O-01 to O-09: an ID token with one fault. */
async function forgedTokens() {
  const now = Math.floor(Date.now() / 1000);
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const lies = {
    'O-01 the issuer is another': (claims) => forged.sign({ ...claims, iss: other.url }),
    'O-02 the audience is another': (claims) => forged.sign({ ...claims, aud: 'somebody-else' }),
    'O-03 the authorised party is another': (claims) => forged.sign({ ...claims, azp: 'somebody-else' }),
    'O-03 several audiences and no authorised party': (claims) => forged.sign({ ...claims, aud: [claims.aud, 'somebody-else'] }),
    'O-04 the token has expired': (claims) => forged.sign({ ...claims, exp: now - 90 }),
    'O-05 the token is of the future': (claims) => forged.sign({ ...claims, iat: claims.iat + 120, exp: claims.exp + 240 }),
    'O-05 the token is older than the sign-in': (claims) => forged.sign({ ...claims, iat: claims.iat - 3600 }),
    'O-06 the nonce is another': (claims) => forged.sign({ ...claims, nonce: 'another' }),
    'O-06 there is no nonce': ({ nonce, ...claims }) => forged.sign(claims),
    'O-07 the signature is a stranger’s': (claims) => forged.sign(claims, {}, stranger),
    'O-07 the claims were changed afterwards': async (claims) => {
      const [head, , signature] = (await forged.sign(claims)).split('.');
      return [head, part({ ...claims, sub: 'objector-there' }), signature].join('.');
    },
    'O-08 there is no signature (alg none)': (claims) => `${part({ alg: 'none' })}.${part(claims)}.`,
    'O-08 alg none with a signature': async (claims) => {
      const [, body, signature] = (await forged.sign(claims)).split('.');
      return [part({ alg: 'none', kid: forged.kid }), body, signature].join('.');
    },
    'O-09 signed with the shared secret (HS256)': (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: forged.kid }).sign(Buffer.from(forged.client.secret)),
    'O-09 signed with the public key as a secret': (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(JSON.stringify(forged.keys[0]))),
    'a logout token is no ID token': (claims) => forged.sign(claims, { typ: 'logout+jwt' }),
    'a subject that is none': (claims) => forged.sign({ ...claims, sub: '' }),
  };
  for (const [title, lie] of Object.entries(lies)) {
    await refused(title, 'forged', 502, 'ID_TOKEN_INVALID', (browser) => {
      forged.honest('clerk-there').forge = lie;
      return signIn(browser, 'forged');
    });
  }
  await suite.check('clocks may differ by a minute, and others may read a token that is ours', async () => {
    const kind = async (lie) => {
      forged.honest('objector-there').forge = lie;
      const browser = new Browser();
      await signIn(browser, 'forged');
      return (await browser.viewer(base)).kind === 'USER';
    };
    none([
      !(await kind((claims) => forged.sign({ ...claims, exp: claims.iat - 30 }))) && 'expired for 30 s',
      !(await kind((claims) => forged.sign({ ...claims, iat: claims.iat + 30 }))) && 'issued in 30 s',
      !(await kind((claims) => forged.sign({ ...claims, aud: [claims.aud, 'x'], azp: claims.aud }))) && 'two audiences',
    ]);
  });
}

/** O-10 to O-13: an answer that is replayed, mixed up, or carried into another browser. */
async function mixedUp() {
  forged.honest('objector-there');
  other.honest('clerk-there');
  await refused('O-10 an answer counts once', 'forged', 400, 'ATTEMPT_UNKNOWN', async (browser) => {
    const back = await sentBack(browser, 'forged');
    await browser.get(back);
    browser.jar(base).delete('qinxin');
    return browser.get(back);
  });
  await refused('O-10 a code counts once', 'forged', 400, 'CODE_REFUSED', async (browser) => {
    const used = new URL(await sentBack(new Browser(), 'forged')).searchParams.get('code');
    const first = new URL(await sentBack(browser, 'forged'));
    first.searchParams.set('code', used);
    return browser.get(first.href);
  });
  await refused('O-10 a state that was never given', 'forged', 400, 'ATTEMPT_UNKNOWN', async (browser) => {
    await sentBack(browser, 'forged');
    return browser.get(`${base}/oidc/forged/callback?code=a&state=made-up`);
  });
  const withIssuer = async (browser, id, change) => {
    const back = new URL(await sentBack(browser, id));
    change(back.searchParams);
    return browser.get(back.href);
  };
  await refused('O-11 the answer names another issuer', 'forged', 400, 'PROVIDER_MISMATCH', (browser) =>
    withIssuer(browser, 'forged', (parameters) => parameters.set('iss', other.url)));
  await refused('O-11 the answer names no issuer although the provider does', 'forged', 400, 'PROVIDER_MISMATCH', (browser) =>
    withIssuer(browser, 'forged', (parameters) => parameters.delete('iss')));
  await refused('O-11 a provider that need not name its issuer names another', 'other', 400, 'PROVIDER_MISMATCH', (browser) =>
    withIssuer(browser, 'other', (parameters) => parameters.set('iss', forged.url)));
  await refused('O-11 the answer of one provider comes to the address of another', 'forged', 400, 'PROVIDER_MISMATCH', async (browser) => {
    const back = new URL(await sentBack(browser, 'forged'));
    return browser.get(`${base}/oidc/other/callback${back.search}`);
  });
  await refused('O-11 a part of the answer comes twice', 'forged', 400, 'CALLBACK_MALFORMED', async (browser) => {
    const back = await sentBack(browser, 'forged');
    return browser.get(`${back}&iss=${encodeURIComponent(forged.url)}`);
  });
  await refused('O-12 the answer comes in another browser (login CSRF)', 'forged', 400, 'OTHER_BROWSER', async (browser) => {
    const back = await sentBack(new Browser(), 'forged');
    return browser.get(back);
  });
  await refused('O-12 the answer comes in a browser that has begun a sign-in of its own', 'forged', 400, 'OTHER_BROWSER', async (browser) => {
    const back = await sentBack(new Browser(), 'forged');
    await sentBack(browser, 'forged');
    return browser.get(back);
  });
  await refused('the provider says no', 'forged', 403, 'ACCESS_DENIED', (browser) => {
    forged.honest().answerWith = ({ state }) => ({ state, error: 'access_denied', error_description: '<b>no</b>', iss: forged.url });
    return signIn(browser, 'forged');
  });
  await suite.check('O-13 no session is carried in (session fixation)', async () => {
    const browser = new Browser();
    forged.honest('objector-there');
    await signIn(browser, 'forged');
    const before = browser.jar(base).get('qinxin');
    await signIn(browser, 'forged');
    const after = browser.jar(base).get('qinxin');
    const old = new Browser();
    old.jar(base).set('qinxin', before);
    const planted = new Browser();
    planted.jar(base).set('qinxin', 'a-token-that-somebody-chose-and-planted-here');
    await signIn(planted, 'forged');
    none([
      before === after && 'the token is the same',
      (await old.viewer(base)).kind !== 'ANONYMOUS' && 'the old session goes on',
      (await browser.viewer(base)).name !== 'objector' && 'nobody is signed in',
      (await planted.viewer(base)).name !== 'objector' && 'nobody is signed in',
      planted.jar(base).get('qinxin').startsWith('a-token') && 'the planted token is the session',
    ]);
  });
  await suite.check('O-14 no way leads out of the server (open redirect)', async () => {
    const away = ['//evil.example', '/\\evil.example', 'https://evil.example/', '/\t/evil.example', 'evil', '/oidc/forged/start', '/a\nb'];
    const problems = [];
    for (const to of away) {
      const answer = await new Browser().get(`${base}/oidc/forged/start?to=${encodeURIComponent(to)}`);
      problems.push(...refusal(answer, 400, 'INVALID_TARGET').map((problem) => problem && `${JSON.stringify(to)}: ${problem}`));
    }
    none(problems);
  });
}

async function keys() {
  await suite.check('the provider changes its keys, and people go on signing in', async () => {
    rotating.honest('clerk-there');
    const name = async () => {
      const browser = new Browser();
      await signIn(browser, 'rotating');
      return (await browser.viewer(base)).name;
    };
    const first = await name();
    const old = rotating.privateKey;
    await rotating.withKey('k2');
    const second = await name();
    rotating.forge = (claims) => rotating.sign(claims, { kid: 'k1' }, old);
    none([first !== 'clerk' && 'before', second !== 'clerk' && 'after', (await name()) === 'clerk' && 'the old key still counts']);
  });
  await suite.check('keys that nobody knows are asked for once a minute', async () => {
    flood.honest('clerk-there').forge = (claims) => flood.sign(claims, { kid: `made-up-${Math.random()}` });
    const answers = [];
    for (let tries = 0; tries < 12; tries += 1) answers.push(await signIn(new Browser(), 'flood'));
    const tokens = Array.from({ length: 6 }, (_, at) => flood.logoutToken({ sub: 'x' }, { kid: `made-up-${at}` }));
    for (const token of await Promise.all(tokens)) await logOut('flood', token);
    flood.honest('clerk-there');
    const browser = new Browser();
    await signIn(browser, 'flood');
    none([
      ...answers.flatMap((answer) => refusal(answer, 502, 'ID_TOKEN_INVALID')),
      flood.hits.jwks !== 2 && `the keys were asked for ${flood.hits.jwks} times`,
      flood.hits['.well-known/openid-configuration'] !== 1 && 'the metadata were asked for again',
      (await browser.viewer(base)).name !== 'clerk' && 'honest tokens count no more',
    ]);
  });
}

async function endings() {
  const enter = async (sid) => {
    forged.honest('objector-there', { sid });
    const browser = new Browser();
    await signIn(browser, 'forged');
    return browser;
  };
  const isIn = async (browser) => (await browser.viewer(base)).kind === 'USER';
  await suite.check('back-channel logout ends one session, or all of a subject', async () => {
    const [one, two, three] = [await enter('s1'), await enter('s2'), await enter('s3')];
    const [first] = await logOut('forged', await forged.logoutToken({ sub: 'objector-there', sid: 's1' }));
    const after = [await isIn(one), await isIn(two), await isIn(three)];
    const [second] = await logOut('forged', await forged.logoutToken({ sid: 's2' }));
    const [third] = await logOut('forged', await forged.logoutToken({ sub: 'objector-there' }));
    none([
      [first, second, third].some((status) => status !== 200) && `${first} ${second} ${third}`,
      after.join() !== 'false,true,true' && `after the first: ${after}`,
      ((await isIn(two)) || (await isIn(three))) && 'a session goes on',
    ]);
  });
  await suite.check('a logout token that is wrong ends nothing', async () => {
    const browser = await enter('kept');
    const now = Math.floor(Date.now() / 1000);
    const of = { sub: 'objector-there' };
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const replayed = await forged.logoutToken({ sub: 'somebody-else' });
    const wrong = {
      issuer: await forged.logoutToken({ ...of, iss: other.url }),
      audience: await forged.logoutToken({ ...of, aud: 'somebody-else' }),
      future: await forged.logoutToken({ ...of, iat: now + 600, exp: now + 700 }),
      old: await forged.logoutToken({ ...of, iat: now - 3600, exp: now + 60 }),
      expired: await forged.logoutToken({ ...of, iat: now - 200, exp: now - 90 }),
      'no event': await forged.logoutToken({ ...of, events: {} }),
      nonce: await forged.logoutToken({ ...of, nonce: 'n' }),
      'no subject': await forged.logoutToken(),
      'no jti': await forged.logoutToken({ ...of, jti: undefined }),
      signature: await forged.logoutToken(of, {}, stranger),
      'alg none': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await forged.logoutToken(of)).split('.')[1]}.`,
      'ID token': await forged.sign({ iss: forged.url, aud: 'qinxin', sub: 'objector-there', iat: now, exp: now + 60, nonce: 'n' }),
      nonsense: 'nonsense',
      empty: '',
    };
    const problems = [(await logOut('forged', replayed))[0] !== 200 && 'a good one is refused'];
    const [again, said] = await logOut('forged', replayed);
    problems.push((again !== 400 || !said.includes('LOGOUT_TOKEN_REPLAYED')) && `a replayed one: ${again} ${said}`);
    for (const [title, token] of Object.entries(wrong)) {
      const [status, body] = await logOut('forged', token);
      problems.push((status !== 400 || !body.includes('LOGOUT_TOKEN_INVALID')) && `${title}: ${status} ${body}`);
    }
    const [elsewhere] = await logOut('other', await forged.logoutToken(of));
    const [unknown] = await logOut('nobody', await forged.logoutToken(of));
    const [json] = await logOut('forged', await forged.logoutToken(of), { 'content-type': 'application/json' });
    problems.push([elsewhere, unknown, json].some((status) => status !== 400) && `${elsewhere} ${unknown} ${json}`);
    none([...problems, !(await isIn(browser)) && 'the session ended']);
  });
}

async function whoMayEnter(people) {
  await refused('nobody is linked to the identity', 'forged', 403, 'IDENTITY_NOT_LINKED', async (browser) => {
    forged.honest('stranger-<there>', { name: 'clerk', preferred_username: 'clerk', email: 'clerk@example.cn' });
    const answer = await signIn(browser, 'forged');
    if (!answer.text.includes('stranger-&#60;there&#62;')) throw new Error('the person is not told who it is there');
    return answer;
  });
  await refused('a disabled account does not get in', 'forged', 403, 'ACCOUNT_DISABLED', async (browser) => {
    forged.honest('leaver-there');
    const before = new Browser();
    await signIn(before, 'forged');
    if ((await before.viewer(base)).name !== 'leaver') throw new Error('it did not get in before');
    const disable = 'mutation($id: ID!) { disableUser(input: { userId: $id }) { userErrors { code } } }';
    await people.system.browser.ask(base, disable, { id: people.leaver.id });
    if ((await before.viewer(base)).kind !== 'ANONYMOUS') throw new Error('its session goes on');
    return signIn(browser, 'forged');
  });
  const newcomer = new Browser();
  await suite.check('a provider for the public makes an account without any right', async () => {
    open.honest('citizen-there', { name: ' 王芳 ', amr: ['mfa'], roles: ['CLERK'] });
    await signIn(newcomer, 'open');
    const viewer = await newcomer.viewer(base);
    const again = new Browser();
    await signIn(again, 'open');
    const { users } = await people.system.browser.ask(base, '{ users(first: 100) { nodes { id login name mustChangePassword identities { subject provider { id } } } } }');
    const [made, ...more] = users.nodes.filter(({ identities }) => identities.some(({ subject }) => subject === 'citizen-there'));
    people.citizen = made;
    none([
      viewer.roles.length > 0 && JSON.stringify(viewer),
      viewer.acts.join() !== 'MANAGE_SESSION,MANAGE_ACCOUNT' && viewer.acts.join(),
      (await again.viewer(base)).name !== viewer.name && 'the second time it is another account',
      more.length > 0 && 'there are two accounts',
      (made?.name !== '王芳' || made?.mustChangePassword) && JSON.stringify(made),
      made?.identities[0].provider.id !== 'open' && JSON.stringify(made?.identities),
    ]);
  });
  await refused('an account with an office does not come through a provider for the public', 'open', 403, 'STAFF_PROVIDER_NEEDED', async (browser) => {
    const grant = 'mutation($id: ID!) { assignRole(input: { userId: $id, role: CLERK, regionCode: "610100" }) { userErrors { code } } }';
    const { assignRole } = await people.security.browser.ask(base, grant, { id: people.citizen.id });
    if (assignRole.userErrors.length > 0) throw new Error(JSON.stringify(assignRole));
    if ((await newcomer.viewer(base)).kind !== 'ANONYMOUS') throw new Error('the session of the public goes on');
    open.honest('citizen-there');
    return signIn(browser, 'open');
  });
}

async function links(people) {
  await suite.check('identities are linked by the system administrator alone, each once', async () => {
    const { system, security, clerk, objector } = people;
    const permitted = await change(security, 'linkIdentity', objector.id, 'other', 'x').catch(({ message }) => [message]);
    none([
      !permitted[0]?.includes('没有') && `by another: ${permitted}`,
      (await change(system, 'linkIdentity', objector.id, 'forged', 'clerk-there')).join() !== 'IDENTITY_TAKEN' && 'taken',
      (await change(system, 'linkIdentity', clerk.id, 'forged', 'clerk-there')).join() !== 'ALREADY_LINKED' && 'again',
      (await change(system, 'linkIdentity', clerk.id, 'open', 'x')).join() !== 'STAFF_PROVIDER_NEEDED' && 'an office',
      (await change(system, 'linkIdentity', clerk.id, 'nobody', 'x')).join() !== 'UNKNOWN_PROVIDER' && 'unknown',
      (await change(system, 'linkIdentity', clerk.id, 'forged', '主体')).join() !== 'INVALID_SUBJECT' && 'a subject',
      (await change(system, 'unlinkIdentity', clerk.id, 'forged', 'x')).join() !== 'NOT_FOUND' && 'not linked',
    ]);
  });
  await suite.check('unlinking ends the sessions of the identity', async () => {
    other.honest('clerk-there');
    const browser = new Browser();
    await signIn(browser, 'other');
    const before = await browser.viewer(base);
    const errors = await change(people.system, 'unlinkIdentity', people.clerk.id, 'other', 'clerk-there');
    const after = await browser.viewer(base);
    none([before.name !== 'clerk' && 'not in', errors.length > 0 && errors.join(), after.kind !== 'ANONYMOUS' && 'still in']);
    none(refusal(await signIn(new Browser(), 'other'), 403, 'IDENTITY_NOT_LINKED'));
  });
  const { browser } = people.objector;
  const begin = (who, site = 'same-origin') => who.get(`${base}/oidc/other/start?link=1&to=/me`, site ? { 'sec-fetch-site': site } : {});
  await suite.check('a person links an identity to the own account', async () => {
    other.honest('objector-elsewhere');
    const token = browser.jar(base).get('qinxin');
    const begun = await begin(browser);
    const back = (await browser.get(begun.location)).location;
    const { prompt } = other.asked;
    const answer = await browser.get(back);
    const elsewhere = new Browser();
    await signIn(elsewhere, 'other');
    none([
      prompt !== 'login' && 'the provider need not ask who it is',
      answer.headers.get('location') !== '/me' && answer.text,
      token !== browser.jar(base).get('qinxin') && 'the session changed',
      (await elsewhere.viewer(base)).name !== 'objector' && 'the identity is not linked',
    ]);
  });
  await suite.check('linking is begun on a page of ours, in a session, and ends in the same', async () => {
    const other_ = new Browser();
    const begun = await begin(browser);
    const back = (await browser.get(begun.location)).location;
    const token = browser.jar(base).get('qinxin');
    browser.jar(base).delete('qinxin');
    const changed = await browser.get(back);
    browser.jar(base).set('qinxin', token);
    none([
      ...refusal(await begin(browser, 'cross-site'), 403, 'FOREIGN_PAGE'),
      ...refusal(await begin(browser, ''), 403, 'FOREIGN_PAGE'),
      ...refusal(await begin(other_), 403, 'NOT_SIGNED_IN'),
      ...refusal(changed, 400, 'SESSION_CHANGED'),
    ]);
  });
}

async function down() {
  await suite.check('a provider that is down keeps nobody out who is in, and lets nobody in', async () => {
    other.honest('objector-elsewhere');
    const [inside, late] = [new Browser(), new Browser()];
    await signIn(inside, 'other');
    const back = await sentBack(late, 'other');
    other.isDown = true;
    const [never_, exchange] = [await new Browser().get(`${base}/oidc/never/start`), await late.get(back)];
    const [status, body] = await logOut('never', await never.logoutToken({ sub: 'x' }));
    const kind = (await inside.viewer(base)).kind;
    other.isDown = false;
    never.isDown = false;
    const up = await new Browser().get(`${base}/oidc/never/start`);
    none([
      ...refusal(never_, 503, 'PROVIDER_UNREACHABLE'),
      ...refusal(exchange, 503, 'PROVIDER_UNREACHABLE'),
      exchange.headers.get('retry-after') === null && 'nobody says when to come again',
      status !== 400 && `${status} ${body}`,
      kind !== 'USER' && 'the session has ended',
      up.status !== 303 && 'it is up again, but not used',
    ]);
  });
  await suite.check('an address of no provider', async () => {
    none(refusal(await new Browser().get(`${base}/oidc/nobody/start`), 404, 'UNKNOWN_PROVIDER'));
  });
}

/** Two servers on one database: what was begun at one comes back to the other. */
async function atAnotherProcess() {
  const beside = await serve(place, await freePort(), configuration, mkdtempSync(`${place.folder}/beside-`));
  await suite.check('a sign-in that was begun at one process comes back to another', async () => {
    forged.honest('objector-there');
    const browser = new Browser();
    const back = new URL(await sentBack(browser, 'forged'));
    for (const [name, value] of browser.jar(base)) browser.jar(beside.base).set(name, value);
    await browser.get(`${beside.base}${back.pathname}${back.search}`);
    const again = await browser.get(back.href);
    const there = await browser.viewer(beside.base);
    browser.jar(base).set('qinxin', browser.jar(beside.base).get('qinxin'));
    const here = await browser.viewer(base);
    none([there.name !== 'objector' && 'nobody is in there', here.name !== 'objector' && 'nobody is in here', ...refusal(again, 400, 'ATTEMPT_UNKNOWN')]);
  });
  await beside.stop();
}

async function trace(people) {
  await suite.check('every sign-in and refusal is in the audit log, without whom it is there in clear', async () => {
    const entries = async (act) => {
      const query = `query($act: String!, $after: String) {
        auditTrail(first: 100, after: $after, filter: { act: $act }) {
          nodes { actor subject outcome detail } pageInfo { hasNextPage endCursor }
        }
      }`;
      const found = [];
      for (let page = { hasNextPage: true }; page.hasNextPage; ) {
        const { auditTrail } = await people.audit.browser.ask(base, query, { act, after: page.endCursor });
        found.push(...auditTrail.nodes.map((node) => ({ ...node, text: JSON.stringify(node) })));
        page = auditTrail.pageInfo;
      }
      return found;
    };
    const all = [...(await entries('SIGN_IN')), ...(await entries('LINK_IDENTITY')), ...(await entries('BACKCHANNEL_LOGOUT'))];
    const has = (...words) => all.some(({ text }) => words.every((word) => text.includes(word)));
    none([
      ...['iss', 'aud', 'azp', 'exp', 'iat', 'nonce', 'signature', 'alg', 'kid']
        .filter((fault) => !has('REFUSED', `fault\\":\\"${fault}`) && !has('REFUSED', `"fault":"${fault}`))
        .map((fault) => `no refusal tells of ${fault}`),
      ...['OTHER_BROWSER', 'ATTEMPT_UNKNOWN', 'PROVIDER_MISMATCH', 'IDENTITY_NOT_LINKED', 'FOREIGN_PAGE', 'LOGOUT_TOKEN_REPLAYED', 'INVALID_TARGET']
        .filter((reason) => !has('REFUSED', reason))
        .map((reason) => `no refusal tells of ${reason}`),
      !has('DONE', 'objector', other.url) && 'no sign-in is recorded',
      has('objector-there') && 'the log holds a subject in clear',
    ]);
  });
}

/** Behind HTTPS, as it is used. */
async function production() {
  const home = new Place();
  const at = await freePort();
  const lines = ['mode = "production"', `public_url = "http://localhost:${at}"`, ...ofForger('forged', forged, 'STAFF')];
  const own = await serve(home, at, lines);
  await suite.check('in production cookies are bound to the host and to HTTPS, and pages allow no script', async () => {
    forged.honest('nobody-there');
    const browser = new Browser();
    const begun = await browser.get(`${own.base}/oidc/forged/start`);
    const [cookie] = begun.headers.getSetCookie();
    const back = new URL((await browser.get(begun.location)).location);
    const answer = await browser.get(`${own.base}${back.pathname}${back.search}`);
    none([
      !/^__Host-qinxin-oidc=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/.test(cookie) && cookie,
      back.origin !== `http://localhost:${at}` && back.origin,
      !/default-src 'self'/.test(answer.headers.get('content-security-policy')) && 'no policy of content',
      ...refusal(answer, 403, 'IDENTITY_NOT_LINKED'),
    ]);
  });
  await own.stop();
  home.remove();
}
