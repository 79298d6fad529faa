// 拼音首字母 The initials of every name, with readings by whole words, as an input method makes them:
// 重庆 is cq, 银行 is yh, and no word reaches from one part of a name into the next: 新城区|长安.
// Written once to `initials.tsv` beside the records, since it takes a while.

import { createReadStream, createWriteStream, existsSync, renameSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { pinyin } from 'pinyin-pro';

const known = new Map();

/** One letter for each letter of a part of a name. */
function initials(part) {
  let letters = known.get(part);
  if (letters === undefined) {
    letters = pinyin(part, { pattern: 'first', type: 'array', toneType: 'none' }).join('').toLowerCase();
    known.set(part, letters);
  }
  return letters;
}

/** @param parts of the name, from `Anatomy` */
export function initialsOf({ region, brand, trade, form, isBracketed }) {
  const [first, own, rest] = [region, brand, trade].map(initials);
  const tail = rest + initials(form);
  return { whole: isBracketed ? own + first + tail : first + own + tail, local: own + tail, core: own + rest };
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
    const { whole, local } = initialsOf(anatomy.parts(at));
    if (!file.write(`${whole}\t${local}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  renameSync(`${path}.new`, path);
}
