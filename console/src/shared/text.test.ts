import { expect, test } from 'vitest';
import en from './en.json';

const SOURCES = import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });

test('every sentence that is looked up has an English one', () => {
  const files = Object.entries(SOURCES).filter(([file]) => !/generated|\.test\./.test(file));
  const asked = files.flatMap(([, text]) => [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, key]) => key ?? ''));
  expect(asked.length).toBeGreaterThan(200);
  expect(asked.filter((key) => !(key in en))).toEqual([]);
});
