// 分支机构 All branches with their state; those that can be are filed for in one job, and each refusal stands at its row.
import { Button, Progress, Table } from 'antd';
import { useEffect, useState } from 'react';
import { ask, NO_ABORT, refuse, toFailure } from '../graphql/client.ts';
import { usePages } from '../graphql/useGraph.ts';
import { Scrollable } from '../room/Scrollable.tsx';
import { useAct } from '../room/useAct.ts';
import { Download } from '../shared/Download.tsx';
import { day } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { BranchFilings, FileBranchReports, type Filing, FilingJob } from './asked.ts';
import { BranchTable } from './BranchTable.tsx';
import { DueDay, StageTag } from './FilingsPage.tsx';
import type { BranchFilingsQuery } from './generated/graphql.ts';

const PAUSE_MS = 800;
type Outcome = { uscc: string; receiptNumber?: string | null; errors?: { message: string }[] };
type Going = { done: number; total: number | null; outcomes: Outcome[] | null };

const connection = (data: BranchFilingsQuery) => data.branchFilings;

type Props = { filing: Filing; importId: string; show: (importId: string) => void };

export function Branches({ filing, importId, show }: Props) {
  const found = usePages(BranchFilings, { uscc: filing.uscc, year: filing.year }, connection);
  const [chosen, setChosen] = useState<string[]>([]);
  const [going, setGoing] = useState<Going | null>(null);
  const { isBusy, failure, act } = useAct();
  const branches = found.pages.flatMap(({ nodes }) => nodes);
  const { hasMore, more, loading } = found;
  useEffect(() => {
    if (hasMore && !loading && branches.length < 1000) more();
  }, [hasMore, loading, more, branches.length]);
  if (found.failure) return <Failed failure={found.failure} retry={found.retry} />;
  if (found.pages.length === 0) return <Loading lines={3} />;
  if (branches.length === 0) return <Empty>{t('没有登记的分支机构；新设的登记后会列在这里。')}</Empty>;
  const file = () =>
    act(async () => {
      const input = { uscc: filing.uscc, year: filing.year, idempotencyKey: crypto.randomUUID(), branches: chosen.map((uscc) => ({ uscc })) };
      const { fileBranchReports: answer } = await ask(FileBranchReports, { input }, NO_ABORT);
      refuse(answer.userErrors);
      if (answer.job) await followed(answer.job.id, setGoing);
      setChosen([]);
      found.retry();
    });
  const outcomes = new Map(going?.outcomes?.map((outcome) => [outcome.uscc, outcome]));
  return (
    <div className="stack">
      <Scrollable label={t('分支机构')}>
        <Table
          size="small"
          rowKey="uscc"
          dataSource={branches}
          pagination={branches.length > 20 ? { pageSize: 20 } : false}
          rowSelection={{
            selectedRowKeys: chosen,
            onChange: (keys) => setChosen(keys.map(String)),
            getCheckboxProps: ({ filedOn, name }) => ({ disabled: filedOn !== null, 'aria-label': name }),
          }}
          columns={[
            { title: t('分支机构'), key: 'name', render: (_, one) => <Link to={{ page: 'draft', uscc: one.uscc, year: one.year, question: '' }}>{one.name}</Link> },
            { title: t('状态'), key: 'stage', render: (_, one) => <StageTag filing={one} /> },
            { title: t('期限'), key: 'due', render: (_, one) => <DueDay filing={one} /> },
            { title: t('结果'), key: 'outcome', render: (_, one) => <OutcomeText outcome={outcomes.get(one.uscc)} /> },
          ]}
        />
      </Scrollable>
      <Download
        name={t('{name}的分支机构年报', { name: filing.name })}
        head={[t('分支机构'), t('统一社会信用代码'), t('状态'), t('截止日期'), t('报送日期'), t('回执编号'), t('结果')]}
        rows={branches.map((one) => [one.name, one.uscc, term('FilingStage', one.stage), day(one.dueOn), day(one.filedOn), one.receiptNumber, outcomeOf(outcomes.get(one.uscc))])}
      />
      {failure && <Failed failure={failure} />}
      {going && !going.outcomes && <Progress percent={going.total ? Math.round((100 * going.done) / going.total) : 0} aria-label={t('报送进度')} />}
      <Button type="primary" disabled={chosen.length === 0} loading={isBusy} onClick={() => void file()}>
        {t('集中报送所选 {count} 户', { count: chosen.length })}
      </Button>
      <BranchTable filing={filing} importId={importId} show={show} done={found.retry} />
    </div>
  );
}

function OutcomeText({ outcome }: { outcome: Outcome | undefined }) {
  return <span className={outcome?.receiptNumber ? undefined : 'fault'}>{outcomeOf(outcome)}</span>;
}

function outcomeOf(outcome: Outcome | undefined): string {
  return outcome?.receiptNumber ?? outcome?.errors?.map(({ message }) => message).join('；') ?? '';
}

/** Looks at the job until it is over. */
async function followed(id: string, tell: (going: Going) => void): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const { job } = await ask(FilingJob, { id }, NO_ABORT, { anew: true });
    if (!job) return;
    if (job.status === 'FAILED') throw toFailure(new Error(job.error ?? ''));
    if (job.status === 'DONE') {
      tell({ done: job.done, total: job.total, outcomes: outcomesOf(job.result) });
      return;
    }
    tell({ done: job.done, total: job.total, outcomes: null });
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function outcomesOf(result: string | null): Outcome[] {
  try {
    return (JSON.parse(result ?? '{}') as { branches?: Outcome[] }).branches ?? [];
  } catch {
    return [];
  }
}
