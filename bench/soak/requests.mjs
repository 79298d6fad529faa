// 请求 What the desks ask: one kind after the other by weight, from session after session. Each request
// knows how its answer is found to be wrong.

import { CREATE_USER, SIGN_IN } from './accounts.mjs';
import { bearer, nobody } from './http.mjs';
import { draftsAsStranger, PARTNER_DOCUMENT } from './oracle.mjs';
import { dice, settings } from './settings.mjs';

/** 比例 Of a thousand requests. */
const MIX = {
  record: 240, list: 140, nested: 100, search: 140, viewer: 110, draft: 90, node: 80, partner: 50, reveal: 30,
  auditTrail: 4, users: 4, register: 3, createUser: 3, password: 3, signIn: 3,
};
const STABLE = new Set(['record', 'list', 'nested', 'search', 'draft', 'node']);
/** Documents of one client that come again and again. */
const REGISTERED = 20;

const VIEWER = '{ viewer { kind name roles { role regionCode } } }';
const REVEAL = `mutation Reveal($id: ID!) {
  revealField(input: { id: $id, field: ENTERPRISE_PHONE, purpose: "核实住所是否可以联系" }) { value userErrors { code message } }
}`;
const AUDIT = '{ auditTrail(first: 20, filter: { act: "REVEAL_FIELD" }) { nodes { sequence act outcome } } }';
const USERS = '{ users(first: 50) { nodes { login roles { role } } } }';
const PASSWORD = `mutation Password($old: String!, $new: String!) {
  changePassword(input: { oldPassword: $old, newPassword: $new }) { changed userErrors { code message } }
}`;
const REGISTER = 'mutation Register($documents: [String!]!) { registerDocuments(input: { documents: $documents }) { hashes userErrors { code } } }';
const SIGN_OUT = 'mutation { signOut { signedOut userErrors { code } } }';

const body = (query, variables) => JSON.stringify({ query, variables });
const told = (data) => JSON.stringify(data).slice(0, 400);

/** Whether a revealed number is one, and the one that is shown with stars in it. */
function isNumberOf(value, { phone, masked }) {
  if (phone === null) return value === null;
  const agrees = !masked || (value?.length === masked.length && [...masked].every((sign, at) => sign === '*' || sign === value[at]));
  return agrees && !value.includes('*');
}

export class Mix {
  /** What was done and answered, for the comparison with the audit log and the tables afterwards. */
  done = { reveal: 0, createUser: [], password: 0, register: 0, partner: 0, signIn: 0 };
  #random = dice(settings.seed);
  #turn = 0;
  #serial = 0;
  #hashes = new Map();
  #follow = [];
  #cumulated = [];
  #regions;
  #strangers;

  constructor({ crowd, cases, facts }) {
    Object.assign(this, { crowd, cases, facts });
    let sum = 0;
    for (const [kind, weight] of Object.entries(MIX)) this.#cumulated.push([kind, (sum += weight)]);
    this.#regions = grouped(facts.enterprises);
    this.#strangers = crowd.people.filter(draftsAsStranger);
  }

  /** The next request. */
  next() {
    const follow = this.#follow.shift();
    if (follow) return follow;
    const roll = this.#random() * this.#cumulated.at(-1)[1];
    const [kind] = this.#cumulated.find(([, upTo]) => roll < upTo);
    if (STABLE.has(kind)) return this.#stable(kind);
    return { kind, ...(this[kind]() ?? this.viewer()) };
  }

  #pick(list) {
    return list[Math.floor(this.#random() * list.length)];
  }

  /** Session after session, so that each of them is used. */
  #person() {
    this.#turn = (this.#turn + 1) % this.crowd.people.length;
    return this.crowd.people[this.#turn];
  }

  #stable(kind) {
    const { body, text, data, variables } = this.#pick(this.cases[kind]);
    const { desk, credential } = kind === 'draft' ? this.#pick(this.#strangers) : this.#person();
    return { kind, desk, credential, body, whole: data, wrong: (_, answer) => answer !== text && `${told(variables)} ${answer}` };
  }

  viewer() {
    const { desk, credential, login, role } = this.#person();
    const wrong = ({ viewer }) =>
      (viewer.kind !== 'USER' || viewer.name !== login || viewer.roles.map(({ role }) => role).join() !== role) && `${login} ${told(viewer)}`;
    return { kind: 'viewer', desk, credential, body: body(VIEWER), wrong };
  }

  /** 接口单位 A registered document by its hash; until one is registered, its text. */
  partner() {
    const { desk, credential } = this.#pick(this.crowd.partners);
    const { variables, text, data } = this.#pick(this.cases.record);
    const documentId = this.#hashes.get(`${desk} 0`);
    const asked = documentId ? { documentId, variables } : { query: PARTNER_DOCUMENT, variables };
    const wrong = (_, answer, headers) =>
      (answer !== text && `${desk} ${answer}`) || (!(Number(headers['x-ratelimit-remaining']) >= 0) && `${desk} no quota told`);
    return { desk, credential, body: JSON.stringify(asked), whole: data, wrong, onDone: () => (this.done.partner += 1) };
  }

