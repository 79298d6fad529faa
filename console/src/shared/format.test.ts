import { expect, test } from 'vitest';
import { moment } from '../room/time.ts';
import { amount, dated, day, monthAndDay, parted } from './format.ts';

test('days, instants and figures stand as Chinese offices write them', () => {
  expect(day('2025-06-30')).toBe('2025年6月30日');
  expect(monthAndDay('2025-06-30')).toBe('6月30日');
  expect(dated('2025年度报告应在2026-06-30以前报送，编号 1-2026-06-300。')).toBe('2025年度报告应在2026年6月30日以前报送，编号 1-2026-06-300。');
  // Beijing is eight hours ahead, so that the evening is tomorrow there.
  expect(moment('2026-11-27T20:04:09Z')).toBe('2026年11月28日 04:04:09');
  expect(parted(1234567)).toBe('1,234,567');
  expect(amount('-1234567.80', '元')).toBe('-1,234,567.80 元');
});
