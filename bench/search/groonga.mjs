// Groonga over its own HTTP server: pairs of characters for texts, whole words for codes and initials;
// every part within the record, and if nothing holds them all, as many pairs of the title as can be.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

import { isWord, peerRows, tokens, writeRows } from './peers.mjs';
import { bytes, freePort, httpClient, run, start, timed } from './process.mjs';
import { fold, spaced } from './text.mjs';

const SCHEMA = `table_create Records TABLE_HASH_KEY ShortText
column_create Records title COLUMN_SCALAR ShortText
column_create Records text COLUMN_SCALAR Text
column_create Records words COLUMN_SCALAR ShortText
table_create Pairs TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerAuto
column_create Pairs title COLUMN_INDEX|WITH_POSITION Records title
column_create Pairs text COLUMN_INDEX|WITH_POSITION Records text
table_create Words TABLE_PAT_KEY ShortText --default_tokenizer TokenDelimit --normalizer NormalizerAuto
column_create Words words COLUMN_INDEX Records words
`;

const quoted = (part) => `"${part.replace(/["\\]/g, '\\$&')}"`;

export class Groonga {
  name = 'Groonga';
  #folder;
  #server;
  #client;

  /** @param settings work (folder for what is made here), records and their initials */
  constructor(settings) {
    this.settings = settings;
    this.#folder = `${settings.work}/groonga`;
  }

  async load() {
    const { work, records, initials } = this.settings;
    const database = `${this.#folder}/db`;
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
    const [schema, rows] = [`${work}/groonga.schema`, `${work}/groonga.rows`];
    writeFileSync(schema, SCHEMA);
    await writeRows(rows, peerRows(records, initials), ({ id, marked, text, words }) => JSON.stringify({ _key: id, title: marked, text, words }));
    const seconds = await timed(async () => {
      await run('groonga', ['-n', '--file', schema, database]);
      await run('sh', ['-c', '{ echo "load --table Records"; echo "["; sed \'$!s/$/,/\' "$1"; echo "]"; } | groonga "$2" >"$3"', 'sh', rows, database, `${work}/groonga.load`]);
    });
    this.version = /\d[\d.]*/.exec((await run('groonga', ['--version'])).stdout)[0];
    await this.#serve(database);
    return { seconds, bytes: await bytes(this.#folder) };
  }

  async #serve(database) {
    const port = await freePort();
    this.#client = httpClient(port);
    const isReady = async () => (await this.#client.ask('GET', '/d/status')).status === 200;
    const args = ['-s', '--protocol', 'http', '--bind-address', '127.0.0.1', '-p', String(port), database];
    this.#server = await start('groonga', args, `${this.settings.work}/groonga.log`, isReady);
  }

  async ask({ text }) {
    // It takes a row of digits for one word: gaps between numbers have to stay.
    const parts = tokens(text, spaced);
    const columns = parts.every(isWord) ? 'words||title||text' : 'title*10||text';
    const found = await this.#ids(columns, parts.map((part) => (isWord(part) ? `${part}*` : quoted(part))).join(' '));
    const whole = fold(text);
    if (found.length > 0 || whole.length < 2) return found;
    const pairs = Array.from({ length: whole.length - 1 }, (_, at) => quoted(whole.slice(at, at + 2)));
    return this.#ids('title', pairs.join(' OR '));
  }

  async #ids(columns, query) {
    const parameters = new URLSearchParams({ table: 'Records', match_columns: columns, query, output_columns: '_key', sort_keys: '-_score', limit: 10 });
    const { text } = await this.#client.ask('GET', `/d/select?${parameters}`);
    const [[status, , , problem], [[, , ...rows]] = [[]]] = JSON.parse(text);
    if (status !== 0) throw new Error(`${query}: ${problem}`);
    return rows.map(([key]) => key);
  }

  async close() {
    this.#client?.close();
    await this.#server?.stop();
  }
}
