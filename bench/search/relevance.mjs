// 相关性 What a query means, as a test of one record; a full scan with it counts the relevant ones.
// Nothing is indexed or ranked here, so that no engine's idea of relevance gets in.
//
// - full name: names equal to the text. partial name: names that hold it.
// - word list: every word is in the name, or calls a region that the enterprise lies in.
// - typo: names that are what was mistyped, or hold it if it was a part of a name, and names that are the
//   text as it stands. Other names may be as near; `alsoFair` accepts every name one edit away, and is
//   told apart.
// - initials: those of the name, or of the name without its region, are the text or begin with it.
// - code: codes that begin with the text.
// - person and city: the legal representative is the person and the enterprise lies in a region that
//   is called so. Shops that merely carry the name of the person are not asked for.
// - person and name: the legal representative is the person and the name holds the part.
// - penalty words: every word is within one column of this very penalty (category, violation, basis,
//   decision, authority); the city is where the enterprise lies, the name part is in its name.
// - penalty phrase: the phrase is within one column of the penalty.
// - document number: numbers that hold the text; its digits are whole numbers, so that 861号 does not
//   mean 16861号.
//
// Widths, cases, marks and spaces never count. Hits of the other family never are relevant: who asks
// for a name wants the enterprise, not its penalties.

import { ENTERPRISE, PENALTY } from './records.mjs';
import { fold, spaced, withinOneEdit } from './text.mjs';

const isDigit = (character) => character >= '0' && character <= '9';

/** A document number without marks, except where one stands between two numbers. */
const numbered = (text) => spaced(text).replace(/(?<!\d) | (?!\d)/g, '');

/** Whether `text` is in `whole` without cutting a number at its head or tail. */
function holdsNumber(whole, text) {
  for (let at = whole.indexOf(text); at >= 0; at = whole.indexOf(text, at + 1)) {
    const isCut = (isDigit(text[0]) && isDigit(whole[at - 1] ?? '')) || (isDigit(text.at(-1)) && isDigit(whole[at + text.length] ?? ''));
    if (!isCut) return true;
  }
  return false;
}

export class Relevance {
  #records;
  #initials;
  #numbers;

  /** @param initials of every name, from `readInitials` */
  constructor(records, initials) {
    this.#records = records;
    this.#initials = initials;
    this.#numbers = records.penalties.number.map(numbered);
  }

  /** @returns {(at: number) => boolean} over the records of the query's family */
  test(query) {
    const { enterprises, penalties, places } = this.#records;
    const { folded, person, region, uscc } = enterprises;
    const text = fold(query.text);
    const liesIn = (at, word) => places.words(region[at]).has(word);
    switch (query.kind) {
      case 'full name':
        return (at) => folded[at] === text;
      case 'partial name':
        return (at) => folded[at].includes(text);
      case 'word list':
        return (at) => query.words.every((word) => folded[at].includes(word) || liesIn(at, word));
      case 'typo':
        return (at) => folded[at] === text || folded[at] === query.intact || (query.isPart && folded[at].includes(query.intact));
      case 'initials':
        return (at) => this.#initials.whole[at].startsWith(text) || this.#initials.local[at].startsWith(text);
      case 'code':
        return (at) => uscc[at].toLowerCase().startsWith(text);
      case 'person and city':
        return (at) => person[at] === query.person && liesIn(at, query.place);
      case 'person and name':
        return (at) => person[at] === query.person && folded[at].includes(query.part);
      case 'penalty words': {
        const isThere = (at) => (!query.place || liesIn(at, query.place)) && (!query.part || folded[at].includes(query.part));
        return (at) => query.words.every((word) => penalties.own[at].includes(word)) && isThere(penalties.enterprise[at]);
      }
      case 'penalty phrase':
        return (at) => penalties.own[at].includes(text);
      case 'document number': {
        const number = numbered(query.text);
        return (at) => holdsNumber(this.#numbers[at], number);
      }
      default:
        throw new Error(`a kind without meaning: ${query.kind}`);
    }
  }

  /** Names of which all, the head or the tail is as near to a typo as what it was made from. */
  alsoFair(query) {
    if (query.kind !== 'typo') return undefined;
    const text = fold(query.text);
    const lengths = [text.length - 1, text.length, text.length + 1];
    const { folded, uscc } = this.#records.enterprises;
    const isNear = (name) =>
      lengths.some((length) => name.length >= length && (withinOneEdit(name.slice(0, length), text) || withinOneEdit(name.slice(-length), text)));
    return (at) => uscc[at] === query.source || isNear(folded[at]);
  }

  /** 全扫描 How many records are relevant, and the first few; throws unless the source is one. */
  scan(query, test = this.test(query)) {
    const { count, index } = this.#columns(query.family);
    if (!test(index.get(query.source))) throw new Error(`not relevant to itself: ${JSON.stringify(query)}`);
    const first = [];
    let relevant = 0;
    for (let at = 0; at < count; at += 1) {
      if (!test(at)) continue;
      relevant += 1;
      if (first.length < 3) first.push(at);
    }
    return { relevant, first };
  }

  /** Position of a hit among the records of a family; -1 for one of the other family. */
  at(family, id) {
    return this.#columns(family).index.get(id) ?? -1;
  }

  #columns(family) {
    return { [ENTERPRISE]: this.#records.enterprises, [PENALTY]: this.#records.penalties }[family];
  }
}
