// 填报事项 One field of the draft: label, value with its unit, source, last year's value, findings.
import type { DraftField, Finding } from '../graphql/operations.ts';
import { amount, day } from '../shared/format.ts';
import { term } from '../shared/vocabulary.ts';
import { keyOf, Note } from './Findings.tsx';
import { anchorOf } from './sections.ts';

export function FieldRow({ label, field, findings }: { label: string; field: DraftField; findings: Finding[] }) {
  return (
    <li id={anchorOf(field.path)} tabIndex={-1}>
      <p className="field-label">
        {label}
        {field.required && <span className="required">必填</span>}
      </p>
      <div>
        <p className="field-value">
          {field.value === null ? <span className="quiet">待填写</span> : shown(field.value, field.unit)}
        </p>
        <p className="quiet">
          {field.source && field.source.kind !== 'NONE' && (
            <>
              <span className="badge">{term('PrefillSource', field.source.kind)}</span>{' '}
              {field.source.asOf && `${day(field.source.asOf)} `}
              {field.source.reference}
            </>
          )}
          {/* Last year's figure is worth its place only where it differs. */}
          {field.lastValue && field.lastValue !== field.value && <span className="last">上年：{shown(field.lastValue, field.unit)}</span>}
        </p>
      </div>
      {findings.length > 0 && (
        <div className="notes">
          {findings.map((finding) => (
            <Note key={keyOf(finding)} finding={finding} />
          ))}
        </div>
      )}
    </li>
  );
}

/** Figures with thousands parted, dates written out, yes and no in words, text as it is. */
function shown(value: string, unit: string | null): string {
  if (unit && /^-?\d+(\.\d+)?$/.test(value)) return amount(value, unit);
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return day(value);
  return { true: '是', false: '否' }[value] ?? value;
}
