// 批量填报 The branches from a table: the template with what is known of them, the upload, how far the work is, and what came
// of each row. The upload stands in the address, so that it is found again as long as its results are kept.
import { Checkbox, Progress, Segmented, Table, Tag } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { ask, GraphFailure, NO_ABORT, refuse, toFailure } from '../graphql/client.ts';
import { useGraph, usePages } from '../graphql/useGraph.ts';
import { Scrollable } from '../room/Scrollable.tsx';
import { moment } from '../room/time.ts';
import { useAct } from '../room/useAct.ts';
import { Download } from '../shared/Download.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import type { Filing } from './asked.ts';
import { FileField } from './Statement.tsx';
import {
  type BranchImportPartsFragment as Import,
  BranchImportOfDocument,
  BranchImportRowsDocument,
  type BranchImportRowsQuery,
  type BranchRowState,
  BranchTemplatesDocument,
  ImportBranchesDocument,
} from './generated/graphql.ts';

const PAUSE_MS = 800;
/** Rows that a table holds at most. */
const ROWS = 1000;
const COLOURS: Record<BranchRowState, string> = { FILED: 'success', SAVED: 'success', UNCHANGED: 'default', REFUSED: 'error' };

type Props = { filing: Filing; importId: string; show: (importId: string) => void; done: () => void };

export function BranchTable({ filing, importId, show, done }: Props) {
  const { uscc, year } = filing;
  const { data, failure, retry } = useGraph(BranchTemplatesDocument, { uscc, year });
  const [uploaded, setUploaded] = useState('');
  const uploadedOne = (id: string) => {
    setUploaded(id);
    show(id);
  };
  return (
    <section className="stack branch-table" aria-label={t('表格批量填报')}>
      <h3>{t('表格批量填报')}</h3>
      {failure && <Failed failure={failure} retry={retry} />}
      {!failure && !data && <Loading lines={2} />}
      {data && (
        <>
          <p className="actions">
            <a className="button" href={data.workbook.url} download={data.workbook.fileName}>
              {t('下载模板（Excel）')}
            </a>
            <a className="button" href={data.text.url} download={data.text.fileName}>
              {t('下载模板（CSV）')}
            </a>
          </p>
          <p className="quiet">
            {t('模板列有待填报的分支机构 {count} 户，已知内容已填好。', { count: data.workbook.branches })}
            {data.workbook.leftOut > 0 && t('已报送或者无须填报的 {count} 户未列入。', { count: data.workbook.leftOut })}
            {!data.workbook.isWhole && t('超过 {count} 行的部分未列入，请分次填报。', { count: data.workbook.maxRows })}
          </p>
        </>
      )}
      <Upload filing={filing} show={uploadedOne} />
      {importId && <OneImport key={importId} id={importId} isNew={uploaded === importId} done={done} />}
    </section>
  );
}

function Upload({ filing, show }: { filing: Filing; show: (importId: string) => void }) {
  const [submit, setSubmit] = useState(false);
  const { isBusy, failure, act } = useAct();
  const upload = (file: File) =>
    act(async () => {
      const input = { uscc: filing.uscc, year: filing.year, submit, file, idempotencyKey: crypto.randomUUID() };
      const { importBranchReports: answer } = await ask(ImportBranchesDocument, { input }, NO_ABORT);
      refuse(answer.userErrors);
      if (answer.import) show(answer.import.id);
    });
  const id = `branch-file-${filing.uscc}`;
  return (
    <>
      <p>
        <Checkbox checked={submit} onChange={(event) => setSubmit(event.target.checked)}>
          {t('上传后同时报送（报送后立即公示）')}
        </Checkbox>
      </p>
      <FileField id={id} label={t('上传填好的表格')} accept=".xlsx,.csv" isBusy={isBusy} choose={(file) => void upload(file)} />
      {isBusy && <p role="status">{t('正在上传…')}</p>}
      {failure && <Failed failure={failure} />}
    </>
  );
}

/** 一次上传 Looked at until it is done; one that was done before has changed nothing since. */
function OneImport({ id, isNew, done }: { id: string; isNew: boolean; done: () => void }) {
  const [state, setState] = useState<Import | null>(null);
  const [failure, setFailure] = useState<GraphFailure | null>(null);
  const latest = useRef(done);
  useEffect(() => {
    latest.current = done;
  });
  useEffect(() => {
    const abort = new AbortController();
    let changes = isNew;
    const tell = (told: Import) => {
      changes ||= !told.isDone;
      setState(told);
    };
    followed(id, abort.signal, tell)
      .then(() => changes && latest.current())
      .catch((cause: unknown) => {
        if (!abort.signal.aborted) setFailure(toFailure(cause));
      });
    return () => abort.abort();
  }, [id, isNew]);
  if (failure) return <Failed failure={failure} />;
  if (!state) return <Loading lines={3} />;
  if (!state.isDone) {
    const { job } = state;
    return <Progress percent={job?.total ? Math.round((100 * job.done) / job.total) : 0} aria-label={t('批量填报进度')} />;
  }
  const { total, filed, saved, unchanged, refused } = state;
  return (
    <>
      <p role="status">
        {t('共 {total} 行：已报送 {filed}，已保存 {saved}，没有变化 {unchanged}，未保存 {refused}。', { total, filed, saved, unchanged, refused })}
      </p>
      <p className="quiet">{t('{at}上传，结果保留到 {until}。', { at: moment(state.uploadedAt), until: moment(state.expiresAt) })}</p>
      {state.ignoredColumns.length > 0 && <p className="note note-warning">{t('以下列不是模板中的列，没有读取：{columns}', { columns: state.ignoredColumns.join('、') })}</p>}
      <Rows id={id} hasRefused={refused > 0} />
    </>
  );
}

