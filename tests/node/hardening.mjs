// What a stranger may try on a server in production: to learn the schema, to flood it, to lead it astray by
// HTTP, to guess passwords and codes, to spend another's quota. It runs a server of its own on a small
// database, so that locks and quotas are in nobody's way.

import { execFileSync, spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { text as all } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { binary } from './graph.mjs';
import { number, open } from './socket.mjs';
import { none, Suite } from './suite.mjs';

const STARTED_WITHIN_SECONDS = 60;
/** Far longer than any refusal takes, on a busy machine too. */
const FAST_SECONDS = 5;
const REFUSED_WITHIN_SECONDS = 15;
/** Failed tries that lock a login. */
const TRIES = 5;
const JSON_TYPE = { 'content-type': 'application/json' };
const SIGN_IN = 'mutation ($login: String!, $password: String!) { signIn(input: { login: $login, password: $password, wantsToken: true }) { token userErrors { code message } } }';
const SHOW = 'mutation ($code: String!) { verifySecondFactor(input: { code: $code, wantsToken: true }) { token userErrors { code } } }';
const CHANGE = 'mutation ($oldPassword: String!, $newPassword: String!) { changePassword(input: { oldPassword: $oldPassword, newPassword: $newPassword }) { changed } }';
const USCC = '91610000MA6TEXTX0X';

const folder = mkdtempSync(`${tmpdir()}/qinxin-hardening.`);
const passwords = prepared();
/** Everything that was answered, and what the server wrote of it, for the last checks. */
const answers = [];
let log = '';
const { server, url } = await started();

const suite = new Suite('hardening');
try {
  const patience = [slowBody(), silentSocket()];
  await schemaIsClosed();
  await floodsAreRefused();
  await transportIsStrict();
  await strangersAreNobody();
  await guessingIsStopped();
  await partnersKeepTheirPlace();
  await socketsAreBounded();
  await suite.check('a body that comes in drops is given up', async () => none(await patience[0]));
  await suite.check('a socket that does not introduce itself is closed', async () => none(await patience[1]));
  await suite.check('no answer tells of tables, statements, types of the program or its stack', () => {
    const inner = /SELECT |INSERT |sqlx|sea_orm|async_graphql|sign_in_failures|panicked|RUST_BACKTRACE|\.rs:\d|core::|alloc::|Did you mean/;
    none(answers.map((answer) => inner.exec(answer)).filter(Boolean).map((found) => `${found[0]} in ${found.input.slice(0, 200)}`));
  });
  await suite.check('nothing failed within', () => none(log.split('\n').filter((line) => /"level":"ERROR"|panicked/.test(line))));
} finally {
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true });
}
suite.close();

