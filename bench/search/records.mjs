// 记录 All records in memory, as columns.

import { createReadStream } from 'node:fs';

import { Places } from './places.mjs';
import { fold } from './text.mjs';

export const ENTERPRISE = 'enterprise';
export const PENALTY = 'penalty';

/** What a penalty is known by here: a document number may concern several parties. */
export const penaltyId = (uscc, documentNumber) => `${uscc} ${documentNumber}`;

/** Calls `take` with the columns of each line of a file, which may be too long for one string. */
async function eachLine(path, take) {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 2 ** 20 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) take(line.split('\t'));
  }
}

/** Texts that come again and again are kept once. */
function once(make) {
  const known = new Map();
  return (text) => {
    let made = known.get(text);
    if (made === undefined) known.set(text, (made = make(text)));
    return made;
  };
}

export async function readRecords(folder) {
  const regions = [];
  await eachLine(`${folder}/regions.tsv`, (row) => regions.push(row));
  const enterprises = await readEnterprises(`${folder}/enterprises.tsv`);
  return { folder, places: new Places(regions), enterprises, penalties: await readPenalties(`${folder}/penalties.tsv`, enterprises) };
}

async function readEnterprises(path) {
  const of = { uscc: [], name: [], folded: [], person: [], region: [], index: new Map() };
  const same = once((text) => text);
  await eachLine(path, ([uscc, name, person, region]) => {
    of.index.set(uscc, of.uscc.length);
    of.uscc.push(uscc);
    of.name.push(name);
    of.folded.push(fold(name));
    of.person.push(same(person));
    of.region.push(same(region));
  });
  return { ...of, count: of.uscc.length };
}

/** `own` holds the folded words of a penalty, one column a line: nothing matches across two of them. */
async function readPenalties(path, enterprises) {
  const of = { enterprise: [], number: [], violation: [], basis: [], own: [], index: new Map() };
  const same = once((text) => text);
  const folded = once((text) => text.split('\t').map(fold).join('\n'));
  await eachLine(path, ([uscc, number, ...texts]) => {
    const [, violation, basis] = texts;
    of.index.set(penaltyId(uscc, number), of.number.length);
    of.enterprise.push(enterprises.index.get(uscc));
    of.number.push(number);
    of.violation.push(same(violation));
    of.basis.push(same(basis));
    of.own.push(folded(texts.join('\t')));
  });
  return { ...of, count: of.number.length };
}
