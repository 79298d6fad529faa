// 填写框 The control that fits a field: a choice, yes or no, a day, a figure with its unit, or text.
import type { DraftField } from './asked.ts';
import { t } from '../shared/text.ts';

/** The keyboard that a phone shows. Figures are text: a number field would swallow what it cannot read. */
const KEYBOARDS: Record<string, 'numeric' | 'decimal' | 'tel' | 'email' | 'url'> = {
  INTEGER: 'numeric',
  MONEY_WAN: 'decimal',
  PERCENT: 'decimal',
  POSTCODE: 'numeric',
  REGION: 'numeric',
  PHONE: 'tel',
  EMAIL: 'email',
  URL: 'url',
};
const FIGURES = new Set(['INTEGER', 'MONEY_WAN', 'PERCENT']);

export function FieldInput({
  id,
  field,
  value,
  isWrong,
  describedBy,
  type,
}: {
  id: string;
  field: DraftField;
  value: string;
  isWrong: boolean;
  describedBy: string;
  type: (value: string) => void;
}) {
  const common = { id, value, 'aria-invalid': isWrong, 'aria-describedby': describedBy };
  const choices = optionsOf(field);
  if (choices.length > 0) {
    return (
      <select {...common} onChange={(event) => type(event.target.value)}>
        <option value="">{t('请选择')}</option>
        {choices.map(({ code, label }) => (
          <option key={code} value={code}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  if (field.type === 'DATE') {
    return <input {...common} type="date" max="9999-12-31" onChange={(event) => type(event.target.value)} />;
  }
  return (
    <span className={FIGURES.has(field.type) ? 'figure' : 'figure figure-wide'}>
      <input
        {...common}
        type="text"
        maxLength={1000}
        inputMode={KEYBOARDS[field.type] ?? 'text'}
        autoComplete="off"
        onChange={(event) => type(event.target.value)}
      />
      {field.unit && <span>{field.unit}</span>}
    </span>
  );
}

/** What may be chosen, with its words; empty for fields that are typed. */
export function optionsOf(field: DraftField): { code: string; label: string }[] {
  return field.type === 'BOOL' ? yesOrNo() : field.choices;
}

function yesOrNo() {
  return [
    { code: 'true', label: t('是') },
    { code: 'false', label: t('否') },
  ];
}
