// 错字 One wrong character: what fingers, input methods and bad copies do to a name.

import { reading } from './initials.mjs';

/** The characters of the names, each as often as it is in them, and which of them sound alike. */
export class Typos {
  #characters;
  #alike = new Map();

  constructor(names) {
    this.#characters = [...names.join('')];
    for (const character of new Set(this.#characters)) {
      const sound = reading(character);
      this.#alike.set(sound, [...(this.#alike.get(sound) ?? []), character]);
    }
  }

  /** @returns {{ manner: string, text: string } | undefined} the text with one fault at `place` */
  make(dice, text, place) {
    const manner = dice.pick(['wrong', 'missing', 'doubled', 'swapped', 'homophone']);
    const mistyped = this.#mistype(dice, text, place, manner);
    return mistyped === undefined || mistyped === text ? undefined : { manner, text: mistyped };
  }

  #mistype(dice, text, place, manner) {
    const [before, character, after] = [text.slice(0, place), text[place], text.slice(place + 1)];
    switch (manner) {
      case 'wrong':
        return before + dice.pick(this.#characters) + after;
      case 'missing':
        return before + after;
      case 'doubled':
        return before + character + character + after;
      case 'swapped':
        return after ? before + after[0] + character + after.slice(1) : undefined;
      default: {
        const others = (this.#alike.get(reading(character)) ?? []).filter((other) => other !== character);
        return others.length > 0 ? before + dice.pick(others) + after : undefined;
      }
    }
  }
}