async function schemaIsClosed() {
  const asked = [
    '{ __schema { types { name } } }',
    '{ __type(name: "Query") { name } }',
    '{ other: __schema { queryType { name } } }',
    '{ ...F } fragment F on Query { __schema { types { name } } }',
    '{ ... { __type(name: "Query") { fields { name } } } }',
    '{ __typename __schema @skip(if: true) { types { name } } }',
    '{ _service { sdl } }',
    '{ ... @include(if: true) { sdl: _service { sdl } } }',
    'mutation { __schema { types { name } } }',
  ];
  const tells = (answer) => /"data":\{"/.test(answer.text) && `told: ${answer.text.slice(0, 200)}`;
  await suite.check('the schema is told to no stranger, however he asks', async () => {
    for (const query of asked) none(tells(await ask(query)));
    none(tells(await send({ path: `/graphql?query=${encodeURIComponent(asked[0])}` })));
    none(tells(await post([{ query: asked[0] }, { query: asked[6] }])));
    none(tells(await post({ query: asked[0] }, { accept: 'text/event-stream' })));
  });
  await suite.check('no refusal offers names that the document does not hold', async () => {
    const offers = /您要找的可能是|可用的字段为|，应为 [A-Za-z_]+(、| 或 )/;
    const wrong = [
      '{ enterprisez { id } }',
      `{ enterprise(uscc: "${USCC}") { nam } }`,
      '{ enterprises(frst: 1) { totalCount } }',
      '{ enterprises(filter: { statu: ACTIVE }) { totalCount } }',
      '{ enterprises(filter: { statuses: [ACTIV] }) { totalCount } }',
      '{ enterprises(orderBy: { feld: NAME }) { totalCount } }',
      '{ ...F } fragment F on Enterprize { name }',
      'query ($filter: EnterpriseFilte) { enterprises(filter: $filter) { totalCount } }',
      'mutation { signIn(input: { logn: "a" }) { token } }',
      'mutation { singIn { token } }',
      '{ enterprises @skp(if: true) { totalCount } }',
      '{ _entities(representations: [{ __typename: "Nobody", id: "1" }]) { __typename } }',
    ];
    for (const query of wrong) none(offers.exec((await ask(query)).text)?.input);
    const variable = await ask('query ($filter: EnterpriseFilter) { enterprises(filter: $filter) { totalCount } }', { filter: { statuses: ['ACTIV'], statu: 1 } });
    none(offers.exec(variable.text)?.input);
  });
  await suite.check('query consoles and files of the schema are not there', async () => {
    const paths = ['/graphiql', '/graphiql.html', '/%67raphiql.html', '/assets/..%2fgraphiql.html', '/playground', '/schema.graphql', '/..%2f..%2fetc%2fpasswd'];
    for (const path of paths) {
      const { status } = await send({ path });
      none(status !== 404 && `${path}: ${status}`);
    }
  });
}

async function floodsAreRefused() {
  const times = (count, part) => Array.from({ length: count }, (_, at) => part(at)).join(' ');
  const deep = (count, open, inner, close) => `${open.repeat(count)}${inner}${close.repeat(count)}`;
  const page = 'nodes { penalties(first: 100) { nodes { enterprise { licences(first: 100) { nodes { id } } } } } }';
  const floods = {
    aliases: `{ enterprises(first: 1) { nodes { ${times(101, (at) => `a${at}: name`)} } } }`,
    'root fields': `{ ${times(101, (at) => `a${at}: __typename`)} }`,
    'directives on a field': `{ __typename ${times(100, () => '@skip(if: false)')} }`,
    'directives on an operation': `query ${times(1000, () => '@a')} { __typename }`,
    'repeated fields': `{ ${times(500, () => '__typename')} }`,
    'fields below': `{ enterprises(first: 1) { nodes { ${times(6000, () => 'name')} } } }`,
    depth: deep(20, '{ enterprises(first: 1) { nodes ', '{ id }', ' } }'),
    'pages of pages': `{ enterprises(first: 100) { ${page} } }`,
    'circular fragments': '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    'circular fragments below fields': '{ enterprises { nodes { ...A } } } fragment A on Enterprise { penalties { nodes { enterprise { ...A } } } }',
    'doubling fragments': `{ ...F0 } ${times(40, (at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`)} fragment F40 on Query { __typename }`,
    'open braces': '{ a '.repeat(15_000),
    'nested lists': `{ enterprises(filter: ${deep(20_000, '[', '', ']')}) { totalCount } }`,
    'variables': `query (${times(2000, (at) => `$a${at}: Int`)}) { __typename }`,
    'a document beyond all bounds': `{ __typename } #${'a'.repeat(100_000)}`,
  };
  for (const [title, query] of Object.entries(floods)) {
    await suite.check(`refused at once: ${title}`, () => refusedAtOnce(post({ query })));
  }
  const documents = (count) => Array.from({ length: count }, () => ({ query: '{ __typename }' }));
  await suite.check('refused at once: a batch of ten', () => refusedAtOnce(post(documents(10))));
  const entities = { representations: Array.from({ length: 2000 }, () => ({ __typename: 'Enterprise', uscc: USCC })) };
  const entity = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
  await suite.check('refused at once: references by the thousand', () => refusedAtOnce(ask(entity, entities)));
  await suite.check('refused at once: a body of a megabyte', () => refusedAtOnce(post({ query: '{ __typename }', more: 'a'.repeat(1 << 20) })));
}

