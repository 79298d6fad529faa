// 名称构成 Takes names apart: region, brand, trade, form. No list of brands or trades is given: what
// many names end with is a trade, what stands before it is a brand.

import { fold } from './text.mjs';

const FORM = /^(.{3,}?)(有限责任公司|股份有限公司|集团有限公司|有限公司|(?:普通|有限)?合伙企业|(?:农民)?专业合作社|总公司|分公司)(.*)$/;
const BRACKET = /[（(]([^（）()]+)[）)]/;
/** Names from which the endings are counted. */
const SAMPLE = 300_000;

export class Anatomy {
  #records;
  #endings = new Map();

  constructor(records) {
    this.#records = records;
    const { count } = records.enterprises;
    const step = Math.max(1, Math.floor(count / SAMPLE));
    for (let at = 0; at < count; at += step) this.#count(this.#shape(at).body);
  }

  #count(body) {
    for (let start = 0; start < body.length; start += 1) {
      const ending = body.slice(start);
      this.#endings.set(ending, (this.#endings.get(ending) ?? 0) + 1);
    }
  }

  /** Without the region, be it at the head or in brackets; brackets end the brand. */
  #local(at) {
    const name = this.#records.enterprises.name[at];
    const { places } = this.#records;
    const bracket = BRACKET.exec(name);
    if (bracket?.index > 1 && places.isWord(fold(bracket[1]))) {
      const brand = fold(name.slice(0, bracket.index));
      return { region: fold(bracket[1]), letters: brand + fold(name.slice(bracket.index + bracket[0].length)), brand };
    }
    const letters = fold(name);
    const length = places.lead(letters);
    return { region: letters.slice(0, length), letters: letters.slice(length) };
  }

  #shape(at) {
    const { region, letters, brand } = this.#local(at);
    const [, body, form, rest] = FORM.exec(letters) ?? [, letters, '', ''];
    return { region, brand, body, form: form + rest };
  }

  /** @returns {{ region: string, brand: string, trade: string, form: string, isBracketed: boolean }} all folded */
  parts(at) {
    const { region, brand, body, form } = this.#shape(at);
    const length = brand?.length ?? this.#brandLength(body);
    return { region, brand: body.slice(0, length), trade: body.slice(length), form, isBracketed: brand !== undefined };
  }

  /** Few of the names that end with a trade have the same character before it. */
  #brandLength(body) {
    const share = (start) => (this.#endings.get(body.slice(start - 1)) ?? 1) / (this.#endings.get(body.slice(start)) ?? 1);
    const lengths = [2, 3, 4].filter((length) => length <= body.length - 2);
    return lengths.length === 0 ? body.length : lengths.reduce((best, length) => (share(length) < share(best) ? length : best));
  }
}
