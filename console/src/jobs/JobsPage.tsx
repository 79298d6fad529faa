// 我的任务 Long work that one has started, from whatever device: how far each is, what came of it, where its file is. Looked
// at anew while one of them goes on, so that the page can be left and found again.
import { Progress, Tag } from 'antd';
import { useEffect } from 'react';
import { usePages } from '../graphql/useGraph.ts';
import { Listed } from '../room/Listed.tsx';
import { Room } from '../room/Room.tsx';
import { moment } from '../room/time.ts';
import { ROOM_OF_JOB, titleOfJob } from './kinds.ts';
import type { RoomRoute } from '../route.ts';
import { Link } from '../shared/Link.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { type JobPartsFragment as Job, OwnJobsDocument, type OwnJobsQuery } from './generated/graphql.ts';
import { outcomeOf } from './outcome.ts';

const PAUSE_MS = 2000;
const NOTHING_TO_ASK = {};
const connection = (data: OwnJobsQuery) => data.jobs;
const COLOURS: Record<string, string> = { DONE: 'success', FAILED: 'error', RUNNING: 'processing' };
const isOver = ({ status }: Job) => status === 'DONE' || status === 'FAILED';

export function JobsPage({ route }: { route: RoomRoute }) {
  return (
    <Room route={route} title={t('我的任务')}>
      {() => <Jobs />}
    </Room>
  );
}

function Jobs() {
  const found = usePages(OwnJobsDocument, NOTHING_TO_ASK, connection);
  const jobs = found.pages.flatMap(({ nodes }) => nodes);
  const isGoing = jobs.some((job) => !isOver(job));
  const { loading, retry } = found;
  useEffect(() => {
    if (!isGoing || loading) return undefined;
    const next = setTimeout(retry, PAUSE_MS);
    return () => clearTimeout(next);
  });
  const head = [t('任务'), t('发起时间'), t('状态'), t('结果')];
  return (
    <div className="stack">
      <Listed<Job>
        of={found}
        label={t('我的任务')}
        lines={6}
        empty={<p>{t('本账号还没有发起过任务。导出检索结果、比对年报、集中报送、核验审计链都会在这里显示进度和结果。')}</p>}
        rowKey="id"
        columns={[
          { title: head[0], key: 'kind', render: (_, { kind }) => <Titled kind={kind} /> },
          { title: head[1], key: 'at', render: (_, { createdAt }) => moment(createdAt) },
          { title: head[2], key: 'status', render: (_, job) => <State job={job} /> },
          { title: head[3], key: 'result', render: (_, job) => <Result job={job} /> },
        ]}
        file={{ name: t('我的任务'), head, cells: (job) => [titleOfJob(job.kind), moment(job.createdAt), stateOf(job), job.error ?? outcomeOf(job.result).text] }}
      />
      {jobs.length > 0 && <p className="quiet">{t('这里列出本账号发起的任务，最近的在前；离开页面或换一台设备，任务照常进行。')}</p>}
    </div>
  );
}

function Titled({ kind }: { kind: string }) {
  const room = ROOM_OF_JOB[kind];
  return room === undefined ? titleOfJob(kind) : <Link to={{ page: 'room', room, at: '' }}>{titleOfJob(kind)}</Link>;
}

function stateOf(job: Job): string {
  return job.status === 'RUNNING' && job.total ? `${term('JobStatus', job.status)} ${job.done}/${job.total}` : term('JobStatus', job.status);
}

function State({ job }: { job: Job }) {
  return (
    <>
      <Tag color={COLOURS[job.status] ?? 'default'}>{stateOf(job)}</Tag>
      {job.status === 'RUNNING' && <Progress size="small" percent={job.total ? Math.floor((100 * job.done) / job.total) : 0} aria-label={t('任务进度')} />}
      {job.finishedAt && <div className="quiet">{moment(job.finishedAt)}</div>}
    </>
  );
}

function Result({ job: { status, error, result } }: { job: Job }) {
  if (status === 'FAILED') return <span className="fault">{error ?? t('任务没有完成，请稍后重试。')}</span>;
  if (status !== 'DONE') return '—';
  const { text, file } = outcomeOf(result);
  return (
    <>
      {text || '—'} {file && <a href={file} download className="button small">{t('下载文件')}</a>}
    </>
  );
}