async function refusedAtOnce(asked) {
  const began = performance.now();
  const { text } = await asked;
  const seconds = (performance.now() - began) / 1000;
  none([
    !/"errors":\[\{/.test(text) && `not refused: ${text.slice(0, 200)}`,
    /"data":\{"/.test(text) && `it ran: ${text.slice(0, 200)}`,
    text.length > 20_000 && `an answer of ${text.length} characters`,
    seconds > FAST_SECONDS && `it took ${seconds.toFixed(2)} s`,
  ]);
}

async function transportIsStrict() {
  const body = JSON.stringify({ query: '{ __typename }' });
  const form = { 'a form': 'application/x-www-form-urlencoded', 'plain text': 'text/plain', 'an upload': 'multipart/form-data; boundary=x', 'another charset': 'application/json; charset=utf-7' };
  for (const [title, type] of Object.entries(form)) {
    await suite.check(`a page of another site cannot post as ${title}`, async () => {
      const { status } = await send({ method: 'POST', headers: { 'content-type': type }, body });
      none(status !== 415 && `status ${status}`);
    });
  }
  await suite.check('a GET changes nothing, whatever its headers say', async () => {
    const path = `/graphql?query=${encodeURIComponent('mutation { signIn(input: { login: "a", password: "b" }) { token } }')}`;
    for (const headers of [{}, { 'x-http-method-override': 'POST' }, { 'x-http-method': 'POST' }, { 'x-method-override': 'POST' }]) {
      const { status } = await send({ path, headers });
      none(status !== 405 && `status ${status} with ${JSON.stringify(headers)}`);
    }
  });
  await suite.check('a GET runs no document that it brings along', async () => {
    const { text } = await send({ path: '/graphql?query=query%20cop%7B__typename%7D' });
    none(/"data"/.test(text) && text);
  });
  await suite.check('other methods are refused', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'TRACE']) {
      const { status } = await send({ method, headers: JSON_TYPE, body });
      none(status !== 405 && `${method}: ${status}`);
    }
  });
  await suite.check('pages of other origins are not let in', async () => {
    for (const origin of ['https://evil.example', 'null', `${url.origin}.evil.example`]) {
      const asked = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
      for (const { headers } of [await send({ method: 'OPTIONS', headers: asked }), await post({ query: '{ __typename }' }, { origin })]) {
        const allowed = ['access-control-allow-origin', 'access-control-allow-credentials'].filter((name) => name in headers);
        none(allowed.map((name) => `${origin}: ${name}: ${headers[name]}`));
      }
    }
  });
  await suite.check('every answer carries the headers that browsers heed', async () => {
    const expected = { 'strict-transport-security': /max-age=\d{8}/, 'content-security-policy': /default-src 'self'.*frame-ancestors 'none'/, 'x-content-type-options': /^nosniff$/, 'x-frame-options': /^DENY$/, 'referrer-policy': /^no-referrer$/ };
    for (const path of ['/', '/graphql', '/nowhere', '/healthz']) {
      const { headers } = await send({ path });
      none(Object.entries(expected).map(([name, value]) => !value.test(headers[name] ?? '') && `${path}: ${name}: ${headers[name]}`));
      none('server' in headers && `${path} tells the server: ${headers.server}`);
    }
  });
  const head = `POST /graphql HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\n`;
  const next = `GET /healthz HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`;
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const split = {
    'two lengths': `${head}Content-Length: ${body.length}\r\nContent-Length: 0\r\n\r\n${body}`,
    'a list of lengths': `${head}Content-Length: ${body.length}, ${body.length}\r\n\r\n${body}`,
    'a signed length': `${head}Content-Length: +${body.length}\r\n\r\n${body}`,
    'an unknown encoding': `${head}Transfer-Encoding: xchunked\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    'an encoding before a blank': `${head}Transfer-Encoding : chunked\r\n\r\n${chunked}`,
    'a folded header': `${head}X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n${chunked}`,
    'an encoding in HTTP/1.0': `${head.replace('1.1', '1.0')}Transfer-Encoding: chunked\r\n\r\n${chunked}`,
  };
  for (const [title, bytes] of Object.entries(split)) {
    await suite.check(`no request is read from the middle of another: ${title}`, async () => {
      const answer = await raw(bytes + next);
      none(!answer.startsWith('HTTP/1.1 400') && answer.slice(0, 200), answer.split('HTTP/1.1').length > 2 && answer);
    });
  }
  await suite.check('no request is read from the middle of another: length and chunks', async () => {
    const answer = await raw(`${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}${next}`);
    none(answer.split('HTTP/1.1').length > 2 && answer);
  });
  await suite.check('headers are bounded', async () => {
    const { status } = await send({ path: '/healthz', headers: Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`x-${at}`, 'a'])) });
    none(status !== 431 && `status ${status}`);
    const { headers } = await send({ path: '/healthz', headers: { 'x-request-id': 'a'.repeat(8000) } });
    none(headers['x-request-id'].length > 200 && `a request id of ${headers['x-request-id'].length} characters is sent back`);
  });
  const bodies = {
    'bytes that are no UTF-8': Buffer.concat([Buffer.from('{"query":"'), Buffer.from([0xff, 0xfe]), Buffer.from('{ __typename }"}')]),
    'half a surrogate': '{"query":"query ($id: ID!) { node(id: $id) { id } }","variables":{"id":"\\ud800"}}',
    'a NUL in a text': '{"query":"query ($id: ID!) { node(id: $id) { id } }","variables":{"id":"a\\u0000b"}}',
    'a number beyond all': '{"query":"query ($n: Int) { enterprises(first: $n) { totalCount } }","variables":{"n":1e999}}',
    'an integer beyond all': '{"query":"{ enterprises(first: 99999999999999999999999) { totalCount } }"}',
    'JSON without end': '['.repeat(100_000),
    'a document in UTF-16': Buffer.from(body, 'utf16le'),
  };
  for (const [title, bytes] of Object.entries(bodies)) {
    await suite.check(`refused at once: ${title}`, () => refusedAtOnce(send({ method: 'POST', headers: JSON_TYPE, body: bytes })));
  }
}

async function strangersAreNobody() {
  await suite.check('ids of accounts, clients, jobs and the log lead nowhere', async () => {
    for (const family of ['User', 'ApiClient', 'AuditEntry', 'Job', 'Session', 'RoleGrant', 'Query']) {
      const id = Buffer.from(`${family}:1`).toString('base64url');
      const { data } = (await ask('query ($id: ID!) { node(id: $id) { id } }', { id })).json();
      none(data?.node !== null && `${family}: ${JSON.stringify(data)}`);
      const entity = `{ _entities(representations: [{ __typename: "${family}", id: "${id}" }]) { __typename } }`;
      none(/"data":\{"/.test((await ask(entity)).text) && `${family} is an entity`);
    }
  });
  await suite.check('a session is a cookie that scripts, other sites and caches do not get', async () => {
    const first = await post({ query: SIGN_IN.replace(', wantsToken: true', ''), variables: account('cookie') }, { cookie: '__Host-qinxin=given' });
    const cookie = first.headers['set-cookie']?.[0] ?? '';
    none(['__Host-qinxin=', 'HttpOnly', 'Secure', 'SameSite=', 'Path=/'].filter((part) => !cookie.includes(part)).map((part) => `no ${part}`));
    none(/given|Domain=/.test(cookie) && cookie);
    none(!/no-store/.test(first.headers['cache-control'] ?? '') && 'the answer that holds the cookie may be cached');
  });
  await suite.check('an answer that holds a token is kept by no cache', async () => {
    const { headers, text } = await ask(SIGN_IN, account('cookie'));
    none(!/"token":"/.test(text) && text);
    none(!/no-store/.test(headers['cache-control'] ?? '') && `cache-control: ${headers['cache-control']}`);
  });
  await suite.check('the second factor makes a new session and ends the old one', async () => {
    const { before, after } = await signedIn('rotate');
    none(before === after && 'the token stayed');
    const { status } = await ask('{ viewer { kind } }', {}, { authorization: `Bearer ${before}` });
    none(status !== 401 && `the old token still holds: ${status}`);
  });
}

async function guessingIsStopped() {
  await suite.check('an unknown login looks like a wrong password', async () => {
    const told = new Set();
    for (let at = 0; at < 5; at += 1) {
      for (const login of ['timing', `nobody${at}`]) told.add((await ask(SIGN_IN, { login, password: `wrong ${at}` }, {}, `127.1.0.${at + 1}`)).text);
    }
    none(told.size !== 1 && [...told].join('\n'));
  });
  await suite.check('a lock holds against the right password, and whatever the headers say of the source', async () => {
    const login = 'locked';
    for (let at = 0; at < TRIES; at += 1) {
      await ask(SIGN_IN, { login, password: 'wrong' }, { 'x-forwarded-for': `10.0.0.${at}`, 'x-real-ip': `10.0.0.${at}`, forwarded: `for=10.0.0.${at}` });
    }
    none((await outcome(login, { 'x-forwarded-for': '10.0.1.1' })) !== 'LOCKED' && 'not locked');
  });
  await suite.check('tries side by side lock like tries in a row', async () => {
    const login = 'parallel';
    const tries = Array.from({ length: 4 * TRIES + 3 }, (_, at) => outcome(login, {}, `wrong ${at}`));
    const tested = (await Promise.all(tries)).filter((code) => code === 'SIGN_IN_FAILED').length;
    const then = await outcome(login);
    none([then !== 'LOCKED' && `afterwards: ${then}`, tested >= TRIES && `${tested} passwords were tried`]);
  });
  await suite.check('the right password does not buy more tries at the second factor', async () => {
    const { secret } = await signedIn('codes');
    const right = new Set([-1, 0, 1, 2].map((step) => code(secret, step)));
    const wrong = ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777'].filter((guess) => !right.has(guess));
    const codes = [];
    for (let round = 0; round < 3; round += 1) {
      const { token } = (await ask(SIGN_IN, account('codes'))).json().data.signIn;
      if (!token) return;
      for (const guess of wrong.slice(0, TRIES - 1)) {
        codes.push((await ask(SHOW, { code: guess }, { authorization: `Bearer ${token}` })).json().data.verifySecondFactor.userErrors[0]?.code);
      }
    }
    none(!codes.includes('LOCKED') && `${codes.length} codes were tried`);
  });
}

async function partnersKeepTheirPlace() {
  const { after } = await signedIn('sec01', 'SECURITY_ADMINISTRATOR');
  const made = async (name, requestsPerMinute) => {
    const input = { name, regionCode: '610000', requestsPerMinute };
    const query = 'mutation ($input: CreateApiClientInput!) { createApiClient(input: $input) { key } }';
    return (await ask(query, { input }, { authorization: `Bearer ${after}` })).json().data.createApiClient.key;
  };
  await suite.check('a quota holds however the client asks', async () => {
    const key = { 'x-api-key': await made('quota', 2) };
    const query = '{ __typename }';
    await post({ query }, key);
    await post({ query }, key);
    const [plain, events] = [await post({ query }, key), await post({ query }, { ...key, accept: 'text/event-stream' })];
    const socket = await dial(key);
    socket.say({ type: 'connection_init' });
    await sleep(100);
    socket.say({ id: '1', type: 'subscribe', payload: { query } });
    await sleep(300);
    socket.leave();
    none([
      plain.status !== 429 && `POST: ${plain.status}`,
      /"data":\{/.test(events.text) && 'server-sent events go on',
      socket.heard.some((message) => /"data":\{/.test(message)) && 'the socket goes on',
    ]);
  });
  await suite.check('no document is filed under the hash of another', async () => {
    const key = { 'x-api-key': await made('documents', 100) };
    const query = 'mutation ($documents: [String!]!) { registerDocuments(input: { documents: $documents }) { hashes } }';
    const [documentId] = (await ask(query, { documents: ['{ viewer { kind } }'] }, key)).json().data.registerDocuments.hashes;
    const wanted = '{ enterprises(first: 1) { totalCount } }';
    const named = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(wanted).digest('hex') } };
    await post({ documentId, extensions: named }, key);
    await post({ query: '{ viewer { kind } }', extensions: named });
    none(/viewer/.test((await post({ extensions: named })).text) && 'a stranger gets the document of the partner');
  });
}

async function socketsAreBounded() {
  await suite.check('pages of other origins open no socket', async () => {
    for (const origin of ['https://evil.example', 'null', `${url.origin}.evil.example`]) {
      const socket = await dial({ origin });
      socket.leave();
      none(socket.status !== 403 && `${origin}: ${socket.status}`);
    }
    const own = await dial({ origin: url.origin });
    own.leave();
    none(own.status !== 101 && `its own page: ${own.status}`);
  });
  const ends = {
    'that asks before it introduces itself': [{ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } }],
    'that introduces itself twice': [{ type: 'connection_init' }, { type: 'connection_init' }],
    'that talks nonsense': ['nonsense'],
    'that shows a wrong key': [{ type: 'connection_init', payload: { authorization: 'Bearer sx_live_wrong' } }],
    'whose message is too long': [{ type: 'connection_init' }, 'a'.repeat(1 << 20)],
    'that holds any number of subscriptions': [{ type: 'connection_init' }, ...Array.from({ length: 1000 }, (_, at) => ({ id: `${at}`, type: 'subscribe', payload: { query: `subscription { recordChanged(uscc: "${USCC}") { sequence } }` } }))],
  };
  for (const [title, messages] of Object.entries(ends)) {
    await suite.check(`a socket is closed ${title}`, async () => {
      const socket = await dial();
      messages.forEach((message) => socket.say(message));
      await Promise.race([socket.closed, sleep(2000)]);
      none([!socket.isClosed && 'it stays open', socket.heard.some((message) => /"data":\{/.test(message)) && socket.heard.join('\n')]);
      socket.leave();
    });
  }
  await suite.check('a socket tells strangers no schema', async () => {
    const socket = await dial();
    socket.say({ type: 'connection_init' });
    socket.say({ id: '1', type: 'subscribe', payload: { query: '{ __schema { types { name } } }' } });
    await sleep(500);
    socket.leave();
    none([socket.heard.length < 2 && 'no answer', /"types"/.test(socket.heard.join()) && 'told']);
  });
  await suite.check('the server still answers', async () => none((await send({ path: '/healthz' })).text !== 'ok' && 'no'));
}

/** A body of which a byte comes every second. */
async function slowBody() {
  const socket = connect(url.port, url.hostname);
  socket.on('error', () => {});
  socket.write(`POST /graphql HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`);
  const drops = setInterval(() => socket.write(' '), 1000);
  const answer = await Promise.race([once(socket, 'data').then(([bytes]) => `${bytes}`), sleep(REFUSED_WITHIN_SECONDS * 1000, 'nothing')]);
  clearInterval(drops);
  socket.destroy();
  return !answer.startsWith('HTTP/1.1 408') && answer.slice(0, 200);
}

async function silentSocket() {
  const socket = await dial();
  await Promise.race([socket.closed, sleep(REFUSED_WITHIN_SECONDS * 1000)]);
  const stays = !socket.isClosed && `open after ${REFUSED_WITHIN_SECONDS} s`;
  socket.leave();
  return stays;
}

function dial(headers = {}) {
  return open(url, headers, (text) => answers.push(text));
}

/** Signs in with both factors, and changes the first password. */
async function signedIn(login) {
  const before = (await ask(SIGN_IN, account(login))).json().data.signIn.token;
  const { secret } = (await ask('mutation { bindSecondFactor { secret } }', {}, { authorization: `Bearer ${before}` })).json().data.bindSecondFactor;
  const after = (await ask(SHOW, { code: code(secret, 0) }, { authorization: `Bearer ${before}` })).json().data.verifySecondFactor.token;
  const [oldPassword, newPassword] = [passwords[login], 'Weihe-pingyuan-7294'];
  await ask(CHANGE, { oldPassword, newPassword }, { authorization: `Bearer ${after}` });
  passwords[login] = newPassword;
  return { before, after, secret };
}

function account(login) {
  return { login, password: passwords[login] };
}

/** What comes of signing in: the code of the refusal, or `DONE`. */
async function outcome(login, headers = {}, password = passwords[login]) {
  const { signIn } = (await ask(SIGN_IN, { login, password }, headers)).json().data;
  return signIn.userErrors[0]?.code ?? 'DONE';
}

/** The code of an authenticator app (RFC 6238), `steps` later than now. */
function code(secret, steps) {
  const bits = [...secret].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const digest = createHmac('sha1', key).update(number(Math.floor(Date.now() / 30_000) + steps, 8)).digest();
  return `${(digest.readUInt32BE(digest[19] & 0xf) & 0x7fffffff) % 1_000_000}`.padStart(6, '0');
}

function ask(query, variables = {}, headers = {}, from = undefined) {
  return post({ query, variables }, { accept: 'application/graphql-response+json', ...headers }, from);
}

function post(body, headers = {}, from = undefined) {
  return send({ method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body), from });
}

/** Sends one request over a connection of its own, from an address of this machine. */
async function send({ method = 'GET', path = '/graphql', headers = {}, body = '', from = undefined }) {
  const asked = request(new URL(url), { method, path, headers, agent: false, localAddress: from });
  // A body that is refused early may not be taken to its end.
  asked.on('error', () => {});
  asked.end(body);
  const [response] = await once(asked, 'response', { signal: AbortSignal.timeout(20_000) });
  const text = await all(response);
  answers.push(text);
  return { status: response.statusCode, headers: response.headers, text, json: () => JSON.parse(text) };
}

/** What comes back for bytes, until the server closes or nothing more comes. */
async function raw(bytes) {
  const socket = connect(url.port, url.hostname);
  socket.on('error', () => {});
  socket.setTimeout(300, () => socket.destroy());
  socket.write(bytes);
  let answer = '';
  socket.on('data', (part) => (answer += part));
  await new Promise((resolve) => socket.once('close', resolve));
  answers.push(answer);
  return answer;
}

/** A small database with its accounts; their first passwords. */
function prepared() {
  const run = (...args) => execFileSync(binary, [...args, '--data-dir', folder], { env: unset(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  run('generate', '--enterprises', '30');
  const logins = { sec01: 'SECURITY_ADMINISTRATOR' };
  for (const login of ['cookie', 'rotate', 'timing', 'locked', 'parallel', 'codes']) logins[login] = 'AUDIT_ADMINISTRATOR';
  const made = ([login, role]) => [login, /初始口令 (\S+)/.exec(run('account', 'create', '--login', login, '--name', '王芳', '--role', role, '--region', '610000'))[1]];
  return Object.fromEntries(Object.entries(logins).map(made));
}

/** The environment without settings of Qinxin. */
function unset() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('QINXIN_')));
}

/** The server on a free port, in production. */
async function started() {
  const child = spawn(binary, ['serve', '--mode', 'production', '--data-dir', folder, '--listen', '127.0.0.1:0'], { env: unset(), stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.on('data', (part) => (log += part));
  // A suite that breaks off leaves nothing running.
  process.once('exit', () => child.kill());
  for await (const line of createInterface({ input: child.stdout, signal: AbortSignal.timeout(STARTED_WITHIN_SECONDS * 1000) })) {
    const found = /http:\S+/.exec(line)?.[0];
    if (found) return { server: child, url: new URL('/graphql', found) };
  }
  throw new Error(`the server did not start within ${STARTED_WITHIN_SECONDS} s`);
}