async function followed(id: string, signal: AbortSignal, tell: (state: Import) => void): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const { branchImport } = await ask(BranchImportOfDocument, { id }, signal, { anew: true });
    if (!branchImport) throw new GraphFailure(t('这次上传的结果已不再保留，请重新上传。'), 'NOT_FOUND');
    if (branchImport.job?.status === 'FAILED') throw new GraphFailure(branchImport.job.error ?? t('任务没有完成，请稍后重试。'), 'CONSOLE');
    tell(branchImport);
    if (branchImport.isDone) return;
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

type Row = NonNullable<BranchImportRowsQuery['branchImport']>['rows']['nodes'][number];
type Fault = Row['errors'][number];
const connection = (data: BranchImportRowsQuery) => data.branchImport?.rows ?? null;

function Rows({ id, hasRefused }: { id: string; hasRefused: boolean }) {
  const found = usePages(BranchImportRowsDocument, { id }, connection);
  const [isFaulty, setFaulty] = useState(hasRefused);
  const rows = found.pages.flatMap(({ nodes }) => nodes);
  const { hasMore, loading, more } = found;
  useEffect(() => {
    if (hasMore && !loading && rows.length < ROWS) more();
  }, [hasMore, loading, more, rows.length]);
  if (found.failure) return <Failed failure={found.failure} retry={found.retry} />;
  if (found.pages.length === 0) return <Loading lines={4} />;
  const shown = isFaulty ? rows.filter(({ errors }) => errors.length > 0) : rows;
  return (
    <>
      <Segmented
        value={isFaulty}
        onChange={setFaulty}
        options={[
          { value: true, label: t('有差错的行') },
          { value: false, label: t('全部行') },
        ]}
      />
      {shown.length === 0 && <Empty>{t('没有差错。')}</Empty>}
      {shown.length > 0 && (
        <Scrollable label={t('分支机构填报结果')}>
          <Table<Row>
            size="small"
            rowKey="number"
            dataSource={shown}
            pagination={shown.length > 50 ? { pageSize: 50 } : false}
            columns={[
              { title: t('行号'), dataIndex: 'number', align: 'right' },
              { title: t('结果'), key: 'state', render: (_, { state, receiptNumber }) => <Outcome state={state} receipt={receiptNumber} /> },
              { title: t('分支机构、差错与提醒'), key: 'faults', render: (_, row) => <Told row={row} /> },
            ]}
          />
        </Scrollable>
      )}
      <Download name={t('分支机构填报结果')} head={[t('行号'), t('统一社会信用代码'), t('分支机构'), t('结果'), t('列名'), t('差错'), t('改法'), t('回执编号')]} rows={rows.flatMap(linesOf)} />
    </>
  );
}

function Outcome({ state, receipt }: { state: BranchRowState; receipt: string | null }) {
  return (
    <>
      <Tag color={COLOURS[state]}>{term('BranchRowState', state)}</Tag> {receipt}
    </>
  );
}

/** In one cell, so that a phone shows it whole. */
function Told({ row: { uscc, name, errors, warnings } }: { row: Row }) {
  return (
    <div className="row-told">
      {name ? `${name}（${uscc}）` : uscc}
      <ul className="plain">
        {errors.map((fault) => (
          <FaultLine key={keyOf(fault)} fault={fault} isError />
        ))}
        {warnings.map((fault) => (
          <FaultLine key={keyOf(fault)} fault={fault} />
        ))}
      </ul>
    </div>
  );
}

const keyOf = ({ code, column, message }: Fault) => `${code} ${column} ${message}`;

function FaultLine({ fault: { column, message, mend }, isError = false }: { fault: Fault; isError?: boolean }) {
  return (
    <li>
      <strong className={isError ? 'fault' : undefined}>{isError ? t('差错') : t('提醒')}</strong> {column && `${column}：`}
      {message} {mend}
    </li>
  );
}

/** One line a fault, so that the file can be worked off. */
function linesOf({ number, uscc, name, state, receiptNumber, errors }: Row): (string | number | null)[][] {
  const faults = errors.length > 0 ? errors : [null];
  return faults.map((fault) => [number, uscc, name, term('BranchRowState', state), fault?.column ?? '', fault?.message ?? '', fault?.mend ?? '', receiptNumber]);
}
