// 分节填报 One section of the form: one click confirms what is unchanged, rows are added and removed.
import { useState } from 'react';
import { Dialog } from '../shared/Dialog.tsx';
import { t } from '../shared/text.ts';
import type { Finding } from './asked.ts';
import { FieldBox, isEmptyRule, Note } from './FieldBox.tsx';
import { addedRow, confirmableIn, findingsIn, type Item, itemsOf, type Part, removedRow, type Row } from './layout.ts';
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
          <button type="button" onClick={() => void report.confirm(toConfirm.map(({ path }) => path))} disabled={report.state === 'saving'}>
            {t('本节无变化，确认沿用 {count} 项', { count: toConfirm.length })}
          </button>
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
          {!row.isGiven && <Removal row={row} report={report} />}
        </fieldset>
      ))}
      {part.section.table && part.rows.length === 0 && <p className="quiet">{t('没有记录；有这类事项的，逐行填写。')}</p>}
      {part.mayAdd && (
        <button type="button" onClick={() => report.type(addedRow(part))}>
          + {t('增加一行')}
        </button>
      )}
      <p className="quiet">{part.section.source}</p>
    </section>
  );
}

/** What was filled in goes with the row: that is asked once; a row of blanks just goes. */
function Removal({ row, report }: { row: Row; report: Report }) {
  const [isAsked, setAsked] = useState(false);
  const filled = row.items.filter(({ value }) => value !== '').length;
  const remove = () => {
    setAsked(false);
    report.type(removedRow(row));
  };
  return (
    <>
      <button type="button" className="small danger" onClick={() => (filled > 0 ? setAsked(true) : remove())}>
        {t('删除{title}', { title: row.title })}
      </button>
      <Dialog title={t('删除{title}？', { title: row.title })} isOpen={isAsked} close={() => setAsked(false)}>
        <p>{t('这一行已填写的 {count} 项一并清除。', { count: filled })}</p>
        <p className="actions">
          <button type="button" className="danger" onClick={remove}>
            {t('删除')}
          </button>
        </p>
      </Dialog>
    </>
  );
}
