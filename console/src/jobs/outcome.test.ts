import { expect, test } from 'vitest';
import { namesOf } from '../developers/manifest.ts';
import { outcomeOf } from './outcome.ts';

const told = (result: object) => outcomeOf(JSON.stringify(result));

test('what came of a job is a sentence, and its file as long as it is kept', () => {
  expect(told({ url: '/exports/1', rows: 3, expiresAt: '2999-01-01T00:00:00Z' })).toEqual({ text: '已导出 3 条', file: '/exports/1' });
  expect(told({ url: '/exports/1', rows: 3, expiresAt: '2020-01-01T00:00:00Z' }).file).toBe('');
  expect(told({ reports: 9, new: 2, cleared: 1 }).text).toBe('比对 9 份，新发现 2 项，消除 1 项');
  expect(told({ branches: [{ receiptNumber: 'a' }, { receiptNumber: null }] }).text).toBe('已报送 1 户，共 2 户');
  expect(outcomeOf('not JSON')).toEqual({ text: '', file: '' });
});

test('documents of a manifest are named in the order in which the graph reads them', () => {
  expect(namesOf('{"operations": [{"body": "query B { b }"}, {"body": "mutation A { a }"}]}')).toEqual(['B', 'A']);
  expect(namesOf('{"z": "query B { b }", "a": "subscription A { a }"}')).toEqual(['A', 'B']);
  expect(namesOf('{"a": "{ enterprises { nodes { name } } }"}')).toEqual(['{ enterprises { nodes { name } } }…']);
  expect(namesOf('not JSON')).toEqual([]);
});
