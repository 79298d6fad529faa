// 拼音首字母 The initials of every name, with readings by whole words, as an input method makes them:
// 重庆 is cq, 银行 is yh. Written once to `initials.tsv` beside the records, since it takes a while.

import { createReadStream, createWriteStream, existsSync, renameSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { pinyin } from 'pinyin-pro';

/** One letter for each letter of a folded text. */
export function initials(folded) {
  return pinyin(folded, { pattern: 'first', type: 'array', toneType: 'none' }).join('').toLowerCase();
}

/** 同音 The reading of one character without its tone. */
export const reading = (character) => pinyin(character, { toneType: 'none' });

/** @returns {Promise<{ whole: string[], local: string[] }>} of the name, and of it without its region */
export async function readInitials(records, anatomy) {
  const path = `${records.folder}/initials.tsv`;
  if (!existsSync(path)) await write(path, records, anatomy);
  const columns = { whole: [], local: [] };
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [whole, local] = line.split('\t');
    columns.whole.push(whole);
    columns.local.push(local);
  }
  if (columns.whole.length !== records.enterprises.count) throw new Error(`${path} is of other records: remove it`);
  return columns;
}

async function write(path, { enterprises }, anatomy) {
  const file = createWriteStream(`${path}.new`);
  for (let at = 0; at < enterprises.count; at += 1) {
    const name = enterprises.folded[at];
    const whole = initials(name);
    const { letters } = anatomy.local(at);
    // The readings stay those of the whole name where what is left stands in it in one piece.
    const start = whole.length === name.length ? name.indexOf(letters) : -1;
    const local = start < 0 ? initials(letters) : whole.slice(start, start + letters.length);
    if (!file.write(`${whole}\t${local}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  renameSync(`${path}.new`, path);
}
