// 填报项 One field: what stands in it, its unit, the amount in capital words, where the value comes from and since
// when, whether it is published, and what the rules say of it while it is typed.
import { FieldInput } from '../annual_report/FieldInput.tsx';
import { amount, dated, day } from '../shared/format.ts';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import type { Field, Finding } from './asked.ts';
import { capitalOfWan } from './capital.ts';
import { type Item, wordOf } from './layout.ts';
import type { Report } from './useFiling.ts';

export function anchorOf(path: string): string {
  return `item-${path}`;
}

/** Brings a field into view and into the reach of the keyboard. */
export function focusOn(path: string): void {
  const box = document.getElementById(anchorOf(path));
  const control = box?.querySelector<HTMLElement>('input, select, textarea');
  box?.scrollIntoView({ block: 'center' });
  (control ?? box)?.focus();
}

type Props = { item: Item; report: Report; findings: readonly Finding[]; focused: (item: Item) => void };

export function FieldBox({ item, report, findings, focused }: Props) {
  const { path, definition, field, value } = item;
  const isGiven = field?.source.kind === 'FORM';
  const id = `${anchorOf(path)}-input`;
  const own = findings.filter((finding) => finding.paths.includes(path) && !isEmptyRule(finding));
  const isMissing = (field?.required ?? definition.required) && value.trim() === '';
  const hasError = own.some(({ severity }) => severity === 'ERROR');
  if (isGiven) return null;
  return (
    <div id={anchorOf(path)} className={`box ${hasError ? 'box-wrong' : ''}`} tabIndex={-1} onFocus={() => focused(item)}>
      <div className="box-label">
        <label htmlFor={id}>{definition.label}</label>
        {isMissing && <span className="badge badge-missing">{t('必填')}</span>}
        {field?.confirmed && <span className="badge badge-good">✓ {t('已确认')}</span>}
      </div>
      <div className={definition.unit ? 'box-input box-unit' : 'box-input'}>
        <FieldInput
          id={id}
          field={field ?? blank(item)}
          value={value}
          isWrong={hasError}
          describedBy={`${id}-hints ${id}-notes`}
          type={(typed) => report.type({ [path]: typed })}
        />
      </div>
      <div id={`${id}-hints`} className="quiet hints">
        {definition.type === 'MONEY_WAN' && value !== '' && <Capital value={value} />}
        <Source item={item} />
        {field && field.lastValue !== null && value === '' && (
          <button type="button" className="small" onClick={() => report.type({ [path]: field.lastValue })}>
            {t('沿用上年 {value}', { value: definition.unit ? amount(field.lastValue, definition.unit) : wordOf({ ...item, value: field.lastValue }) })}
            <span className="unseen">：{definition.label}</span>
          </button>
        )}
        {field && field.lastValue !== null && value !== '' && (
          <span>
            {t('上年')} {definition.unit ? amount(field.lastValue, definition.unit) : wordOf({ ...item, value: field.lastValue })}
          </span>
        )}
        {field && field.source.kind === 'FILER' && !item.isPending && (
          <button type="button" className="small" onClick={() => report.type({ [path]: null })}>
            {t('恢复预填值')}
            <span className="unseen">：{definition.label}</span>
          </button>
        )}
        {definition.publish === 'OPTIONAL' && !path.includes('[') && <Publish item={item} report={report} />}
      </div>
      <div id={`${id}-notes`} aria-live="polite" className="notes">
        {own.map((finding) => (
          <Note key={`${finding.ruleId} ${finding.paths.join()}`} finding={finding} report={report} at={path} />
        ))}
      </div>
    </div>
  );
}

function Capital({ value }: { value: string }) {
  const words = capitalOfWan(value);
  return words ? <strong className="capital">{words}</strong> : null;
}

/** 来源 A badge in words, the day, and how sure it is. */
function Source({ item: { field, isPending } }: { item: Item }) {
  if (isPending) return <span>{t('刚刚填写')}</span>;
  if (!field || field.source.kind === 'NONE' || field.source.kind === 'FORM') return null;
  const { kind, asOf, reference, confidence, unchangedSince } = field.source;
  return (
    <span>
      <span className="badge">{term('PrefillSource', kind)}</span> {asOf && day(asOf)}
      {kind !== 'FILER' && reference !== term('PrefillSource', kind) && ` ${reference}`}
      {confidence === 'UNCERTAIN' && ` · ${t('请核对')}`}
      {unchangedSince && ` · ${t('自{day}起未变', { day: day(unchangedSince) })}`}
    </span>
  );
}

function Publish({ item, report }: { item: Item; report: Report }) {
  const name = item.definition.name;
  const isPublished = !report.unpublished.includes(name);
  return (
    <span className="publish">
      <label>
        <input
          type="checkbox"
          // A checkbox tells its state by itself.
          // oxlint-disable-next-line jsx-a11y/role-has-required-aria-props
          role="switch"
          className="switch"
          checked={isPublished}
          aria-label={t('向社会公示：{label}', { label: item.definition.label })}
          onChange={(event) => report.publish(name, event.target.checked)}
        />
        {isPublished ? t('公示') : t('不公示')}
      </label>
    </span>
  );
}

/** The one rule that names every empty field; the field itself says so. */
export function isEmptyRule({ paths, ruleId }: Finding): boolean {
  return ruleId === 'AR-160' || paths.length > 8;
}

/** What a rule says; the mend leads to the field where it is made, a warning may be explained instead. */
export function Note({ finding, report, at = '' }: { finding: Finding; report: Report; at?: string }) {
  const { severity, message, mend, paths, ruleId, source } = finding;
  const to = paths.find((path) => path !== at) ?? paths[0];
  const id = `reason-${ruleId}-${at}`;
  return (
    <div className={severity === 'ERROR' ? 'note note-error' : severity === 'WARNING' ? 'note note-warning' : 'note'}>
      <p>
        <strong>{term('FindingSeverity', severity)}</strong> {dated(message)}
      </p>
      {mend && (
        <p>
          {to && document.getElementById(anchorOf(to)) ? (
            <button type="button" className="small" onClick={() => focusOn(to)}>
              {t('改法')}：{dated(mend)}
            </button>
          ) : (
            `${t('改法')}：${dated(mend)}`
          )}
        </p>
      )}
      {severity === 'WARNING' && (
        <p className="reason">
          <label htmlFor={id}>{t('情况属实的，请说明')}</label>
          <input
            id={id}
            type="text"
            maxLength={200}
            autoComplete="off"
            value={report.reasons[ruleId] ?? ''}
            onChange={(event) => report.giveReason(ruleId, event.target.value)}
          />
        </p>
      )}
      <p className="quiet">
        <code>{ruleId}</code> {source}
      </p>
    </div>
  );
}

/** A field of a row that is not stored yet. */
function blank({ path, definition }: Item): Field {
  return {
    path,
    label: definition.label,
    type: definition.type,
    choices: definition.choices,
    unit: definition.unit,
    value: null,
    source: { kind: 'NONE', asOf: null, reference: '', confidence: 'NONE', unchangedSince: null },
    lastValue: null,
    unchangedConfirmable: false,
    required: definition.required,
    confirmed: false,
  };
}
