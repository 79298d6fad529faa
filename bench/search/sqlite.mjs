// SQLite FTS5 with trigrams, in Python's library: one long-lived process a client, see sqlite.py.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { isWord, peerRows, tokens, writeRows } from './peers.mjs';
import { bytes, run, timed } from './process.mjs';
import { fold } from './text.mjs';

const SCRIPT = fileURLToPath(new URL('sqlite.py', import.meta.url));

/** A process and the line that it owes. */
class Worker {
  #child;
  #lines;

  constructor(database) {
    this.#child = spawn('python3', [SCRIPT, 'serve', database], { stdio: ['pipe', 'pipe', 'inherit'] });
    process.once('exit', () => this.#child.kill());
    this.#lines = createInterface({ input: this.#child.stdout });
  }

  async ask(query) {
    this.#child.stdin.write(`${JSON.stringify(query)}\n`);
    const [line] = await once(this.#lines, 'line');
    return JSON.parse(line);
  }

  close() {
    this.#child.stdin.end();
  }
}

export class Sqlite {
  name = 'SQLite FTS5 trigram';
  #idle = [];
  #all = [];

  /** @param settings work (folder for what is made here), records and their initials */
  constructor(settings) {
    this.settings = settings;
    this.database = `${settings.work}/fts5.db`;
  }

  async load() {
    const { work, records, initials } = this.settings;
    const file = `${work}/sqlite.tsv`;
    // Spaces are part of a trigram: words are asked for with the one before them.
    await writeRows(file, peerRows(records, initials), ({ id, title, text, words }) => [id, title, ` ${words} ${text} `].join('\t'));
    rmSync(this.database, { force: true });
    const seconds = await timed(() => run('python3', [SCRIPT, 'load', this.database, file]));
    this.version = (await run('python3', ['-c', 'import sqlite3; print(sqlite3.sqlite_version)'])).stdout.trim();
    return { seconds, bytes: await bytes(this.database) };
  }

  async ask({ text }) {
    const worker = this.#idle.pop() ?? this.#start();
    const found = await worker.ask({ tokens: tokens(text).map((token) => (isWord(token) ? ` ${token}` : token)), whole: fold(text) });
    this.#idle.push(worker);
    return found;
  }

  #start() {
    const worker = new Worker(this.database);
    this.#all.push(worker);
    return worker;
  }

  async close() {
    this.#all.forEach((worker) => worker.close());
  }
}
