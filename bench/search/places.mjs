// 地名 Regions: how people call them, which lie in which, and where a name begins with one.

import { fold } from './text.mjs';

const KIND = /(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|省|市|地区|盟|新区|林区|矿区|区|县|自治县|自治旗|旗)$/;
/** 自治州 and such are called by what stands before their peoples. */
const PEOPLES = /(?:[\u4e00-\u9fff]{1,3}族|蒙古|哈萨克|柯尔克孜)+自治[州县]$/;
const LONGEST = 12;

/** 西安 of 西安市; the whole name if too little would be left. */
export function short(name) {
  for (const ending of [PEOPLES, KIND]) {
    const rest = name.replace(ending, '');
    if (rest !== name && rest.length >= 2) return rest;
  }
  return name;
}

export class Places {
  #regions = new Map();
  #codes = new Map();
  #words = new Map();

  /** @param rows code, name, full name, level, parent */
  constructor(rows) {
    for (const [code, name, full, level, parent] of rows) {
      this.#regions.set(code, { code, name, full, level: Number(level), parent });
      for (const word of [fold(name), fold(short(name))]) this.#codes.set(word, [...(this.#codes.get(word) ?? []), code]);
    }
  }

  /** The region and those that it lies in, smallest first. */
  chain(code) {
    const region = this.#regions.get(code);
    return region ? [region, ...this.chain(region.parent)] : [];
  }

  /** 省市区 */
  full(code) {
    return this.#regions.get(code)?.full ?? '';
  }

  /** Every way to call the region or what it lies in. */
  words(code) {
    let words = this.#words.get(code);
    if (!words) {
      const names = this.chain(code).flatMap(({ name, full }) => [name, short(name), full]);
      this.#words.set(code, (words = new Set(names.map(fold))));
    }
    return words;
  }

  isWord(word) {
    return this.#codes.has(word);
  }

  /** The prefecture, or the province where there is none. */
  city(code) {
    const chain = this.chain(code);
    return chain.find(({ level }) => level === 1) ?? chain.at(-1);
  }

  /** Letters of the regions that a folded name begins with, each within the one before it. */
  lead(letters) {
    let length = 0;
    let within;
    for (let step = 0; step < 3; step += 1) {
      const found = this.#longest(letters, length, within);
      if (!found) break;
      length += found.length;
      within = found.codes;
    }
    return length;
  }

  #longest(letters, start, within) {
    const most = Math.min(LONGEST, letters.length - start - 3);
    for (let length = most; length >= 2; length -= 1) {
      const codes = this.#codes.get(letters.slice(start, start + length));
      const fitting = codes?.filter((code) => !within || this.chain(code).slice(1).some((outer) => within.includes(outer.code)));
      if (fitting?.length > 0) return { length, codes: fitting };
    }
    return undefined;
  }
}
