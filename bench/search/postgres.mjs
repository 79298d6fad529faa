// PostgreSQL with pg_trgm: every part within the text, nearest title first; if nothing holds them all,
// titles that are like the query, then texts that hold something like it.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

import { CLIENTS, isWord, peerRows, tokens, writeRows } from './peers.mjs';
import { timed } from './process.mjs';
import { fold } from './text.mjs';

const SCRIPT = fileURLToPath(new URL('../../scripts/postgres.sh', import.meta.url));
const TABLE = `DROP TABLE IF EXISTS records;
CREATE TABLE records (id text NOT NULL, title text NOT NULL, text text NOT NULL)`;
const INDEXES = `CREATE INDEX ON records USING gin (text gin_trgm_ops);
CREATE INDEX ON records USING gin (title gin_trgm_ops)`;
const ORDER = 'ORDER BY similarity(title, $1) DESC, length(title), id LIMIT 10';
const LIKE_TITLE = 'SELECT id FROM records WHERE title % $1 ORDER BY similarity(title, $1) DESC, id LIMIT 10';
const LIKE_TEXT = 'SELECT id FROM records WHERE $1 <% text ORDER BY word_similarity($1, text) DESC, id LIMIT 10';

/** For COPY, which knows the backslash. */
const line = ({ id, title, text, words }) => [id, title, ` ${words} ${title} ${text} `].join('\t').replaceAll('\\', '\\\\');

export class Postgres {
  name = 'PostgreSQL pg_trgm';
  #folder;
  #pool;

  /** @param settings work (folder for what is made here), records and their initials */
  constructor(settings) {
    this.settings = settings;
    this.#folder = `${settings.work}/postgres`;
  }

  async load() {
    const url = execFileSync(SCRIPT, ['start', this.#folder, 'bench'], { encoding: 'utf8' }).trim();
    // The default, .6, asks for more than a name and a city without a space can have.
    const options = '-c pg_trgm.word_similarity_threshold=0.4';
    this.#pool = new pg.Pool({ connectionString: url, max: CLIENTS, options });
    await this.#pool.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    const { work, records, initials } = this.settings;
    const file = `${work}/postgres.tsv`;
    await writeRows(file, peerRows(records, initials), line);
    const seconds = await timed(async () => {
      await this.#pool.query(TABLE);
      execFileSync('psql', ['-X', '-q', url, '-c', `\\copy records FROM '${file}'`]);
      await this.#pool.query(INDEXES);
    });
    await this.#pool.query('VACUUM (ANALYZE) records');
    const { rows } = await this.#pool.query("SELECT pg_total_relation_size('records')::float8 AS bytes");
    const version = await this.#pool.query('SHOW server_version');
    this.version = version.rows[0].server_version.split(' ')[0];
    return { seconds, bytes: rows[0].bytes };
  }

  async ask({ text }) {
    const parts = tokens(text);
    const whole = fold(text);
    const patterns = parts.map((part) => (isWord(part) ? `% ${part}%` : `%${part}%`));
    const within = patterns.map((_, at) => `text LIKE $${at + 2}`).join(' AND ');
    const found = await this.#ids(`SELECT id FROM records WHERE ${within} ${ORDER}`, [whole, ...patterns]);
    if (found.length > 0) return found;
    const alike = await this.#ids(LIKE_TITLE, [whole]);
    return alike.length > 0 ? alike : this.#ids(LIKE_TEXT, [whole]);
  }

  async #ids(text, values) {
    const { rows } = await this.#pool.query({ text, values });
    return rows.map(({ id }) => id);
  }

  async close() {
    await this.#pool?.end();
    execFileSync(SCRIPT, ['stop', this.#folder]);
  }
}
