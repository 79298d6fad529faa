// 账号 Everybody who asks: three administrators made at the machine, the staff and liaisons whom they
// enrol, accounts whose password changes, and partner clients. Each session is a real one: password,
// authenticator app, code.

import { createHmac } from 'node:crypto';

import { bearer, apiKey, nobody } from './http.mjs';
import { each, settings } from './settings.mjs';
import { qinxin } from './systems.mjs';

/** Shares of the sessions; a liaison needs no second factor and sees its own enterprise. */
const SHARES = [['CLERK', 35], ['LIAISON', 20], ['INSPECTOR', 20], ['APPROVER', 15], ['ANALYST', 10]];
/** Roles that may have personal data of their region revealed. */
const REVEALING = new Set(['CLERK', 'INSPECTOR', 'APPROVER']);
/** More than the load will ask for. */
const QUOTA = { requestsPerMinute: 100_000, costPerMinute: 1_000_000_000 };

export const SIGN_IN = `mutation SignIn($login: String!, $password: String!) {
  signIn(input: { login: $login, password: $password, wantsToken: true }) {
    token secondFactor viewer { kind name } userErrors { code message }
  }
}`;
const BIND = 'mutation { bindSecondFactor { secret userErrors { code } } }';
const VERIFY = `mutation($code: String!) {
  verifySecondFactor(input: { code: $code, wantsToken: true }) { token userErrors { code } }
}`;
const CHANGE = `mutation($old: String!, $new: String!) {
  changePassword(input: { oldPassword: $old, newPassword: $new }) { changed userErrors { code message } }
}`;
export const CREATE_USER = `mutation CreateUser($login: String!, $name: String!) {
  createUser(input: { login: $login, name: $name }) { user { id login } firstPassword userErrors { code } }
}`;
const ASSIGN = `mutation($userId: ID!, $role: Role!, $regionCode: RegionCode!, $enterpriseId: ID) {
  assignRole(input: { userId: $userId, role: $role, regionCode: $regionCode, enterpriseId: $enterpriseId }) {
    userErrors { code message }
  }
}`;
const CREATE_CLIENT = `mutation($name: String!, $requestsPerMinute: Int!, $costPerMinute: Int!) {
  createApiClient(input: { name: $name, regionCode: "610000", requestsPerMinute: $requestsPerMinute, costPerMinute: $costPerMinute }) {
    key userErrors { code }
  }
}`;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The six digits that an authenticator app shows now (RFC 6238). */
function code(secret) {
  const bits = [...secret.replace(/=+$/, '')].map((sign) => BASE32.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** The payload of a mutation whose input must be taken. */
export async function done(client, desk, credential, query, variables) {
  const [payload] = Object.values(await client.ask(desk, credential, query, variables));
  if (payload.userErrors.length > 0) throw new Error(`${query}: ${JSON.stringify(payload.userErrors)}`);
  return payload;
}

/** Signs in, with a second factor where the account needs one, and changes the first password. */
async function enter(client, login, first) {
  const begun = await done(client, login, nobody, SIGN_IN, { login, password: first });
  let { token } = begun;
  if (begun.secondFactor !== 'NOT_NEEDED') {
    const { secret } = await done(client, login, bearer(token), BIND);
    ({ token } = await done(client, login, bearer(token), VERIFY, { code: code(secret) }));
  }
  const password = 'Weihe-pingyuan-7294';
  await done(client, login, bearer(token), CHANGE, { old: first, new: password });
  return { login, password, token };
}

export async function administrator(client, login, role) {
  const told = await qinxin('account', 'create', '--login', login, '--name', login, '--role', role, '--region', '610000');
  const person = await enter(client, login, /^初始口令 (.+)$/m.exec(told)[1]);
  return { ...person, role, desk: login, credential: bearer(person.token) };
}

function roleOf(index) {
  let share = (index * 37) % 100;
  return SHARES.find(([, width]) => (share -= width) < 0)[0];
}

/** Makes an account, gives it its role and signs it in. */
async function enrol(client, { system, security }, login, grant) {
  const variables = { login, name: `测试 ${login}` };
  const { user, firstPassword } = await done(client, system.desk, system.credential, CREATE_USER, variables);
  await done(client, security.desk, security.credential, ASSIGN, { userId: user.id, ...grant });
  const person = await enter(client, login, firstPassword);
  return { ...person, role: grant.role, region: grant.regionCode, desk: login, credential: bearer(person.token) };
}

/**
 * Everybody. `facts` are those of the oracle: the enterprises that liaisons speak for and the regions
 * for which staff are responsible.
 */
export async function everybody(client, facts, note) {
  const system = await administrator(client, 'soak-sys', 'SYSTEM_ADMINISTRATOR');
  const security = await administrator(client, 'soak-sec', 'SECURITY_ADMINISTRATOR');
  const audit = await administrator(client, 'soak-aud', 'AUDIT_ADMINISTRATOR');
  const people = [];
  const grantOf = (index) => {
    const role = roleOf(index);
    if (role !== 'LIAISON') return { role, regionCode: index % 3 === 0 ? '610000' : facts.home[index % facts.home.length] };
    const own = facts.enterprises[index % facts.enterprises.length];
    return { role, regionCode: '610000', enterpriseId: own.globalId };
  };
  await each(Array.from({ length: settings.sessions }, (_, index) => index), settings.enrolled, async (index) => {
    const login = `soak-${String(index).padStart(5, '0')}`;
    people[index] = await enrol(client, { system, security }, login, grantOf(index));
    if ((index + 1) % 500 === 0) note(`${index + 1} sessions`);
  });
  const spares = [];
  await each(Array.from({ length: settings.spares }, (_, index) => index), settings.enrolled, async (index) => {
    spares[index] = await enrol(client, { system, security }, `spare-${index}`, { role: 'OBJECTOR', regionCode: '610000' });
  });
  const partners = [];
  for (let index = 0; index < settings.partners; index += 1) {
    const name = `压测接口单位${index}`;
    const { key } = await done(client, security.desk, security.credential, CREATE_CLIENT, { name, ...QUOTA });
    partners.push({ name, desk: name, credential: apiKey(key) });
  }
  const revealing = people.filter(({ role }) => REVEALING.has(role));
  return { system, security, audit, people, spares, partners, revealing };
}
