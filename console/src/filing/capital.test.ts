import { expect, test } from 'vitest';
import { capitalOfWan } from './capital.ts';

test.each([
  ['123', '壹佰贰拾叁万元整'],
  ['1000', '壹仟万元整'],
  ['0.5', '伍仟元整'],
  ['1,234.567891', '壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角壹分'],
  ['0', '零元整'],
])('%s 万元 is %s', (amount, words) => {
  expect(capitalOfWan(amount)).toBe(words);
});

test('a loss is told as one', () => {
  expect(capitalOfWan('-123')).toBe('负壹佰贰拾叁万元整');
});

test('what is no amount has no words', () => {
  for (const text of ['', '一百', '1.2.3', '1e5', '1.1234567']) expect(capitalOfWan(text)).toBeNull();
});
