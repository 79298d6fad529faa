// 文字 How texts are compared: widths, cases and marks do not count, everything else does.

const GAPS = /[^\p{L}\p{N}]+/gu;
const PLAIN = /^[\u4e00-\u9fff]*$/;

/** Letters and digits only, in one width and case. */
export function fold(text) {
  return PLAIN.test(text) ? text : text.normalize('NFKC').toLowerCase().replace(GAPS, '');
}

/** The same with one space where marks were. */
export function spaced(text) {
  return PLAIN.test(text) ? text : text.normalize('NFKC').toLowerCase().replace(GAPS, ' ').trim();
}

/** Whether one wrong, missing, added or swapped character makes `a` of `b`. */
export function withinOneEdit(a, b) {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  const rest = (text, from) => text.slice(start + from);
  if (short.length < long.length) return rest(short, 0) === rest(long, 1);
  const isSwapped = short[start] === long[start + 1] && short[start + 1] === long[start] && rest(short, 2) === rest(long, 2);
  return rest(short, 1) === rest(long, 1) || isSwapped;
}
