// 写法 Dates and amounts as Chinese offices write them. Decimals stay text all the way.
import { language } from './text.ts';

/** `2025-06-30` as 2025年6月30日, for English readers as it is; an absent day as a dash. */
export function day(iso: string | null): string {
  const parts = iso?.match(/^(\d{4})-(\d{2})-(\d{2})/);
  if (!parts) return '—';
  const [whole, year = '', month, date] = parts;
  return language() === 'en' ? whole : `${year}年${Number(month)}月${Number(date)}日`;
}

/** Days within a sentence of the graph, as [`day`] writes them. */
export function dated(sentence: string): string {
  return sentence.replaceAll(/\d{4}-\d{2}-\d{2}(?![\d-])/g, day);
}

/** `2025-06-30` as 6月30日, where the year is told beside it. */
export function monthAndDay(iso: string): string {
  return language() === 'en' ? iso.slice(5) : day(iso).replace(/^\d+年/, '');
}

/** A decimal with its thousands parted and its unit, `12,345.67 万元`. */
export function amount(decimal: string | number | null, unit: string): string {
  if (decimal === null) return '—';
  const [whole = '', fraction] = String(decimal).split('.');
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${fraction ? `${thousands}.${fraction}` : thousands} ${unit}`;
}

/** The part of a term before its bracket, for narrow places: 存续（在营、开业、在册） becomes 存续. */
export function brief(term: string): string {
  return term.split('（')[0] ?? term;
}

/** A number with its thousands parted. The browser's own formats take long to begin with. */
export function parted(number: number): string {
  return amount(number, '').trimEnd();
}

const AHEAD_MS = 8 * 3600 * 1000;

/** What clocks in Beijing show at an instant, `2026-03-01T08:30:00.000`: eight hours ahead, summer and winter. */
export function beijing(instant: number): string {
  return new Date(instant + AHEAD_MS).toISOString().slice(0, -1);
}

/** The day in Beijing, `2026-03-01`. */
export function today(): string {
  return beijing(Date.now()).slice(0, 10);
}
