// 导出 The records of a search as a file: says what for, follows the job, and leads to the file.
import { type FormEvent, useEffect, useState } from 'react';
import { ask, GraphFailure, NO_ABORT, refuse, toFailure } from '../graphql/client.ts';
import { type ExportFormat, ExportJob, ExportSearch, type Job } from './asked.ts';
import { day, parted } from '../shared/format.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import { filterOf, type SearchRoute } from './address.ts';
import { PurposeField } from './PurposeField.tsx';

/** How often a job is looked at. */
const PAUSE_MS = 1000;
const OVER = new Set(['DONE', 'FAILED']);

export function Export({ route }: { route: SearchRoute }) {
  const [job, setJob] = useState<Job | null>(null);
  const [failure, setFailure] = useState<GraphFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const running = job && !OVER.has(job.status) ? job : null;
  useFollow(running, setJob, setFailure);

  const start = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBusy || running) return;
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFailure(null);
    setJob(null);
    try {
      setJob(await started(route, String(form.get('format')), String(form.get('purpose') ?? '').trim()));
    } catch (cause) {
      setFailure(toFailure(cause));
    }
    setBusy(false);
  };
  return (
    <section aria-label={t('导出')}>
      <form onSubmit={start}>
        <PurposeField id="export-purpose" />
        <div className="actions">
          <select name="format" aria-label={t('格式')}>
            {valuesOf('ExportFormat').map((format) => (
              <option key={format} value={format}>
                {term('ExportFormat', format)}
              </option>
            ))}
          </select>
          <button type="submit" aria-disabled={isBusy || running !== null}>
            {t('导出全部结果')}
          </button>
        </div>
      </form>
      {failure && <Failed failure={failure} />}
      {job && <Progress job={job} />}
    </section>
  );
}

/** Looks at a job until it is over. */
function useFollow(job: Job | null, tell: (job: Job) => void, fail: (failure: GraphFailure) => void): void {
  useEffect(() => {
    if (!job) return undefined;
    const abort = new AbortController();
    const pause = setTimeout(() => {
      ask(ExportJob, { id: job.id }, abort.signal, { anew: true })
        // A new object each time, so that the next look follows.
        .then((data) => data.job && tell({ ...data.job }))
        .catch((cause: unknown) => {
          if (!abort.signal.aborted) fail(toFailure(cause));
        });
    }, PAUSE_MS);
    return () => {
      clearTimeout(pause);
      abort.abort();
    };
  }, [job, tell, fail]);
}

function Progress({ job }: { job: Job }) {
  const file = fileOf(job);
  if (job.status === 'FAILED') {
    return (
      <div className="notice notice-error" role="alert">
        {t('导出没有完成：')}{job.error ?? t('原因不明，请稍后重试。')}
      </div>
    );
  }
  if (file) {
    return (
      <p className="notice notice-good" role="status">
        {t('已导出 {rows} 条，', { rows: parted(file.rows) })}
        <a href={file.url} download>
          {t('下载文件')}
        </a>
        {file.expiresAt && t('（保存至{day}，仅本人可下载，每次下载留痕）', { day: day(file.expiresAt) })}
      </p>
    );
  }
  return (
    <p role="status">
      <label>
        {term('JobStatus', job.status)}
        {job.total === null ? '' : t('，{done} / {total} 条', { done: parted(job.done), total: parted(job.total) })}{' '}
        {job.total === null ? <progress /> : <progress max={Math.max(1, job.total)} value={job.done} />}
      </label>
    </p>
  );
}

type Exported = { url: string; rows: number; expiresAt?: string };

/** Where the file is, once there is one. */
function fileOf({ status, result }: Job): Exported | null {
  if (status !== 'DONE' || result === null) return null;
  try {
    const told: unknown = JSON.parse(result);
    return typeof told === 'object' && told !== null && 'url' in told ? (told as Exported) : null;
  } catch {
    return null;
  }
}

/** The job that makes the file. */
async function started(route: SearchRoute, format: string, purpose: string): Promise<Job> {
  const input = { query: route.query, filter: filterOf(route), format: format as ExportFormat, purpose };
  const { exportSearch } = await ask(ExportSearch, { input }, NO_ABORT);
  refuse(exportSearch.userErrors);
  if (!exportSearch.job) throw new GraphFailure(t('服务器没有给出导出任务，请稍后重试。'), 'CONSOLE');
  return exportSearch.job;
}
