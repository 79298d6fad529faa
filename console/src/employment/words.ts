// 岗位的写法 How a post reads: pay, experience, education.
import { parted } from '../shared/format.ts';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import type { PostFragment } from './generated/graphql.ts';

export function payOf({ payLowYuan: low, payHighYuan: high }: PostFragment): string {
  if (low === null && high === null) return t('面议');
  if (low === null || high === null || low === high) return t('每月 {pay} 元', { pay: parted(high ?? low ?? 0) });
  return t('每月 {low} 至 {high} 元', { low: parted(low), high: parted(high) });
}

export function yearsOf({ experienceYears }: PostFragment): string {
  return experienceYears ? t('{count} 年以上', { count: experienceYears }) : t('没有要求');
}

/** A level by its code, or as the report words it. */
export function educationOf({ education }: PostFragment): string {
  if (!education) return t('没有要求');
  return valuesOf('EducationRequirement').includes(education) ? term('EducationRequirement', education) : education;
}
