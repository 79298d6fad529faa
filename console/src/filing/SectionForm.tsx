// 分节填报 One section of the form: one click confirms what is unchanged, rows are added and removed.
import { Button } from 'antd';
import { t } from '../shared/text.ts';
import type { Finding } from './asked.ts';
import { FieldBox, isEmptyRule, Note } from './FieldBox.tsx';
import { addedRow, confirmableIn, findingsIn, type Item, itemsOf, type Part, removedRow } from './layout.ts';
import type { Report } from './useFiling.ts';

type Props = { part: Part; report: Report; findings: readonly Finding[]; focused: (item: Item) => void };

export function SectionForm({ part, report, findings, focused }: Props) {
  const toConfirm = confirmableIn(part);
  const paths = new Set(itemsOf(part).map(({ path }) => path));
  // What is said of the section as a whole stands at its head.
  const general = findingsIn(part, findings).filter((finding) => !isEmptyRule(finding) && !finding.paths.some((path) => paths.has(path)));
  return (
    <section className="card" aria-labelledby={`part-${part.section.name}`}>
      <div className="part-head">
        <h2 id={`part-${part.section.name}`} tabIndex={-1}>
          {part.section.label}
        </h2>
        {toConfirm.length > 0 && (
          <Button onClick={() => void report.confirm(toConfirm.map(({ path }) => path))} disabled={report.state === 'saving'}>
            {t('本节无变化，确认沿用 {count} 项', { count: toConfirm.length })}
          </Button>
        )}
      </div>
      {general.map((finding) => (
        <Note key={finding.ruleId} finding={finding} report={report} at={part.section.name} />
      ))}
      <div className="boxes">
        {part.items.map((item) => (
          <FieldBox key={item.path} item={item} report={report} findings={findings} focused={focused} />
        ))}
      </div>
      {part.rows.map((row) => (
        <fieldset key={row.index} className="row">
          <legend>{row.title}</legend>
          <div className="boxes">
            {row.items.map((item) => (
              <FieldBox key={item.path} item={item} report={report} findings={findings} focused={focused} />
            ))}
          </div>
          {!row.isGiven && (
            <Button size="small" danger onClick={() => report.type(removedRow(row))}>
              {t('删除{title}', { title: row.title })}
            </Button>
          )}
        </fieldset>
      ))}
      {part.section.table && part.rows.length === 0 && <p className="quiet">{t('没有记录；有这类事项的，逐行填写。')}</p>}
      {part.mayAdd && (
        <Button type="dashed" onClick={() => report.type(addedRow(part))}>
          {t('增加一行')}
        </Button>
      )}
      <p className="quiet">{part.section.source}</p>
    </section>
  );
}
