// 地区 Which places a result offers to narrow it by: provinces first, below the chosen one its
// prefectures, below those their counties, each level by number of hits.
import type { RegionCount } from './asked.ts';
import { t } from '../shared/text.ts';

/** Codes of GB/T 2260 say where they belong: 61 province, 6101 prefecture, 610113 county. */
const provinceOf = (code: string) => `${code.slice(0, 2)}0000`;
const prefectureOf = (code: string) => `${code.slice(0, 4)}00`;

/** The place directly above, `null` above a province. */
export function parentOf(code: string): string | null {
  if (code === provinceOf(code)) return null;
  return code === prefectureOf(code) ? provinceOf(code) : prefectureOf(code);
}

export type Level = { title: string; regions: RegionCount[] };

/** Levels to be shown, the widest first. */
export function levels(regions: RegionCount[], chosen: string): Level[] {
  const byCount = regions.toSorted((a, b) => b.count - a.count || a.code.localeCompare(b.code));
  const below = (parent: string) => byCount.filter(({ code }) => parentOf(code) === parent);
  const found = [{ title: t('省级'), regions: byCount.filter(({ code }) => parentOf(code) === null) }];
  if (chosen) found.push({ title: t('地级'), regions: below(provinceOf(chosen)) });
  if (chosen && chosen !== provinceOf(chosen)) found.push({ title: t('县级'), regions: below(prefectureOf(chosen)) });
  return found.filter((level) => level.regions.length > 0);
}
