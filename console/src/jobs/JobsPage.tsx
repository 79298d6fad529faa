// 我的任务 Long work that was started from this browser: how far each is, what came of it, where its file is. Looked at
// anew while one of them goes on, so that the page can be left and found again.
import { Button, Progress, Table, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useGraph } from '../graphql/useGraph.ts';
import { Download } from '../shared/Download.tsx';
import { Room } from '../room/Room.tsx';
import { moment } from '../room/time.ts';
import { ROOM_OF_JOB, titleOfJob } from './kinds.ts';
import type { RoomRoute } from '../route.ts';
import { Link } from '../shared/Link.tsx';
import { forgetJobs, MOST, startedJobs } from '../shared/started.ts';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { type JobPartsFragment as Job, StartedJobsDocument, type StartedJobsQueryVariables } from './generated/graphql.ts';
import { outcomeOf } from './outcome.ts';

const PAUSE_MS = 2000;
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
  const [ids, setIds] = useState(startedJobs);
  const { data, failure, retry } = useGraph(StartedJobsDocument, asked(ids));
  const found = data ? ids.map((_, place) => Object.values(data)[place] ?? null).filter((job) => job !== null) : [];
  const isGoing = found.some((job) => !isOver(job));
  useEffect(() => {
    if (!isGoing) return undefined;
    const next = setTimeout(retry, PAUSE_MS);
    return () => clearTimeout(next);
  });
  if (ids.length === 0 || (data && found.length === 0)) return <Nothing />;
  if (failure && !data) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={6} />;
  const over = found.filter(isOver).map(({ id }) => id);
  const clear = () => {
    forgetJobs(over);
    setIds(startedJobs());
  };
  const head = [t('任务'), t('发起时间'), t('状态'), t('结果')];
  return (
    <div className="stack">
      <div className="room-tools">
        <Download name={t('我的任务')} head={head} rows={found.map((job) => [titleOfJob(job.kind), moment(job.createdAt), stateOf(job), job.error ?? outcomeOf(job.result).text])} />
        {over.length > 0 && <Button onClick={clear}>{t('清除已结束的 {count} 项', { count: over.length })}</Button>}
      </div>
      {failure && <Failed failure={failure} retry={retry} />}
      {/* Wider than a phone, and there may be nothing in it to go to by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="room-table" role="region" aria-label={t('我的任务')} tabIndex={0}>
        <Table<Job>
          rowKey="id"
          size="small"
          dataSource={found}
          pagination={false}
          columns={[
            { title: head[0], key: 'kind', render: (_, { kind }) => <Titled kind={kind} /> },
            { title: head[1], key: 'at', render: (_, { createdAt }) => moment(createdAt) },
            { title: head[2], key: 'status', render: (_, job) => <State job={job} /> },
            { title: head[3], key: 'result', render: (_, job) => <Result job={job} /> },
          ]}
        />
      </div>
      <p className="quiet">{t('这里列出从本浏览器发起的最近 {count} 项任务。离开页面任务照常进行；退出登录后清空列表，任务不受影响。', { count: MOST })}</p>
    </div>
  );
}

/** The unused places ask for the first one again. */
function asked(ids: string[]): StartedJobsQueryVariables | null {
  const [first] = ids;
  if (first === undefined) return null;
  return Object.fromEntries(Array.from({ length: MOST }, (_, place) => [`id${place + 1}`, ids[place] ?? first])) as StartedJobsQueryVariables;
}

function Nothing() {
  return (
    <Empty>
      <p>{t('本浏览器还没有发起过任务。导出检索结果、比对年报、集中报送、核验审计链都会在这里显示进度和结果。')}</p>
    </Empty>
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
