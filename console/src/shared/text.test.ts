import { expect, test } from 'vitest';
import en from './en.json';

const SOURCES = import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const HAN = /[\u4e00-\u9fff]/;
/** Written the same for every reader: questions to an assistant that knows Chinese alone, the name of the language. */
const SAME = new Set(['年报什么时候截止？', '没有营业收入还要报吗？', '怎么移出经营异常名录？', '中文']);

const files = Object.entries(SOURCES)
  .filter(([file]) => !/generated|graphiql|\.test\./.test(file))
  .map(([file, text]) => [file, text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '')] as const);

test('every Chinese sentence has an English one', () => {
  const said = files.flatMap(([, text]) => [...text.matchAll(/'((?:[^'\\\n]|\\.)*)'/g)].map(([, sentence]) => sentence ?? ''));
  const sentences = new Set(said.filter((sentence) => HAN.test(sentence)));
  expect(sentences.size).toBeGreaterThan(600);
  expect([...sentences].filter((sentence) => !(sentence in en) && !SAME.has(sentence))).toEqual([]);
});

test('no Chinese stands where no English can take its place', () => {
  const bare = files.flatMap(([file, text]) => {
    const rest = text.replaceAll(/'(?:[^'\\\n]|\\.)*'/g, "''").replaceAll(/replace\(\/.*?\//g, '');
    return rest.split('\n').filter((line) => HAN.test(line)).map((line) => `${file}: ${line.trim()}`);
  });
  // How Chinese readers are told a day.
  expect(bare.filter((line) => !line.startsWith('./format.ts'))).toEqual([]);
});
