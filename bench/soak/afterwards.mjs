// 事后 What must still hold when the load is over: every session, every password, the trace of all that
// was done, the chain of the audit log.

import { SIGN_IN } from './accounts.mjs';
import { truth, faultOf } from './changes.mjs';
import { nobody } from './http.mjs';
import { judged } from './judge.mjs';
import { each, limits } from './settings.mjs';
import { qinxin, restart, rows, sql } from './systems.mjs';

const VIEWER = '{ viewer { name roles { role } } }';

/** Questions that are asked one after the other of a server that nobody has used since the restart. */
const QUIET_QUESTIONS = 40;
const QUIET_DOWN_SECONDS = 2;

/**
 * 静置重启 What is not answered right though PostgreSQL has been back for a while: without load, no
 * request has found out yet which connections the restart has broken.
 */
export async function afterQuietRestart(client, { people }, cases) {
  await restart(QUIET_DOWN_SECONDS, () => {});
  await new Promise((resolve) => setTimeout(resolve, limits.grace * 1000));
  const failed = [];
  for (let number = 0; number < QUIET_QUESTIONS; number += 1) {
    const { desk, credential } = people[number % people.length];
    const { body, text } = cases.record[number % cases.record.length];
    const answer = await client.post(desk, credential, body);
    const { outcome, code } = judged({ wrong: (_, told) => told !== text }, answer);
    if (outcome !== 'right') failed.push(`${outcome} ${code ?? ''}`);
  }
  return failed;
}

/** The sessions that do not answer as their own any more. */
export async function lostSessions(client, { people, system, security, audit }) {
  const lost = [];
  await each([...people, system, security, audit], 32, async ({ desk, credential, login, role }) => {
    const answer = await client.post(desk, credential, JSON.stringify({ query: VIEWER }));
    const viewer = answer.text && JSON.parse(answer.text).data?.viewer;
    if (viewer?.name !== login || viewer.roles[0]?.role !== role) lost.push(`${login}: ${answer.failure ?? answer.text.slice(0, 300)}`);
  });
  return lost;
}

/** Accounts with whose password nobody can sign in; of two that may hold one has to. */
export async function lostPasswords(client, { spares }) {
  const lost = [];
  for (const { desk, login, password, other } of spares) {
    let holds = false;
    for (const known of [password, other].filter(Boolean)) {
      const { signIn } = await client.ask(desk, nobody, SIGN_IN, { login, password: known });
      holds ||= signIn.viewer?.name === login;
    }
    if (!holds) lost.push(login);
  }
  return lost;
}

/** What was answered as done and has left no trace, or not the whole of it. */
export async function lostTraces(done) {
  const entries = await rows('SELECT act, count(*) FROM audit_entries GROUP BY act');
  const traced = (act) => Number(entries.find((row) => row.act === act)?.count ?? 0);
  const least = {
    REVEAL_FIELD: done.reveal, CHANGE_PASSWORD: done.password, REGISTER_DOCUMENTS: done.register,
    CALL_INTERFACE: done.partner + done.register, CREATE_USER: done.createUser.length, SIGN_IN: done.signIn,
  };
  const lost = Object.entries(least).filter(([act, count]) => traced(act) < count).map(([act, count]) => `${act}: ${traced(act)} of ${count}`);
  const logins = new Set(await sql("SELECT login FROM users WHERE login LIKE 'new-%'"));
  const missing = done.createUser.filter((login) => !logins.has(login));
  return { lost: [...lost, ...missing.map((login) => `account ${login}`)], entries: entries.reduce((sum, { count }) => sum + count, 0) };
}

/** The answer of `qinxin audit verify`, or what it failed with. */
export async function auditChain() {
  try {
    return { isWhole: true, told: (await qinxin('audit', 'verify')).trim() };
  } catch (error) {
    return { isWhole: false, told: `${error.stdout}${error.stderr}`.trim() };
  }
}

/** Waits until those who follow were told everything, and says who was not. */
export async function untold(all, position) {
  const expected = await truth(position);
  const deadline = performance.now() + limits.told * 1000;
  const faults = () => all.map((follower) => faultOf(follower, expected.get(follower.uscc))).filter(Boolean);
  while (faults().length > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 500));
  return { faults: faults(), changes: [...expected.values()].reduce((sum, { length }) => sum + length, 0) };
}
