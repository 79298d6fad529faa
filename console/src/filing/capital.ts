// 大写金额 An amount in 万元 in Chinese capital words, as on a cheque: 123 becomes 壹佰贰拾叁万元整. Decimals stay text.
import Nzh from 'nzh/cn';

const DECIMAL = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/;

/** `null` for what is no amount. */
export function capitalOfWan(decimal: string): string | null {
  const parts = DECIMAL.exec(decimal.replaceAll(',', '').trim());
  if (!parts) return null;
  const [, sign = '', whole = '0', fraction = ''] = parts;
  const digits = fraction.padEnd(6, '0');
  // Ten thousand yuan: four places to the right.
  const yuan = `${whole}${digits.slice(0, 4)}`.replace(/^0+(?=\d)/, '');
  const fen = digits.slice(4);
  return Nzh.toMoney(`${sign}${yuan}${fen === '00' ? '' : `.${fen}`}`, { outSymbol: false });
}
