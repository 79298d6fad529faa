// 查询日志 A log of queries of eleven kinds, as many of each, from the records of a folder that
// export.py filled. The same seed and records give the same log, one query a line as JSON.
//
//   node bench/search/log.mjs SEED COUNT FOLDER
//
// Records are drawn evenly, so that rare shapes of names are as rare as they are. What a query means
// (its words, its person, its place) is kept beside its text for relevance.mjs; systems see the text.

import { pathToFileURL } from 'node:url';

import { Anatomy } from './anatomy.mjs';
import { Dice } from './dice.mjs';
import { EnterpriseQueries } from './enterprises.mjs';
import { PenaltyQueries } from './penalties.mjs';
import { readRecords } from './records.mjs';

const TRIES = 1000;

/** @returns {object[]} queries in mixed order */
export function drawLog(seed, count, records, anatomy) {
  const makers = [new EnterpriseQueries(records, anatomy), new PenaltyQueries(records, anatomy)];
  const kinds = makers.flatMap((maker) => Object.keys(maker.kinds).map((kind) => ({ kind, maker })));
  const queries = kinds.flatMap(({ kind, maker }, at) => {
    const share = Math.floor(count / kinds.length) + (at < count % kinds.length ? 1 : 0);
    return some(share, maker, kind, new Dice(kind, seed));
  });
  return new Dice('order', seed).shuffle(queries);
}

function some(count, maker, kind, dice) {
  const drawn = new Map();
  for (let tries = 0; drawn.size < count; tries += 1) {
    if (tries > count * TRIES) throw new Error(`too few queries can be drawn: ${kind}`);
    const query = maker.draw(kind, dice);
    if (query && !drawn.has(query.text)) drawn.set(query.text, query);
  }
  return [...drawn.values()];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [seed, count, folder] = process.argv.slice(2);
  const records = await readRecords(folder);
  for (const query of drawLog(seed, Number(count), records, new Anatomy(records))) console.log(JSON.stringify(query));
}
