// 表单布局 Sections of the form's definition with the fields of the draft in them, rows that the filer added and
// what was typed laid over it. Nothing of a form is written here: another year's form is another definition.
import { t } from '../shared/text.ts';
import type { Draft, Field, Finding, Form, FormField, FormSection } from './asked.ts';

/** What was typed and is not stored yet, by path; `null` goes back to what is prefilled. */
export type Pending = Readonly<Record<string, string | null>>;

/** 填报事项 One field: its definition, what the draft knows of it, what stands in the box. */
export type Item = { path: string; definition: FormField; field: Field | null; value: string; isPending: boolean };
export type Row = { index: number; title: string; isGiven: boolean; items: Item[] };
export type Part = {
  section: FormSection;
  items: Item[];
  rows: Row[];
  /** Another row may be added. */
  mayAdd: boolean;
};

const IN_ROW = /^(\w+)\[(\d+)\]\.(\w+)$/;

export function partsOf(form: Form, draft: Draft, pending: Pending): Part[] {
  const fields = new Map(draft.fields.map((field) => [field.path, field]));
  const item = (path: string, definition: FormField): Item => {
    const field = fields.get(path) ?? null;
    const typed = pending[path];
    return { path, definition, field, value: typed ?? field?.value ?? '', isPending: typed !== undefined };
  };
  return form.sections.map((section) => {
    if (!section.table) return { section, items: section.fields.map((one) => item(one.name, one)), rows: [], mayAdd: false };
    const rows = rowsOf(section, fields, pending).map((index) => rowOf(section, index, item));
    const shown = rows.filter(({ items, isGiven }) => isGiven || items.some(({ value }) => value !== '') || isFresh(items));
    const mayAdd = section.table.rows.length === 0 && shown.length < section.table.maxRows;
    return { section, items: [], rows: shown, mayAdd };
  });
}

/** A row just added holds blanks that are not stored yet. */
function isFresh(items: Item[]): boolean {
  return items.some(({ isPending, field }) => isPending && (field === null || field.value === null));
}

function rowsOf({ name }: FormSection, fields: Map<string, Field>, pending: Pending): number[] {
  const found = new Set<number>();
  for (const path of [...fields.keys(), ...Object.keys(pending)]) {
    const [, table, index] = IN_ROW.exec(path) ?? [];
    if (table === name) found.add(Number(index));
  }
  return [...found].toSorted((a, b) => a - b);
}

function rowOf(section: FormSection, index: number, item: (path: string, one: FormField) => Item): Row {
  const items = section.fields.map((one) => item(pathIn(section, index, one), one));
  const key = items.find(({ definition }) => definition.name === section.table?.key);
  const isGiven = key?.field?.source.kind === 'FORM';
  const name = key && isGiven ? wordOf(key) : t('第{count}行', { count: index + 1 });
  return { index, title: `${section.label} ${name}`, isGiven, items };
}

function pathIn(section: FormSection, index: number, field: FormField): string {
  return `${section.name}[${index}].${field.name}`;
}

/** The words of a choice, or what was typed. */
export function wordOf({ definition, field, value }: Item): string {
  const choices = field?.choices.length ? field.choices : definition.choices;
  if (definition.type === 'BOOL') return value === 'true' ? '是' : value === 'false' ? '否' : value;
  return choices.find(({ code }) => code === value)?.label ?? value;
}

/** Blank boxes of one more row. */
export function addedRow(part: Part): Record<string, string> {
  const index = Math.max(-1, ...part.rows.map((row) => row.index)) + 1;
  return Object.fromEntries(part.section.fields.map((field) => [pathIn(part.section, index, field), '']));
}

/** A row of blanks is no row. */
export function removedRow(row: Row): Record<string, string> {
  return Object.fromEntries(row.items.map(({ path }) => [path, '']));
}

export function itemsOf(part: Part): Item[] {
  return [...part.items, ...part.rows.flatMap(({ items }) => items)];
}

/** As many fields as one step of the form holds. */
const STEP_HOLDS = 14;

/** 步骤 Sections that are filled in on one screen: a table stays with the question that asks for it, small ones go together. */
export function stepsOf(parts: readonly Part[]): Part[][] {
  const steps: Part[][] = [];
  for (const part of parts) {
    const last = steps.at(-1);
    const isAskedFor = part.section.table !== null && part.section.table.when !== null;
    if (last && (isAskedFor || sizeOf([...last, part]) <= STEP_HOLDS)) last.push(part);
    else steps.push([part]);
  }
  return steps;
}

function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + (part.section.table?.when ? 0 : Math.max(1, itemsOf(part).length)), 0);
}

/** Findings about anything in a part. */
export function findingsIn(part: Part, findings: readonly Finding[]): Finding[] {
  const paths = new Set(itemsOf(part).map(({ path }) => path));
  return findings.filter((finding) => finding.paths.some((path) => paths.has(path) || path === part.section.name));
}

/** Required and still empty. */
export function missingIn(part: Part): Item[] {
  return itemsOf(part).filter((item) => isRequired(item) && item.value.trim() === '');
}

function isRequired({ definition, field }: Item): boolean {
  return field?.required ?? definition.required;
}

/** What one click takes over: prefilled, unchanged since, and neither confirmed nor typed over. */
export function confirmableIn(part: Part): Item[] {
  return itemsOf(part).filter(
    ({ field, isPending }) => field !== null && field.unchangedConfirmable && field.value !== null && !field.confirmed && !isPending && field.source.kind !== 'FILER',
  );
}

/** 进度 Filled in or confirmed, of what is required. */
export function progressOf(parts: readonly Part[]): { done: number; all: number } {
  const required = parts.flatMap(itemsOf).filter(isRequired);
  return { done: required.filter(({ value }) => value.trim() !== '').length, all: required.length };
}
