// 填报事项 One field of the draft: label, what is filled in, where the prefilled value comes from, last
// year's figure as a hint, findings.
import type { DraftField, Finding } from './asked.ts';
import { amount, day } from '../shared/format.ts';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { FieldInput, optionsOf } from './FieldInput.tsx';
import { Beside, keyOf } from './Findings.tsx';
import { anchorOf } from './sections.ts';

export function FieldRow({
  label,
  field,
  typed,
  findings,
  type,
}: {
  label: string;
  field: DraftField;
  /** What the filer typed; `undefined` while the prefilled value stands. */
  typed: string | undefined;
  findings: Finding[];
  type: (value: string | null) => void;
}) {
  const anchor = anchorOf(field.path);
  const input = `${anchor}-input`;
  const isGiven = field.type === 'TABLE' || field.source?.kind === 'FORM';
  return (
    <li id={anchor} tabIndex={-1}>
      <div className="field-label">
        {isGiven ? <span>{label}</span> : <label htmlFor={input}>{label}</label>}
        {field.required && <span className="required">{t('必填')}</span>}
      </div>
      <div>
        {isGiven ? (
          <p className="field-value">{field.value === null ? <NoRows /> : shown(field, field.value)}</p>
        ) : (
          <FieldInput
            id={input}
            field={field}
            value={typed ?? field.value ?? ''}
            isWrong={findings.some(({ severity }) => severity === 'ERROR')}
            describedBy={`${anchor}-hints ${anchor}-notes`}
            // An empty field that was empty is not filled in at all.
            type={(value) => type(value === '' && field.value === null ? null : value)}
          />
        )}
        <div id={`${anchor}-hints`} className="quiet hints">
          <Source field={field} typed={typed} />
          {field.lastValue !== null && <span>{t('上年数：{value}', { value: shown(field, field.lastValue) })}</span>}
          {!isGiven && <Prefilled label={label} field={field} typed={typed} type={type} />}
        </div>
      </div>
      <div id={`${anchor}-notes`} className="notes" aria-live="polite">
        {findings.map((finding) => (
          <Beside key={keyOf(finding)} finding={finding} />
        ))}
      </div>
    </li>
  );
}

/** A table of which no row is known. */
function NoRows() {
  return <span className="quiet">{t('没有记录；有这类事项的，报送时逐行填写。')}</span>;
}

/** Where the prefilled value comes from, and what it was if another one is typed. */
function Source({ field, typed }: { field: DraftField; typed: string | undefined }) {
  if (!field.source || field.source.kind === 'NONE') return null;
  return (
    <span>
      <span className="badge">{term('PrefillSource', field.source.kind)}</span>{' '}
      {field.source.asOf && `${day(field.source.asOf)} `}
      {/* The archive names itself. */}
      {field.source.reference !== term('PrefillSource', field.source.kind) && field.source.reference}
      {typed !== undefined && typed !== field.value && field.value !== null && t('预填值：{value}', { value: shown(field, field.value) })}
    </span>
  );
}

/** A prefilled value is confirmed, or put back after another one was typed. */
function Prefilled({
  label,
  field,
  typed,
  type,
}: {
  label: string;
  field: DraftField;
  typed: string | undefined;
  type: (value: string | null) => void;
}) {
  if (field.value === null) return null;
  if (typed === undefined) {
    if (!field.unchangedConfirmable) return null;
    return (
      <button type="button" className="small" aria-label={t('确认沿用：{label}', { label })} onClick={() => type(field.value)}>
        {t('确认沿用')}
      </button>
    );
  }
  if (typed === field.value) return <span className="badge badge-good">{t('已确认')}</span>;
  return (
    <button type="button" className="small" aria-label={t('恢复预填值：{label}', { label })} onClick={() => type(null)}>
      {t('恢复预填值')}
    </button>
  );
}

/** Words of codes, figures with thousands parted, dates written out, text as it is. */
export function shown(field: DraftField, value: string): string {
  const chosen = optionsOf(field).find(({ code }) => code === value);
  if (chosen) return chosen.label;
  if (field.unit && /^-?\d+(\.\d+)?$/.test(value)) return amount(value, field.unit);
  return field.type === 'DATE' ? day(value) : value;
}
