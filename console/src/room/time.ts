// 时刻 An instant as Beijing's clock shows it: 2026年11月27日 10:30:05.
import { beijing, day } from '../shared/format.ts';

export function moment(iso: string | null): string {
  if (!iso) return '—';
  const [date = '', time = ''] = beijing(Date.parse(iso)).split('T');
  return `${day(date)} ${time.slice(0, 8)}`;
}
