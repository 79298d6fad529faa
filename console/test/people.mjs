// 人员 Accounts of every role on a server that has its first three administrators: each has changed the first password,
// and staff have bound their second factor.
import { createHmac } from 'node:crypto';

export const REGION = '610000';
const SIGN_IN =
  'mutation ($login: String!, $password: String!) { signIn(input: { login: $login, password: $password, wantsToken: true }) { token secondFactor userErrors { message } } }';
const BIND = 'mutation { bindSecondFactor { secret } }';
const VERIFY = 'mutation ($code: String!) { verifySecondFactor(input: { code: $code, wantsToken: true }) { token } }';
const CHANGE =
  'mutation ($old: String!, $new: String!) { changePassword(input: { oldPassword: $old, newPassword: $new }) { changed userErrors { message } } }';
const CREATE_USER = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { firstPassword user { id } userErrors { message } } }';
const ASSIGN = 'mutation ($input: AssignRoleInput!) { assignRole(input: $input) { userErrors { message } } }';
const CREATE_CLIENT = 'mutation ($input: CreateApiClientInput!) { createApiClient(input: $input) { key } }';

/** What takes the place of first passwords. */
export const OWN_PASSWORD = 'Jinghe-luohe-5183';
/** The first administrators, whom the command line makes. */
export const ADMINISTRATORS = [
  { login: 'sys01', name: '王芳', role: 'SYSTEM_ADMINISTRATOR' },
  { login: 'sec01', name: '李明', role: 'SECURITY_ADMINISTRATOR' },
  { login: 'aud01', name: '赵敏', role: 'AUDIT_ADMINISTRATOR' },
];

export async function ask(url, query, variables = {}, token = '') {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return data;
}

/** Signs in for the first time; the session may do everything then. */
export async function settle(url, login, firstPassword) {
  const first = (await ask(url, SIGN_IN, { login, password: firstPassword })).signIn;
  let { token } = first;
  let secret = '';
  if (first.secondFactor === 'TO_BE_BOUND') {
    ({ secret } = (await ask(url, BIND, {}, token)).bindSecondFactor);
    ({ token } = (await ask(url, VERIFY, { code: code(secret) }, token)).verifySecondFactor);
  }
  const { changed, userErrors } = (await ask(url, CHANGE, { old: firstPassword, new: OWN_PASSWORD }, token)).changePassword;
  if (!changed) throw new Error(`${login}: ${userErrors[0]?.message}`);
  return { login, password: OWN_PASSWORD, secret, token };
}

/**
 * Accounts with roles, `grants` by login: `{ name, role, region?, enterpriseId? }`. Of each the first password stays
 * where `isFresh` says so.
 */
export async function makePeople(url, { sys, sec }, grants) {
  const people = {};
  for (const [login, { name, role, region = REGION, enterpriseId, isFresh = false }] of Object.entries(grants)) {
    const { firstPassword, user, userErrors } = (await ask(url, CREATE_USER, { input: { login, name } }, sys.token)).createUser;
    if (!user) throw new Error(`${login}: ${userErrors[0]?.message}`);
    const input = { userId: user.id, role, regionCode: region, ...(enterpriseId && { enterpriseId }) };
    const assigned = (await ask(url, ASSIGN, { input }, sec.token)).assignRole;
    if (assigned.userErrors.length > 0) throw new Error(`${login}: ${assigned.userErrors[0].message}`);
    people[login] = isFresh ? { login, password: firstPassword, secret: '' } : await settle(url, login, firstPassword);
  }
  return people;
}

/** The key of a partner's client. */
export async function makeKey(url, sec, name, more = {}) {
  return (await ask(url, CREATE_CLIENT, { input: { name, regionCode: REGION, ...more } }, sec.token)).createApiClient.key;
}

/** The code that an authenticator app shows now, or `steps` half minutes later (RFC 6238). */
export function code(secret, steps = 0) {
  const bits = [...secret].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac('sha1', key).update(step).digest();
  return `${(digest.readUInt32BE(digest[19] & 0xf) & 0x7fffffff) % 1_000_000}`.padStart(6, '0');
}
