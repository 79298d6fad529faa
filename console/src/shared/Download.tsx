// 导出表格 What a table shows, as a CSV file that spreadsheets of Chinese offices open (with a byte order mark). A cell
// that would be read as a formula is kept as text.
import { t } from './text.ts';

export type Cell = string | number | null;

export function Download({ name, head, rows }: { name: string; head: string[]; rows: Cell[][] }) {
  const save = () => {
    const text = [head, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([`\uFEFF${text}\r\n`], { type: 'text/csv;charset=utf-8' }));
    link.download = `${name}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 0);
  };
  return (
    <button type="button" className="small" onClick={save}>
      {t('导出表格')}
      <span className="unseen">：{name}</span>
    </button>
  );
}

export function quoted(cell: Cell): string {
  const text = String(cell ?? '');
  const isFormula = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text);
  return `"${(isFormula ? `'${text}` : text).replaceAll('"', '""')}"`;
}
