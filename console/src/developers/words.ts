// 词汇 The Chinese terms of the enums that only the catalogue shows; checked like the shared ones, but
// loaded with the catalogue.
import words from './vocabulary.json';
import { wordOf } from '../shared/text.ts';

type WordList = keyof typeof words;

/** The term of a value; a value not known here is shown as it is rather than hidden. */
export function term(list: WordList, value: string): string {
  const terms: Record<string, string> = words[list];
  return wordOf(terms[value], value);
}

/** The values of a list, in the order of the vocabulary. */
export function valuesOf(list: WordList): string[] {
  return Object.keys(words[list]);
}
