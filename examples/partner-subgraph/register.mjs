// The agency's register. A real one is a database; this one is made up from the code alone, so that
// whoever asks again, or computes it elsewhere, gets the same.

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const GRADES = ['A', 'B', 'M', 'C', 'D'];
// 个体工商户 are taxpayers too, but this agency does not grade them.
const HOUSEHOLDS = '92';

/** The entry of a code, or null if the agency has none. */
export function find(uscc) {
  if (!isUscc(uscc) || uscc.startsWith(HOUSEHOLDS)) return null;
  const sum = [...uscc].reduce((sum, character) => sum + ALPHABET.indexOf(character), 0);
  return { uscc, taxCreditGrade: GRADES[sum % GRADES.length], taxCreditGradeYear: 2024 + (sum % 2) };
}

/** Whether a text is a credit code: 18 characters, the last of which checks the others (GB 32100-2015). */
function isUscc(text) {
  if (typeof text !== 'string' || text.length !== 18) return false;
  const values = [...text].map((character) => ALPHABET.indexOf(character));
  if (values.includes(-1)) return false;
  const check = values.pop();
  const sum = values.reduceRight((sum, value) => (sum * 3 + value) % 31, 0);
  return check === (31 - sum) % 31;
}
