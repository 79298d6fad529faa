// 公示状态 From when until when a record is shown to everybody, in words.
import { day, today } from '../shared/format.ts';

export function publicityOf(publishedOn: string | null, publicUntil: string | null, now = today()): string {
  if (!publishedOn) return '未公示';
  if (publishedOn > now) return `${day(publishedOn)}起公示`;
  if (!publicUntil) return '公示中';
  return publicUntil < now ? `公示期已于${day(publicUntil)}届满` : `公示中，至${day(publicUntil)}`;
}
