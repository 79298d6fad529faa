// 报送人 A liaison with a session for each of many enterprises, written into the tables as a sign-in would leave them:
// signing in two hundred thousand people would measure passwords.

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';

import { place } from '../soak/settings.mjs';
import { rows, sql } from '../soak/systems.mjs';

/** Enterprises that have not filed for the year and must, those of one kind together. */
const OWING = (year, most) => `
  SELECT id, uscc, kind FROM enterprises e WHERE status = 'ACTIVE'
  AND NOT EXISTS (SELECT 1 FROM annual_reports WHERE enterprise_id = e.id AND year = ${year})
  AND EXISTS (SELECT 1 FROM annual_reports WHERE enterprise_id = e.id AND year = ${year - 1})
  ORDER BY id LIMIT ${most}`;

/** Puts lines of text into a table. */
async function copy(table, columns, lines) {
  const psql = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', place.url, '-c', `COPY ${table} (${columns}) FROM STDIN`], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(psql, 'exit');
  psql.stdin.end(lines.join(''));
  const [status] = await ended;
  if (status !== 0) throw new Error(`COPY ${table} ended with ${status}`);
}

/** At most `most` filers: code and kind of the enterprise, and the token of its liaison. */
export async function filers(year, most) {
  // Most generated enterprises have filed already: their report of the year becomes an old one.
  await sql(`UPDATE annual_reports SET year = year - 10 WHERE year = ${year}`);
  const owing = await rows(OWING(year, most));
  const [{ first }] = await rows('SELECT COALESCE(max(id), 0) + 1 AS first FROM users');
  const now = new Date().toISOString();
  const all = owing.map((one, index) => ({ ...one, user: first + index, token: randomBytes(32).toString('base64url') }));
  await sql("INSERT INTO roles (code, term) VALUES ('LIAISON', '企业联络员') ON CONFLICT DO NOTHING");
  await copy('users', 'id, login, name, created_at', all.map(({ user }) => `${user}\tfiler-${user}\t联络员\t${now}\n`));
  await copy(
    'grants',
    'user_id, role_code, region_code, enterprise_id, granted_at',
    all.map(({ user, id }) => `${user}\tLIAISON\t610000\t${id}\t${now}\n`),
  );
  const hash = (token) => createHash('sm3').update(token).digest('hex');
  await copy(
    'sessions',
    'token_hash, user_id, source, started_at, seen_at',
    all.map(({ user, token }) => `${hash(token)}\t${user}\t127.0.0.1\t${now}\t${now}\n`),
  );
  return all;
}
