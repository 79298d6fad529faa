// 表单分节 How the fields of a draft are laid out: the plain ones together, then each row of a table
// (`contributions[0].paid`) on its own, under the name that its labels begin with.
import type { DraftField } from './asked.ts';
import { t } from '../shared/text.ts';

export type Section = { title: string; fields: { label: string; field: DraftField }[] };

/** Sections in the order of the form. */
export function bySection(fields: DraftField[]): Section[] {
  const plain: Section = { title: t('填报事项'), fields: [] };
  const rows = new Map<string, Section>();
  for (const field of fields) {
    const [title, label] = field.label.split('：', 2);
    if (field.path.includes('[') && title && label) {
      const row = rows.get(title) ?? { title: titleOf(title, field), fields: [] };
      row.fields.push({ label, field });
      rows.set(title, row);
    } else {
      plain.fields.push({ label: field.label, field });
    }
  }
  return [plain, ...rows.values()].filter((section) => section.fields.length > 0);
}

/** A row that the form itself gives is called by what it is for: 社保信息第1行（养老保险）. */
function titleOf(title: string, field: DraftField): string {
  const given = field.source?.kind === 'FORM' && field.choices.find(({ code }) => code === field.value);
  return given ? `${title}（${given.label}）` : title;
}

/** The anchor of a field's row, where the list of findings jumps to. */
export function anchorOf(path: string): string {
  return `field-${path}`;
}
