// 同类系统 What every peer is given: one row a record, with what the log asks about and no more; and
// the same way to read a query, as somebody would write it who builds a search on that engine.
//
// `title` is the name or the document number (`marked`: with gaps between its numbers), `text` the rest,
// `words` the codes and initials, which are asked for by their beginning. All are folded as the relevance
// folds. Peers get initials ready-made and hold neither addresses nor business scopes, which Qinxin also
// indexes: both are in their favour.

import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

import { penaltyId } from './records.mjs';
import { fold, spaced } from './text.mjs';

export const CLIENTS = 8;

/** @returns rows of both families, enterprises first */
export function* peerRows({ enterprises, penalties, places }, initials) {
  for (let at = 0; at < enterprises.count; at += 1) {
    yield {
      id: enterprises.uscc[at],
      title: enterprises.folded[at],
      marked: enterprises.folded[at],
      text: `${fold(enterprises.person[at])} ${fold(places.full(enterprises.region[at]))}`,
      words: `${enterprises.uscc[at].toLowerCase()} ${initials.whole[at]} ${initials.local[at]}`,
    };
  }
  for (let at = 0; at < penalties.count; at += 1) {
    const enterprise = penalties.enterprise[at];
    yield {
      id: penaltyId(enterprises.uscc[enterprise], penalties.number[at]),
      title: fold(penalties.number[at]),
      marked: spaced(penalties.number[at]),
      text: `${penalties.own[at].replaceAll('\n', ' ')} ${enterprises.folded[enterprise]} ${fold(places.full(enterprises.region[enterprise]))}`,
      words: '',
    };
  }
}

/** Writes the rows to a file, each as `line` puts it. */
export async function writeRows(path, rows, line) {
  const file = createWriteStream(path);
  for (const row of rows) if (!file.write(`${line(row)}\n`)) await once(file, 'drain');
  file.end();
  await once(file, 'finish');
}

/** What stands between spaces and commas; a record has to hold all of it. */
export const tokens = (text, form = fold) => text.split(/[\s,，、;；]+/).map(form).filter(Boolean);

/** Codes and initials are looked up by their beginning. */
export const isWord = (token) => /^[a-z0-9]+$/.test(token);
