// 找主体 Queries that look for enterprises. Each is drawn from one enterprise and remembers what it
// means, for the full scan; a draw that cannot be made of this enterprise gives undefined.

import { initialsOf } from './initials.mjs';
import { short } from './places.mjs';
import { ENTERPRISE } from './records.mjs';
import { fold } from './text.mjs';
import { Typos } from './typos.mjs';

const WIDE = { '（': '(', '）': ')', '(': '（', ')': '）' };
const SEGMENTS = new Intl.Segmenter('zh', { granularity: 'word' });
/** A typo in less would fit too many names. */
const SHORTEST_TYPO = 6;

/** 词 The words of a text of at least two characters; single ones beside each other are one. */
export function words(text) {
  const found = [];
  let singles = '';
  const flush = () => {
    if (singles.length > 1) found.push(singles);
    singles = '';
  };
  for (const { segment, isWordLike } of SEGMENTS.segment(text)) {
    const isSingle = isWordLike && segment.length === 1 && !PARTICLES.has(segment);
    if (isSingle) singles += segment;
    else flush();
    if (isWordLike && segment.length > 1) found.push(segment);
  }
  flush();
  return found;
}
const PARTICLES = new Set('的了在将与和及或对时作为以未并等于其之者人被把从向给所应不');

/** 地名 How somebody who looks for an enterprise names its place: mostly the city, mostly in short. */
export function placeWord(dice, places, region) {
  const place = dice.chance(0.2) ? places.chain(region)[0] : places.city(region);
  return dice.chance(0.65) ? short(place.name) : place.name;
}

const together = (dice, parts, spaces = 0.6) => dice.shuffle(parts).join(dice.chance(spaces) ? ' ' : '');

export class EnterpriseQueries {
  #records;
  #anatomy;
  #typos;

  constructor(records, anatomy) {
    this.#records = records;
    this.#anatomy = anatomy;
    const step = Math.max(1, Math.floor(records.enterprises.count / 20_000));
    this.#typos = new Typos(records.enterprises.folded.filter((_, at) => at % step === 0));
  }

  get kinds() {
    return {
      'full name': this.#fullName, 'partial name': this.#partialName, 'word list': this.#wordList, typo: this.#typo,
      initials: this.#initials, code: this.#code, 'person and city': this.#personAndCity, 'person and name': this.#personAndName,
    };
  }

  /** @returns a query of this kind, or undefined */
  draw(kind, dice) {
    const at = dice.between(0, this.#records.enterprises.count - 1);
    const query = this.kinds[kind].call(this, dice, at);
    return query && { kind, family: ENTERPRISE, source: this.#records.enterprises.uscc[at], ...query };
  }

  /** 全称 As registered; brackets often come in the other width. */
  #fullName(dice, at) {
    const name = this.#records.enterprises.name[at];
    return { text: dice.chance(0.5) ? name : name.replace(/[（）()]/g, (bracket) => WIDE[bracket]) };
  }

  /** 简称 Three to six characters in a row, with all of the brand. */
  #partialName(dice, at) {
    const name = this.#records.enterprises.name[at];
    const { brand } = this.#anatomy.parts(at);
    const start = name.indexOf(brand);
    const length = dice.between(Math.max(3, brand.length), 6);
    if (start < 0 || brand.length > 6 || name.length <= length) return undefined;
    const first = dice.between(Math.max(0, start + brand.length - length), Math.min(start, name.length - length));
    const text = name.slice(first, first + length);
    return fold(text).length >= 3 ? { text } : undefined;
  }

  /** 词组 Two or three words of the name in any order, sometimes with the city. */
  #wordList(dice, at) {
    const { region, brand, trade } = this.#anatomy.parts(at);
    const split = dice.chance(0.4) ? words(trade) : [trade];
    const others = [...split, ...(dice.chance(0.4) ? [region] : [])].filter((word) => word.length >= 2);
    const own = dice.chance(0.88) ? [brand] : [];
    let chosen = [...own, ...dice.shuffle(others)].slice(0, dice.between(2, 3));
    const { enterprises, places } = this.#records;
    if (dice.chance(0.35)) chosen = [...chosen.slice(0, 2), placeWord(dice, places, enterprises.region[at])];
    chosen = [...new Set(chosen)];
    return chosen.length >= 2 ? { text: dice.shuffle(chosen).join(' '), words: chosen.map(fold) } : undefined;
  }

  /** 错一字 In the name with or without its region and form; never in the form, which tells nothing. */
  #typo(dice, at) {
    const { region, brand, trade, form } = this.#anatomy.parts(at);
    const name = this.#records.enterprises.folded[at];
    const part = dice.weighed({ whole: 6, local: 2, formless: 2 });
    const intact = { whole: name, local: brand + trade + form, formless: region + brand + trade }[part];
    if (intact.length < SHORTEST_TYPO || !name.includes(intact)) return undefined;
    const last = intact.length - (part === 'formless' ? 0 : form.length) - 1;
    const fault = this.#typos.make(dice, intact, dice.between(0, last));
    return fault && { text: fault.text, variant: fault.manner, intact, isPart: part !== 'whole' };
  }

  /** 首字母 Of brand and trade, of the name without its region, of all of it. */
  #initials(dice, at) {
    const { whole, local, core } = initialsOf(this.#anatomy.parts(at));
    const variant = dice.pick(['brand and trade', 'without region', 'whole']);
    const text = { 'brand and trade': core, 'without region': local, whole }[variant];
    return text.length >= 4 ? { text: dice.chance(0.2) ? text.toUpperCase() : text, variant } : undefined;
  }

  /** 代码 Its first 8 to 17 characters, or all. */
  #code(dice, at) {
    const length = dice.chance(0.25) ? 18 : dice.between(8, 17);
    const code = this.#records.enterprises.uscc[at].slice(0, length);
    return { text: dice.chance(0.15) ? code.toLowerCase() : code, variant: length === 18 ? 'whole' : 'prefix' };
  }

  /** 法定代表人与城市 */
  #personAndCity(dice, at) {
    const { enterprises, places } = this.#records;
    const place = placeWord(dice, places, enterprises.region[at]);
    const person = enterprises.person[at];
    return person && { text: together(dice, [person, place]), person, place: fold(place) };
  }

  /** 法定代表人与名称 A person and the brand, the trade, or some characters of both. */
  #personAndName(dice, at) {
    const { brand, trade } = this.#anatomy.parts(at);
    const { person: persons, folded } = this.#records.enterprises;
    const person = persons[at];
    const body = brand + trade;
    const start = dice.between(0, Math.max(0, body.length - 2));
    const cut = body.slice(start, start + dice.between(2, 4));
    const part = dice.pick([brand, trade, cut]);
    if (!person || part.length < 2 || part.length > 6 || part.includes(person) || !folded[at].includes(part)) return undefined;
    // Nobody joins a person to half a word.
    return { text: together(dice, [person, part], part === cut ? 1 : 0.65), person, part };
  }
}
