// 变更 Records that are written again all the time, one transaction after the other as the product's own
// loaders do it, and the proof that all who follow were told each of them once and in order.

import { setTimeout as sleep } from 'node:timers/promises';

import { globalId } from './oracle.mjs';
import { dice, settings } from './settings.mjs';
import { rows, sql } from './systems.mjs';

/** Shares of events: the enterprise itself, one penalty, several penalties in one event. */
const ONE_ENTERPRISE = 0.6;
const ONE_PENALTY = 0.9;

export async function lastSequence() {
  const [last] = await sql('SELECT COALESCE(MAX(sequence), 0) FROM outbox');
  return Number(last);
}

/** Records changes until it is told to stop; while the database is down nothing is recorded. */
export async function record(facts, isOver) {
  const random = dice(settings.seed + 1);
  while (!isOver()) {
    const { id, penalties } = facts.followed[Math.floor(random() * facts.followed.length)];
    const roll = random();
    const one = penalties[Math.floor(random() * penalties.length)];
    const event =
      roll < ONE_ENTERPRISE ? ['enterprises', id, id] : roll < ONE_PENALTY ? ['penalties', one, one] : ['penalties', penalties[0], penalties.at(-1)];
    // Whether the commit was heard of does not matter: the outbox tells afterwards what was kept.
    await write(event).catch(() => sleep(500));
    await sleep(1000 / settings.changes);
  }
}

/** The lock of the loaders: numbers are given and committed in the same order. */
function write([family, first, last]) {
  return sql(
    'BEGIN',
    'LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE',
    `INSERT INTO outbox (recorded_at, family, act, first_id, last_id) VALUES (now(), '${family}', 'UPSERT', ${first}, ${last})`,
    'COMMIT',
  );
}

/** What each enterprise's followers have to be told after a position, by code: the event, and `sequence id`. */
export async function truth(after) {
  const of = (family, table, owner) => `SELECT o.sequence, '${family}' AS family, r.id, e.uscc FROM outbox o
    JOIN ${table} r ON o.family = '${table}' AND r.id BETWEEN o.first_id AND o.last_id
    JOIN enterprises e ON e.id = ${owner} WHERE o.sequence > ${after}`;
  const all = await rows(`SELECT * FROM (${of('Enterprise', 'enterprises', 'r.id')} UNION ALL ${of('Penalty', 'penalties', 'r.enterprise_id')}) c
    ORDER BY sequence, id`);
  const told = new Map();
  for (const [index, { sequence, family, id, uscc }] of all.entries()) {
    if (!told.has(uscc)) told.set(uscc, []);
    // Only the last record of an event leaves it behind: the others carry the position before it.
    const isLast = !all.slice(index + 1).some((later) => later.sequence === sequence && later.uscc === uscc);
    told.get(uscc).push({ event: sequence, change: `${isLast ? sequence : sequence - 1} ${globalId(family, id)}` });
  }
  return told;
}

/**
 * What is wrong with what a follower was told, if anything. Each connection is told everything after the
 * position that it asked from, once and in order; whoever broke off within an event is told it from its start.
 */
export function faultOf(follower, expected = []) {
  const who = `${follower.name} of ${follower.uscc}`;
  let reached = 0;
  for (const { after, heard } of follower.connections) {
    const found = expected.findIndex(({ event }) => event > after);
    const from = found < 0 ? expected.length : found;
    const at = heard.findIndex((change, index) => change !== expected[from + index]?.change);
    if (at >= 0) return `${who}: after ${after} told ${heard[at]} instead of ${expected[from + at]?.change ?? 'nothing'}`;
    reached = Math.max(reached, from + heard.length);
  }
  if (reached === expected.length) return undefined;
  return `${who}: told ${reached} of ${expected.length}, not ${expected[reached].change}; ${follower.breaks.slice(-6).join(' | ')}`;
}
