import { expect, test } from 'vitest';
import type { Draft, Field, Form, FormField } from './asked.ts';
import { addedRow, confirmableIn, missingIn, partsOf, progressOf, removedRow } from './layout.ts';

const definition = (name: string, more: Partial<FormField> = {}): FormField => ({
  name,
  label: name,
  unit: null,
  type: 'TEXT',
  choices: [],
  required: true,
  publish: 'MUST',
  confirmable: true,
  maxLength: 100,
  source: '条例第九条',
  ...more,
});
const field = (path: string, value: string | null, more: Partial<Field> = {}): Field => ({
  path,
  label: path,
  type: 'TEXT',
  choices: [],
  unit: null,
  value,
  source: { kind: value === null ? 'NONE' : 'ARCHIVE', asOf: null, reference: '', confidence: 'CERTAIN', unchangedSince: null },
  lastValue: null,
  unchangedConfirmable: value !== null,
  required: true,
  confirmed: false,
  ...more,
});
const form = {
  windowFrom: '2026-01-01',
  windowTo: '2026-06-30',
  windowSource: '',
  sections: [
    { name: 'basic', label: '基本信息', source: '', table: null, fields: [definition('name'), definition('phone')] },
    { name: 'websites', label: '网站', source: '', table: { key: 'url', when: 'has_website', rows: [], maxRows: 2 }, fields: [definition('url')] },
  ],
} as Form;
const draft = { fields: [field('name', '西安某公司'), field('phone', null), field('websites[0].url', 'a.example')] } as unknown as Draft;

test('what was typed lies over the draft', () => {
  const [basic] = partsOf(form, draft, { phone: '029-1' });
  expect(basic?.items.map(({ value, isPending }) => [value, isPending])).toEqual([
    ['西安某公司', false],
    ['029-1', true],
  ]);
});

test('rows are added up to the bound of the form, and a removed one is blank', () => {
  const [, websites] = partsOf(form, draft, {});
  if (!websites) throw new Error('no table');
  expect(websites.mayAdd).toBe(true);
  const added = addedRow(websites);
  expect(added).toEqual({ 'websites[1].url': '' });
  const [, both] = partsOf(form, draft, added);
  expect(both?.rows).toHaveLength(2);
  expect(both?.mayAdd).toBe(false);
  const [row] = websites.rows;
  expect(row && removedRow(row)).toEqual({ 'websites[0].url': '' });
});

test('what is unchanged can be confirmed, what is empty is missing', () => {
  const parts = partsOf(form, draft, {});
  const [basic] = parts;
  expect(basic && confirmableIn(basic).map(({ path }) => path)).toEqual(['name']);
  expect(basic && missingIn(basic).map(({ path }) => path)).toEqual(['phone']);
  expect(progressOf(parts)).toEqual({ done: 2, all: 3 });
});

test('a confirmed or retyped value is not offered again', () => {
  const confirmed = { fields: [field('name', '西安某公司', { confirmed: true })] } as unknown as Draft;
  const [basic] = partsOf(form, confirmed, {});
  const [typed] = partsOf(form, draft, { name: '另一个名称' });
  expect([basic, typed].flatMap((part) => (part ? confirmableIn(part) : []))).toEqual([]);
});
