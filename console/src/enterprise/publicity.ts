// 公示状态 From when until when a record is shown to everybody, in words.
import { day, today } from '../shared/format.ts';
import { t } from '../shared/text.ts';

export function publicityOf(publishedOn: string | null, publicUntil: string | null, now = today()): string {
  if (!publishedOn) return t('未公示');
  if (publishedOn > now) return t('{day}起公示', { day: day(publishedOn) });
  if (!publicUntil) return t('公示中');
  return publicUntil < now ? t('公示期已于{day}届满', { day: day(publicUntil) }) : t('公示中，至{day}', { day: day(publicUntil) });
}
