// 年报表单 The form of a draft, section by section, with what was found at its head.
import type { Draft } from './asked.ts';
import { day } from '../shared/format.ts';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { FieldRow } from './FieldRow.tsx';
import { Findings } from './Findings.tsx';
import { bySection } from './sections.ts';
import type { Filling } from './useTyped.ts';

export function DraftForm({ draft, filling, checking }: { draft: Draft; filling: Filling; checking: boolean }) {
  return (
    <>
      {draft.filedOn && (
        <p className="notice">
          {t('{year} 年度报告已于 {day} 报送。以下按预填内容重新核对，供查阅或者更正时参考。', { year: draft.year, day: day(draft.filedOn) })}
        </p>
      )}
      <Overview draft={draft} filling={filling} />
      <Findings draft={draft} checking={checking} />
      {bySection(draft.fields).map(({ title, fields }) => (
        <section key={title} className="card">
          <h2>{title}</h2>
          <ul className="fields">
            {fields.map(({ label, field }) => (
              <FieldRow
                key={field.path}
                label={label}
                field={field}
                typed={filling.typed[field.path]}
                findings={draft.findings.filter((finding) => finding.paths.includes(field.path))}
                type={(value) => filling.type({ [field.path]: value })}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

/** What is to be done, how far it is done, and what is done to the whole form at once. */
function Overview({ draft, filling: { typed, type, clear } }: { draft: Draft; filling: Filling }) {
  const filled = draft.fields.filter((field) => field.value !== null).length;
  const toConfirm = draft.fields.filter(
    ({ path, value, unchangedConfirmable }) => unchangedConfirmable && value !== null && typed[path] === undefined,
  );
  const typedCount = Object.keys(typed).length;
  return (
    <>
      <p>
        {t('{kind}年度报告，填报期 {from}至{to}。共 {count} 项，已预填 {filled} 项，已填写或确认 {typed} 项。填写后自动校验；内容只保存在本浏览器标签页中，系统不会代为提交。', { kind: term('FilerKind', draft.formKind), from: day(draft.windowFrom), to: day(draft.windowTo), count: draft.fields.length, filled, typed: typedCount })}
      </p>
      <p className="actions">
        {toConfirm.length > 0 && (
          <button type="button" onClick={() => type(Object.fromEntries(toConfirm.map(({ path, value }) => [path, value])))}>
            {t('一键确认沿用 {count} 项', { count: toConfirm.length })}
          </button>
        )}
        <button type="button" onClick={() => window.print()}>
          {t('打印草稿')}
        </button>
        {typedCount > 0 && (
          <button type="button" onClick={clear}>
            {t('清除已填内容')}
          </button>
        )}
      </p>
    </>
  );
}