  /** 查看未脱敏信息 Of the own region the number as it is stored, of another one nothing. */
  reveal() {
    const { desk, credential, region } = this.#pick(this.crowd.revealing);
    const isProvince = region === '610000';
    const isInside = this.#random() < 0.75;
    const inside = isProvince ? this.facts.enterprises : this.#regions.get(region);
    const outside = isProvince ? this.facts.abroad : this.facts.enterprises.filter(({ city_code }) => String(city_code) !== region);
    const row = this.#pick((isInside && inside) || outside);
    const isVisible = isInside && inside !== undefined;
    const wrong = ({ revealField: { value, userErrors } }) => {
      const codes = userErrors.map(({ code }) => code).join();
      const holds = isVisible ? isNumberOf(value, row) && codes === '' : value === null && codes === 'NOT_FOUND';
      return !holds && `${desk} of ${region}: ${row.uscc} of ${row.region_code} ${value && '(a value)'} ${codes}`;
    };
    const id = Buffer.from(`Enterprise:${row.id}`).toString('base64url');
    return { desk, credential, body: body(REVEAL, { id }), wrong, onDone: () => (this.done.reveal += Number(isVisible)) };
  }

  auditTrail() {
    const { desk, credential } = this.crowd.audit;
    const wrong = ({ auditTrail: { nodes } }) => {
      const holds = nodes.every(({ act, sequence }, at) => act === 'REVEAL_FIELD' && (at === 0 || sequence < nodes[at - 1].sequence));
      return !holds && told(nodes);
    };
    return { desk, credential, body: body(AUDIT), wrong };
  }

  users() {
    const { desk, credential } = this.crowd.system;
    const wrong = ({ users: { nodes } }) => {
      this.firstUsers ??= told(nodes);
      return told(nodes) !== this.firstUsers && told(nodes);
    };
    return { desk, credential, body: body(USERS), wrong };
  }

  register() {
    const { desk, credential } = this.#pick(this.crowd.partners);
    const number = this.#serial++ % REGISTERED;
    const document = number === 0 ? PARTNER_DOCUMENT : `query Partner${number} { enterprises(first: ${number}) { nodes { uscc } } }`;
    const wrong = ({ registerDocuments: { hashes, userErrors } }) => {
      const holds = userErrors.length === 0 && hashes.length === 1 && (this.#hashes.get(`${desk} ${number}`) ?? hashes[0]) === hashes[0];
      return !holds && told({ hashes, userErrors });
    };
    const onDone = ({ registerDocuments: { hashes } }) => {
      this.#hashes.set(`${desk} ${number}`, hashes[0]);
      this.done.register += 1;
    };
    return { desk, credential, body: body(REGISTER, { documents: [document] }), wrong, onDone };
  }

  createUser() {
    const { desk, credential } = this.crowd.system;
    const login = `new-${this.#serial++}`;
    const wrong = ({ createUser: { user, firstPassword, userErrors } }) =>
      (user?.login !== login || !firstPassword || userErrors.length > 0) && `${login} ${told(userErrors)}`;
    return { desk, credential, body: body(CREATE_USER, { login, name: '压测新账号' }), wrong, onDone: () => this.done.createUser.push(login) };
  }

  /** An account that nobody is using at the moment, if there is one. */
  #spare() {
    const spare = this.crowd.spares.find(({ isBusy, other }) => !isBusy && !other);
    if (spare) spare.isBusy = true;
    return spare;
  }

  /** 修改口令 Without an answer nobody knows which of the two passwords holds: that is found out afterwards. */
  password() {
    const spare = this.#spare();
    if (!spare) return undefined;
    const fresh = `Weihe-${this.#serial++}-Changan`;
    const wrong = ({ changePassword: { changed, userErrors } }) => changed !== true && `${spare.login} ${told(userErrors)}`;
    const onDone = () => {
      spare.password = fresh;
      this.done.password += 1;
      this.#rested(spare);
    };
    const onUnsure = () => (spare.other = fresh);
    const { desk, credential } = spare;
    return { desk, credential, body: body(PASSWORD, { old: spare.password, new: fresh }), wrong, onDone, onUnsure };
  }

  /** 登录 A further session, which is ended again at once. */
  signIn() {
    const spare = this.#spare();
    if (!spare) return undefined;
    const { desk, login, password } = spare;
    const wrong = ({ signIn: { token, viewer, userErrors } }) => (!token || viewer?.name !== login) && `${login} ${told(userErrors)}`;
    const onDone = ({ signIn: { token } }) => {
      this.done.signIn += 1;
      this.#follow.push(this.#signOut(spare, token));
    };
    return { desk, credential: nobody, body: body(SIGN_IN, { login, password }), wrong, onDone, onUnsure: () => this.#rested(spare) };
  }

  #signOut(spare, token) {
    const wrong = ({ signOut: { signedOut, userErrors } }) => signedOut !== true && `${spare.login} ${told(userErrors)}`;
    const rested = () => this.#rested(spare);
    return { kind: 'signOut', desk: spare.desk, credential: bearer(token), body: body(SIGN_OUT), wrong, onDone: rested, onUnsure: rested };
  }

  /** The account may be used again, after the others. */
  #rested(spare) {
    spare.isBusy = false;
    const { spares } = this.crowd;
    spares.push(...spares.splice(spares.indexOf(spare), 1));
  }
}

function grouped(enterprises) {
  const regions = new Map();
  for (const row of enterprises) {
    const region = String(row.city_code);
    regions.set(region, [...(regions.get(region) ?? []), row]);
  }
  return regions;
}
