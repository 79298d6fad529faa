// 公示预览 The report as everybody will read it: only what is published.
import { amount, day } from '../shared/format.ts';
import { Facts } from '../shared/Facts.tsx';
import { t } from '../shared/text.ts';
import { type Item, type Part, wordOf } from './layout.ts';
import type { Report } from './useFiling.ts';

export function Preview({ report }: { report: Report }) {
  return (
    <section className="card preview" aria-label={t('公示预览')}>
      <h2>{t('公示预览')}</h2>
      <p className="quiet">{t('报送后向社会公示以下内容；不公示的事项不在其中。')}</p>
      {report.parts.map((part) => (
        <PartPreview key={part.section.name} part={part} unpublished={report.unpublished} />
      ))}
    </section>
  );
}

function PartPreview({ part, unpublished }: { part: Part; unpublished: readonly string[] }) {
  const isShown = ({ definition, value }: Item) =>
    value !== '' && definition.publish !== 'NOT' && !(definition.publish === 'OPTIONAL' && unpublished.includes(definition.name));
  const groups = [part.items, ...(unpublished.includes(part.section.name) ? [] : part.rows.map(({ items }) => items))];
  const shown = groups.map((items) => items.filter(isShown)).filter((items) => items.length > 0);
  if (shown.length === 0) return null;
  return (
    <>
      <h3>{part.section.label}</h3>
      {shown.map((items) => (
        <Facts key={items[0]?.path} facts={items.map((item) => ({ label: item.definition.label, value: told(item) }))} />
      ))}
    </>
  );
}

function told(item: Item): string {
  const { definition, value } = item;
  if (definition.type === 'DATE') return day(value);
  if (definition.unit && /^-?\d+(\.\d+)?$/.test(value)) return amount(value, definition.unit);
  return wordOf(item);
}
