// 单元检查 What the console computes by itself: addresses of screens, slots of usage, filters. Loaded
// through Vite, so that it runs on every Node.js that the console is built with.
import assert from 'node:assert/strict';
import { runnerImport } from 'vite';
import { repeated } from './requests.mjs';

const load = async (file) => (await runnerImport(file, { root: new URL('..', import.meta.url).pathname, logLevel: 'error' })).module;
const [{ href, parse }, address, { slotsOf, topOf }, { coordinateOf, matching, rightOf }, { limitsOf }, { isPossible, shown }] = await Promise.all(
  [
    'route.ts',
    'search/address.ts',
    'developers/usage.ts',
    'developers/operations.ts',
    'developers/limits.ts',
    'developers/useOwnKey.ts',
  ].map((file) => load(`/src/${file}`)),
);

/** Half past ten in Beijing. */
const NOW = Date.parse('2026-11-27T02:30:00Z');
const hour = (at, requests, refused = 0) => ({ hour: at, requests, refused, cost: 10 * requests });
const sum = (slots, of) => slots.reduce((total, slot) => total + slot[of], 0);

const asked = (at, name, body, kind = 'query') => ({ at, kind, name, body });

const CHECKS = {
  'an address leads to the screen that wrote it'() {
    const routes = [
      { page: 'developers', tab: 'operations', at: 'Query.enterprise' },
      { page: 'developers', tab: 'key', at: '' },
      { page: 'assistant', question: '年报什么时候截止？' },
      { page: 'enterprise', uscc: '91610113MF9CY2MK7B', tab: 'penalties', at: '' },
      { page: 'optout', code: 'k7h2mqztab' },
      { page: 'verify', code: '7KPD-Q2MX-9RTW-HC4V' },
      { page: 'liaison', uscc: '91610113MF9CY2MK7B' },
      { page: 'draft', uscc: '91610113MF9CY2MK7B', year: 2025, question: '', aid: 'statement' },
      { page: 'employment', text: '会计', region: '610100', education: ['BACHELOR'], leastPay: '6000', mostYears: '3', forGraduates: true, order: 'PAY' },
    ];
    for (const route of routes) assert.deepEqual(parse(href(route).slice(1)), route);
    assert.equal(href(routes[0]), '/?developers=operations&at=Query.enterprise');
  },
  'the whole state of a search is in its address'() {
    const route = {
      ...address.BLANK,
      view: 'statistics',
      query: '“餐饮” -烧烤',
      region: '610100',
      provinces: ['410000'],
      families: ['PENALTY', 'CROSS_REGION_PENALTY'],
      statuses: ['ACTIVE'],
      industries: ['H'],
      grounds: ['价格'],
      authorities: ['西安市市场监督管理局'],
      ...address.yearOf('2024'),
      least: '100.50',
      order: 'LARGEST',
      by: ['FAMILY', 'YEAR'],
    };
    assert.deepEqual(parse(href(route).slice(1)), route);
    assert.equal(address.wholeYear(route), '2024');
    assert.equal(href(address.BLANK), '/');
  },
  'what an address says that is not known does not narrow'() {
    const route = parse('?q=a&family=PET&family=PENALTY&region=61&order=BEST&from=2024&min=-1&by=MOON&by=YEAR&industry=餐饮');
    assert.deepEqual(route, { ...address.BLANK, query: 'a', families: ['PENALTY'], by: ['YEAR'] });
    assert.deepEqual(parse('?view=elsewhere&family=PENALTY').families, []);
  },
  'a stored search comes back as it was, or not at all'() {
    const route = { ...address.BLANK, query: '价格', families: ['PENALTY'], from: '2024-01-01', most: '5000', grounds: ['价格'] };
    assert.deepEqual(address.routeOf('价格', JSON.stringify(address.storedOf(route))), route);
    assert.equal(address.routeOf('', '{"usccs":["91610113MF9CY2MK7B"]}'), null);
    assert.equal(address.routeOf('', '{"regionCodes":["610100","610200"]}'), null);
    assert.equal(address.routeOf('', '{"families":[],"usccs":null}').families.length, 0);
    const elsewhere = address.storedOf({ ...address.BLANK, view: 'elsewhere' });
    assert.equal(address.routeOf('', JSON.stringify(elsewhere)).view, 'elsewhere');
  },
  'a walk notices what is asked twice at once, and what is asked once a row'() {
    assert.deepEqual(repeated([asked(0, 'Viewer', 'a'), asked(100, 'Viewer', 'a')]), ['asked twice at once: Viewer']);
    assert.deepEqual(repeated([asked(0, 'Viewer', 'a'), asked(900, 'Viewer', 'a'), asked(950, 'Save', 'b', 'mutation')]), []);
    assert.deepEqual(repeated([asked(0, 'Drafts', 'a'), asked(50, 'Save', 'b', 'mutation'), asked(100, 'Drafts', 'a')]), []);
    assert.deepEqual(repeated([1, 2, 3, 4].map((row) => asked(row, 'Enterprise', String(row)))), ['asked once a row: Enterprise']);
    assert.deepEqual(repeated([1, 2, 3].map((row) => asked(row, 'Enterprise', String(row)))), []);
  },
  'one day is laid out by the hour, up to the hour now'() {
    const slots = slotsOf([hour('2026-11-26T03:00:00Z', 4), hour('2026-11-27T02:00:00Z', 6, 1)], 1, NOW);
    assert.equal(slots.length, 24);
    assert.deepEqual([slots[0].title, slots[0].requests], ['11月26日 11时', 4]);
    assert.deepEqual(slots.at(-1), { title: '11月27日 10时', short: '10时', requests: 6, refused: 1, cost: 60 });
  },
  'more days are laid out by the day of Beijing, the first one in part'() {
    // 23:30 UTC is the morning of the next day in Beijing.
    const slots = slotsOf([hour('2026-11-20T03:00:00Z', 1), hour('2026-11-25T23:00:00Z', 5), hour('2026-11-25T15:00:00Z', 2)], 7, NOW);
    assert.deepEqual(slots.map(({ requests }) => requests), [1, 0, 0, 0, 0, 2, 5, 0]);
    assert.deepEqual([slots[0].title, slots.at(-1).title], ['11月20日', '11月27日']);
  },
  'no hour is lost when the clocks differ'() {
    const hours = [hour('2026-11-26T02:00:00Z', 1), hour('2026-11-27T03:00:00Z', 2), hour('2026-11-27T04:00:00Z', 3)];
    for (const days of [1, 7, 30]) assert.equal(sum(slotsOf(hours, days, NOW), 'requests'), 6);
  },
  'a scale ends above its values, with a whole number at its half'() {
    const tops = [[], [1], [2], [3], [5], [11], [40], [41], [999], [1000], [1001]].map(topOf);
    assert.deepEqual(tops, [2, 2, 2, 4, 6, 20, 40, 60, 1000, 1000, 2000]);
  },
  'operations are found by every word, also by the right that they take'() {
    const operations = [
      { kind: 'QUERY', name: 'auditTrail', description: '审计记录', signature: 'auditTrail: X', act: 'READ_AUDIT' },
      { kind: 'MUTATION', name: 'signIn', description: '登录', signature: 'signIn(input: SignInInput!): P', act: null },
    ];
    const names = (text) => matching(operations, text).map(coordinateOf);
    assert.deepEqual(names(''), ['Query.auditTrail', 'Mutation.signIn']);
    assert.deepEqual(names('变更  signin'), ['Mutation.signIn']);
    assert.deepEqual(names('核验审计'), ['Query.auditTrail']);
    assert.deepEqual(names('审计 登录'), []);
    assert.deepEqual(operations.map(rightOf), ['查看与核验审计记录', '不限']);
  },
  'limits are told in words, bytes also in their larger unit'() {
    const given = { bodyBytes: 262_144, uploadBytes: 8_388_608, batch: 0, depth: 16 };
    const limits = new Proxy(given, { get: (_, name) => given[name] ?? 1 });
    const told = new Map(limitsOf(limits).map(({ name, value }) => [name, value]));
    assert.equal(told.get('bodyBytes'), '256 KB（262,144 字节）');
    assert.equal(told.get('uploadBytes'), '8 MB（8,388,608 字节）');
    assert.deepEqual([told.get('batch'), told.get('depth')], ['不接受批量', '16 层']);
  },
  'only what can be a key is sent, and only its public part is shown'() {
    assert.deepEqual(['sx_live_abcdefgh_secret', '', '密钥', 'a b', 'a\nb'].map(isPossible), [true, false, false, false, false]);
    assert.equal(shown('sx_live_abcdefgh_secret'), 'sx_live_abcdefgh…');
    assert.equal(shown('another-secret'), '…');
  },
};

for (const [title, check] of Object.entries(CHECKS)) {
  try {
    check();
  } catch (error) {
    process.exitCode = 1;
    console.error(`FAIL ${title}: ${error.message}`);
  }
}
