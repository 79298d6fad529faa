// 找处罚 Queries that look for penalties, drawn as those for enterprises.

import { placeWord, words } from './enterprises.mjs';
import { PENALTY, penaltyId } from './records.mjs';
import { fold } from './text.mjs';

/** Words of every penalty, and of articles: 第三十四条第十项. */
const EMPTY = /^(?:当事人?|中华|人民|共和国|中华人民共和国|第.*|.*[条款项]|[一二三四五六七八九十百]+)$/;
const QUOTES = ['“”', '""', '「」', '《》'];
/** 括号 Pairs around the year of a document number, as input methods and copies have them. */
const BRACKETS = ['〔〕', '〔〕', '[]', '()', '（）', '【】', '［］', '{}', '<>', '  '];
const NUMBER = /^(.*?)([〔[(（【［]\s*\d{4}\s*[〕\])）】］])(.*)$/;

const wide = (text) => text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));

export class PenaltyQueries {
  #records;
  #anatomy;

  constructor(records, anatomy) {
    this.#records = records;
    this.#anatomy = anatomy;
  }

  get kinds() {
    return { 'penalty words': this.#words, 'penalty phrase': this.#phrase, 'document number': this.#number };
  }

  /** @returns a query of this kind, or undefined */
  draw(kind, dice) {
    const { penalties, enterprises } = this.#records;
    const at = dice.between(0, penalties.count - 1);
    const source = penaltyId(enterprises.uscc[penalties.enterprise[at]], penalties.number[at]);
    // Two penalties of one enterprise with one number cannot be told apart.
    const query = penalties.index.get(source) === at ? this.kinds[kind].call(this, dice, at) : undefined;
    return query && { kind, family: PENALTY, source, ...query };
  }

  /** 处罚用语 Content words of one penalty, sometimes with the city or the brand of the enterprise. */
  #words(dice, at) {
    const { penalties, enterprises, places } = this.#records;
    const own = [...words(penalties.violation[at]), ...(dice.chance(0.4) ? words(penalties.basis[at]) : [])];
    const telling = [...new Set(own)].filter((word) => !EMPTY.test(word));
    const chosen = dice.shuffle(telling).slice(0, dice.between(2, 3));
    if (chosen.length < 2) return undefined;
    const enterprise = penalties.enterprise[at];
    const beside = dice.weighed({ nothing: 6, city: 2, name: 2 });
    const place = beside === 'city' ? placeWord(dice, places, enterprises.region[enterprise]) : undefined;
    const part = beside === 'name' ? this.#anatomy.parts(enterprise).brand : undefined;
    const text = dice.shuffle([...chosen, place, part].filter(Boolean)).join(dice.chance(0.9) ? ' ' : '，');
    return { text, variant: `beside ${beside}`, words: chosen.map(fold), place: place && fold(place), part };
  }

  /** 处罚短语 Six to fourteen characters in a row of a violation, wherever they begin and end. */
  #phrase(dice, at) {
    const violation = this.#records.penalties.violation[at];
    const length = dice.between(6, 14);
    if (violation.length < length) return undefined;
    const start = dice.between(0, violation.length - length);
    const phrase = violation.slice(start, start + length);
    if (fold(phrase).length < 5) return undefined;
    const [open, close] = dice.chance(0.25) ? dice.pick(QUOTES) : ['', ''];
    return { text: open + phrase + close, variant: open ? 'quoted' : 'plain' };
  }

  /** 文号 In brackets and widths of every kind, sometimes only its head or its tail. */
  #number(dice, at) {
    const number = this.#records.penalties.number[at];
    const [, office, year, numbered] = NUMBER.exec(number) ?? [];
    if (!numbered) return { text: number, variant: 'whole' };
    // Some stop at the last digit.
    const serial = dice.chance(0.25) ? numbered.replace(/号$/, '') : numbered;
    const [open, close] = dice.pick(BRACKETS);
    const bracketed = (open + /\d{4}/.exec(year)[0] + close).trim();
    const variant = dice.weighed({ whole: 6, tail: 2, head: 1, serial: 1 });
    const text = {
      whole: `${office}${open.trim() ? '' : ' '}${bracketed}${close.trim() ? '' : ' '}${serial}`,
      tail: `${bracketed}${close.trim() ? '' : ' '}${serial}`,
      head: `${office}${open.trim() ? '' : ' '}${bracketed}`,
      serial,
    }[variant];
    return { text: dice.chance(0.2) ? wide(text) : text, variant };
  }
}
