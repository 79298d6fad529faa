// 读取财务报表 A statement is uploaded and read; what was found is shown with its cell, the words that were matched and how
// sure that is. Only what the filer ticks is written into the draft; the file itself is not kept.
import { Button, Checkbox, Tag } from 'antd';
import { type ChangeEvent, type DragEvent, useEffect, useRef, useState } from 'react';
import { ask, GraphFailure, NO_ABORT, refuse } from '../graphql/client.ts';
import { Scrollable } from '../room/Scrollable.tsx';
import { moment } from '../room/time.ts';
import { useAct } from '../room/useAct.ts';
import { Download } from '../shared/Download.tsx';
import { amount } from '../shared/format.ts';
import { Empty, Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { type Reading, ReadStatement } from './asked.ts';
import { itemsOf } from './layout.ts';
import type { Report } from './useFiling.ts';

type Props = { report: Report; uscc: string; year: number };
const MOST_BYTES = 4 * 1024 * 1024;
/** What is as sure as this is ticked beforehand. */
const SURE = 0.9;

export function Statement({ report, uscc, year }: Props) {
  const [reading, setReading] = useState<Reading | null>(null);
  const [taken, setTaken] = useState(0);
  const { isBusy, failure, act } = useAct();
  const read = (file: File) =>
    act(async () => {
      setReading(null);
      setTaken(0);
      if (file.size > MOST_BYTES) throw new GraphFailure(t('文件超过 4 MB，请只保留报表后再上传。'), 'CONSOLE');
      const { readFinancialStatement: answer } = await ask(ReadStatement, { input: { uscc, year, file } }, NO_ABORT);
      refuse(answer.userErrors);
      setReading(answer.reading);
    });
  return (
    <section className="card stack" aria-labelledby="statement">
      <h2 id="statement">{t('上传财务报表带入')}</h2>
      <p>{t('资产负债表、利润表或者纳税申报表，XLSX、CSV 或者带文字的 PDF，不超过 4 MB。读出的数先给您核对，勾选后才写入草稿；文件不留存。')}</p>
      <FileField id="statement-file" label={t('选择报表文件')} accept=".xlsx,.csv,.pdf" isBusy={isBusy} choose={(file) => void read(file)} />
      {failure && <Failed failure={failure} />}
      <div aria-live="polite">
        {isBusy && <p role="status">{t('正在读取…')}</p>}
        {taken > 0 && <p className="notice notice-good">{t('已带入 {count} 项，来源记为财务报表及其单元格。', { count: taken })}</p>}
      </div>
      {reading && (
        <Mapping
          key={reading.id}
          reading={reading}
          report={report}
          applied={(count) => {
            setTaken(count);
            setReading(null);
          }}
        />
      )}
    </section>
  );
}

type FileProps = { id: string; label: string; accept: string; isBusy: boolean; choose: (file: File) => void };

/** A file chosen by keyboard, by click or by dropping it. */
export function FileField({ id, label, accept, isBusy, choose }: FileProps) {
  const [dropped, setDropped] = useState('');
  const given = (file: File | undefined) => {
    if (!file || isBusy) return;
    choose(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    setDropped(file?.name ?? '');
    given(file);
  };
  const change = (event: ChangeEvent<HTMLInputElement>) => {
    setDropped('');
    given(event.target.files?.[0]);
  };
  return (
    <div className="file-field" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <label htmlFor={id}>{label}</label>
      {/* The same file may be chosen again. */}
      <input id={id} type="file" accept={accept} disabled={isBusy} onClick={(event) => (event.currentTarget.value = '')} onChange={change} />
      {dropped && <span className="quiet">{dropped}</span>}
    </div>
  );
}

type MappingProps = { reading: Reading; report: Report; applied: (count: number) => void };

function Mapping({ reading, report, applied }: MappingProps) {
  const { figures, remarks, unrecognised, moreUnrecognised } = reading;
  const [chosen, setChosen] = useState(() => figures.filter(({ confidence }) => confidence >= SURE).map(({ path }) => path));
  const [isBusy, setBusy] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const now = new Map(report.parts.flatMap(itemsOf).map((item) => [item.path, item]));
  const toggle = (path: string) => setChosen(chosen.includes(path) ? chosen.filter((one) => one !== path) : [...chosen, path]);
  const apply = async () => {
    setBusy(true);
    const isDone = await report.apply(reading.id, chosen);
    setBusy(false);
    if (isDone) applied(chosen.length);
  };
  return (
    <>
      <h3 ref={heading} tabIndex={-1}>
        {t('读出 {count} 项，请核对', { count: figures.length })}
      </h3>
      {remarks.map(({ code, message }) => (
        <p key={`${code} ${message}`} className="note note-warning">
          {message}
        </p>
      ))}
      {figures.length === 0 && <Empty>{t('没有认出年报需要的数，请检查文件是不是资产负债表或者利润表，或者自行填写。')}</Empty>}
      {figures.length > 0 && (
        <>
          <Scrollable label={t('报表识别结果')}>
            <table className="difference">
              <thead>
                <tr>
                  <th scope="col">{t('采用')}</th>
                  <th scope="col">{t('事项')}</th>
                  <th scope="col">{t('读出的数')}</th>
                  <th scope="col">{t('现填')}</th>
                  <th scope="col">{t('报表中的位置')}</th>
                  <th scope="col">{t('识别')}</th>
                </tr>
              </thead>
              <tbody>
                {figures.map((figure) => (
                  <tr key={figure.path}>
                    <td>
                      <Checkbox checked={chosen.includes(figure.path)} onChange={() => toggle(figure.path)} aria-label={t('采用：{label}', { label: figure.label })} />
                    </td>
                    <th scope="row">{figure.label}</th>
                    <td className="figures">
                      {figure.unit ? amount(figure.value, figure.unit) : figure.value}
                      {figure.isRounded && <div className="quiet">{t('已四舍五入')}</div>}
                    </td>
                    <td className="figures">{standing(now.get(figure.path)?.value, figure.unit)}</td>
                    <td>
                      <span className="code">{figure.source}</span>
                      <div className="quiet">
                        “{figure.matchedText}”{figure.column && ` · ${figure.column}`} · {figure.written} {figure.writtenUnit}
                      </div>
                    </td>
                    <td>
                      <Tag color={figure.confidence >= SURE ? 'success' : 'warning'}>{term('StatementMatch', figure.matchedBy)}</Tag> {Math.round(figure.confidence * 100)}%
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scrollable>
          <p className="actions">
            <Button type="primary" disabled={chosen.length === 0} loading={isBusy} onClick={() => void apply()}>
              {t('带入所选 {count} 项', { count: chosen.length })}
            </Button>
            <Download
              name={t('报表识别结果')}
              head={[t('事项'), t('读出的数'), t('单位'), t('报表中的位置'), t('项目名称'), t('原数'), t('识别'), t('可信度')]}
              rows={figures.map((one) => [one.label, one.value, one.unit, one.source, one.matchedText, `${one.written} ${one.writtenUnit}`, term('StatementMatch', one.matchedBy), one.confidence])}
            />
          </p>
          <p className="quiet">{t('读数保留到 {at}，逾期须重新上传。', { at: moment(reading.expiresAt) })}</p>
        </>
      )}
      {unrecognised.length > 0 && (
        <details>
          <summary>{t('未识别的项目 {count} 个', { count: unrecognised.length + moreUnrecognised })}</summary>
          <ul>
            {unrecognised.map(({ source, text, written }) => (
              <li key={source}>
                <span className="code">{source}</span> {text} {written}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function standing(value: string | undefined, unit: string | null): string {
  if (!value) return '—';
  return unit && /^-?\d/.test(value) ? amount(value, unit) : value;
}
