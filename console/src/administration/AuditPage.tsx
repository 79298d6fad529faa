// 审计记录 The chained log, filtered, and the check that no entry was changed or taken out.
import { Alert, Button, Form, Input, Progress, Select } from 'antd';
import { useState } from 'react';
import { ask, GraphFailure, NO_ABORT, refuse } from '../graphql/client.ts';
import { usePages } from '../graphql/useGraph.ts';
import { Listed } from '../room/Listed.tsx';
import { Room } from '../room/Room.tsx';
import { moment } from '../room/time.ts';
import { useAct } from '../room/useAct.ts';
import { amend, type RoomRoute } from '../route.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { actChoices, actOf, outcomeOf } from './acts.ts';
import { AuditJobDocument, AuditTrailDocument, type AuditTrailQuery, StartAuditVerificationDocument } from './generated/graphql.ts';

type Entry = AuditTrailQuery['auditTrail']['nodes'][number];
type Filter = { actor?: string; act?: string; subject?: string };
const connection = (data: AuditTrailQuery) => data.auditTrail;
const PAUSE_MS = 500;

export function AuditPage({ route }: { route: RoomRoute }) {
  const filter = Object.fromEntries(new URLSearchParams(route.at)) as Filter;
  const choose = (typed: Filter) => {
    const given = Object.entries(typed).filter(([, value]) => value?.trim()) as [string, string][];
    amend({ ...route, at: new URLSearchParams(given).toString() });
  };
  return (
    <Room route={route} title={t('审计记录')}>
      {() => (
        <>
          <Verification />
          <Form className="room-tools" layout="vertical" initialValues={filter} onFinish={choose}>
            <Form.Item name="actor" label={t('操作人')}>
              <Input allowClear />
            </Form.Item>
            <Form.Item name="act" label={t('操作')}>
              <Select allowClear showSearch={{ optionFilterProp: 'label' }} options={actChoices()} placeholder={t('全部')} style={{ width: '14rem', maxWidth: '100%' }} />
            </Form.Item>
            <Form.Item name="subject" label={t('对象')}>
              <Input allowClear />
            </Form.Item>
            <Button htmlType="submit" type="primary">
              {t('查询')}
            </Button>
          </Form>
          <Trail key={route.at} filter={filter} />
        </>
      )}
    </Room>
  );
}

function Trail({ filter }: { filter: Filter }) {
  const found = usePages(AuditTrailDocument, { filter }, connection);
  const cells = (entry: Entry) => [String(entry.sequence), moment(entry.recordedAt), entry.actor, actOf(entry.act), entry.subject, outcomeOf(entry.outcome), entry.source ?? ''];
  const head = [t('序号'), t('时间'), t('操作人'), t('操作'), t('对象'), t('结果'), t('来源')];
  return (
    <Listed<Entry>
      of={found}
      label={t('审计记录')}
      lines={8}
      empty={t('没有符合条件的记录，请放宽条件。')}
      rowKey="sequence"
      expandable={{
        columnTitle: <span className="unseen">{t('详情')}</span>,
        expandedRowRender: ({ act, detail, hash }) => (
          <>
            <p className="code">{act}</p>
            <p>{detail || '—'}</p>
            <p className="quiet code">SM3 {hash ?? '—'}</p>
          </>
        ),
      }}
      columns={head.map((title, place) => ({ title, key: title, render: (_: unknown, entry: Entry) => cells(entry)[place] }))}
      file={{ name: t('审计记录'), head, cells }}
    />
  );
}

type Verdict = { whole?: boolean; entries?: number; brokenAt?: number | null; message?: string };

function Verification() {
  const { isBusy, failure, act } = useAct();
  const [share, setShare] = useState<number | null>(null);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const start = () =>
    act(async () => {
      setVerdict(null);
      const { startAuditVerification } = await ask(StartAuditVerificationDocument, {}, NO_ABORT);
      refuse(startAuditVerification.userErrors);
      if (startAuditVerification.job) setVerdict(await followed(startAuditVerification.job.id, setShare));
      setShare(null);
    });
  return (
    <section className="card stack">
      <p className="actions">
        <Button loading={isBusy} onClick={() => void start()}>
          {t('核验审计链')}
        </Button>
        <span className="quiet">{t('逐条核对 SM3 摘要，检查有没有被改动或者抽走。')}</span>
      </p>
      {share !== null && <Progress percent={share} aria-label={t('核验进度')} />}
      {failure && <Failed failure={failure} />}
      {verdict && <Alert role="status" type={verdict.whole ? 'success' : 'error'} showIcon title={sentenceOf(verdict)} />}
    </section>
  );
}

function sentenceOf({ whole, entries = 0, brokenAt, message }: Verdict): string {
  if (message) return message;
  if (whole) return t('审计链完整，共 {count} 条，没有发现改动。', { count: entries });
  return t('审计链不完整：自第 {place} 条起与摘要不符，请保全现场并立即上报。', { place: brokenAt ?? '?' });
}

async function followed(id: string, tell: (share: number) => void): Promise<Verdict> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const { job } = await ask(AuditJobDocument, { id }, NO_ABORT, { anew: true });
    if (!job || job.status === 'FAILED') throw new GraphFailure(job?.error ?? t('核验没有完成，请稍后重试。'), 'CONSOLE');
    if (job.status === 'DONE') return JSON.parse(job.result ?? '{}') as Verdict;
    tell(job.total ? Math.round((100 * job.done) / job.total) : 0);
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
