// 词汇 The Chinese terms of the graph's enums. `vocabulary.json` repeats the words of the rules'
// vocabulary; `npm run check` fails when the graph knows a value that has no word here.
import words from './vocabulary.json';
import { wordOf } from './text.ts';

/** A word list, named like the enum of the graph. */
export type WordList = keyof typeof words;

/** The term of a value; a value not known here is shown as it is rather than hidden. */
export function term(list: WordList, value: string): string {
  const terms: Record<string, string> = words[list];
  return wordOf(terms[value], value);
}

/** The values of a list, in the order of the vocabulary. */
export function valuesOf(list: WordList): string[] {
  return Object.keys(words[list]);
}
