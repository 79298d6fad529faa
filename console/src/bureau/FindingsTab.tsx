// 比对发现 Where a report says something else than the register: compared on demand, ordered to be corrected by a letter,
// settled with a reason.
import { App, Button, Input, Modal, Progress, Segmented, Space, Tag } from 'antd';
import { useState } from 'react';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { usePages } from '../graphql/useGraph.ts';
import { Listed } from '../room/Listed.tsx';
import { moment } from '../room/time.ts';
import { type Acting, useAct } from '../room/useAct.ts';
import { mayAct, useViewer } from '../shell/viewer.ts';
import { dated, day } from '../shared/format.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import type { PartProps } from './BureauPage.tsx';
import {
  CompareReportsDocument,
  ComparisonFindingsDocument,
  type ComparisonFindingsQuery,
  type FindingSettlement,
  type FindingStage,
  IssueCorrectionLetterDocument,
  SettleFindingDocument,
} from './generated/graphql.ts';
import { followed, type Share } from './job.ts';
import { Party } from './Party.tsx';

type Finding = ComparisonFindingsQuery['comparisonFindings']['nodes'][number];
const connection = (data: ComparisonFindingsQuery) => data.comparisonFindings;

export function FindingsTab({ place, go }: PartProps) {
  const stage = valuesOf('FindingStage').includes(place.narrow) ? (place.narrow as FindingStage) : '';
  const [chosen, setChosen] = useState<string[]>([]);
  const viewer = useViewer();
  const acting = useAct();
  const filter = stage ? { stages: [stage] } : {};
  const found = usePages(ComparisonFindingsDocument, { year: place.year, regionCode: place.region || null, filter }, connection);
  const rows = found.pages.flatMap(({ nodes }) => nodes);
  const stages = found.pages[0]?.stages ?? [];
  if (found.failure && rows.length === 0) return <Failed failure={found.failure} retry={found.retry} />;
  const issue = () =>
    acting.act(async () => {
      const { issueCorrectionLetter } = await ask(IssueCorrectionLetterDocument, { input: { findingIds: chosen } }, NO_ABORT);
      refuse(issueCorrectionLetter.userErrors);
      setChosen([]);
      found.retry();
    });
  const parties = new Set(rows.filter(({ id }) => chosen.includes(id)).map(({ enterprise }) => enterprise.uscc));
  return (
    <div className="stack">
      <div className="room-tools">
        {mayAct(viewer, 'COMPARE_REPORTS') && <Compare place={place} done={found.retry} />}
        {mayAct(viewer, 'ORDER_CORRECTION') && (
          <Button type="primary" disabled={chosen.length === 0 || parties.size > 1} loading={acting.isBusy} onClick={() => void issue()}>
            {t('责令改正所选 {count} 项', { count: chosen.length })}
          </Button>
        )}
      </div>
      {parties.size > 1 && <p className="quiet">{t('一份通知书只能针对同一户主体，请分开选择。')}</p>}
      {acting.failure && <Failed failure={acting.failure} />}
      {stages.length > 0 && (
        <div className="room-table">
          <Segmented<FindingStage | ''>
            value={stage}
            onChange={(narrow) => go({ narrow })}
            options={[{ value: '', label: t('全部') }, ...stages.map(({ stage: one, count }) => ({ value: one, label: `${term('FindingStage', one)} ${count}` }))]}
          />
        </div>
      )}
      <Listed<Finding>
        of={found}
        label={t('比对发现')}
        lines={8}
        empty={t('没有比对发现。可以开始一次比对。')}
        rowKey="id"
        rowSelection={{
          selectedRowKeys: chosen,
          onChange: (keys) => setChosen(keys.map(String)),
          getCheckboxProps: ({ possibleSteps, message }) => ({ disabled: !possibleSteps.includes('ISSUE_LETTER'), 'aria-label': message }),
        }}
        expandable={{ columnTitle: <span className="unseen">{t('详情')}</span>, expandedRowRender: (finding) => <Steps finding={finding} /> }}
        columns={[
          { title: t('主体'), key: 'party', render: (_, { enterprise }) => <Party of={enterprise} tab="reports" /> },
          { title: t('发现'), key: 'message', render: (_, { detector, message }) => <><strong>{detector?.title}</strong><div>{dated(message)}</div></> },
          { title: t('年报'), key: 'report', render: (_, { reportValue }) => dated(reportValue) },
          { title: t('登记档案'), key: 'archive', render: (_, { archiveValue }) => dated(archiveValue ?? '—') },
          { title: t('状态'), key: 'stage', render: (_, one) => <Stage finding={one} /> },
          { title: t('操作'), key: 'act', render: (_, one) => <Settling finding={one} acting={acting} done={found.retry} /> },
        ]}
        file={{
          name: `${place.year} ${t('比对发现')}`,
          head: [t('统一社会信用代码'), t('主体'), t('发现'), t('年报'), t('登记档案'), t('状态'), t('文号')],
          cells: (one) => [one.enterprise.uscc, one.enterprise.name, dated(one.message), dated(one.reportValue), dated(one.archiveValue ?? ''), term('FindingStage', one.stage), one.letter?.number ?? ''],
        }}
      />
    </div>
  );
}

function Stage({ finding: { stage, dueOn, letter } }: { finding: Finding }) {
  return (
    <>
      <Tag color={stage === 'OVERDUE' ? 'error' : stage === 'CORRECTED' || stage === 'DISMISSED' ? 'success' : 'warning'}>{term('FindingStage', stage)}</Tag>
      {dueOn && <div className="quiet">{t('{day}前答复', { day: day(dueOn) })}</div>}
      {letter && <div className="quiet">{letter.number}</div>}
    </>
  );
}

function Steps({ finding }: { finding: Finding }) {
  return (
    <>
      {finding.letter?.answer && <p>{t('答复')}：{finding.letter.answer}</p>}
      <ul>
        <li>{t('{day}发现', { day: day(finding.foundOn) })}{finding.detector && `，${finding.detector.source}`}</li>
        {finding.steps.map((step) => (
          <li key={`${step.step} ${step.takenAt}`}>
            {moment(step.takenAt)} {step.takenBy}：{term('FindingStage', step.stage)} {step.note}
          </li>
        ))}
      </ul>
    </>
  );
}

const SETTLEMENTS: { step: FindingSettlement; title: string; needsReason: boolean }[] = [
  { step: 'ACCEPT', title: '核查通过', needsReason: false },
  { step: 'REJECT', title: '继续责令', needsReason: true },
  { step: 'DISMISS', title: '核查无误', needsReason: true },
];

type SettlingProps = { finding: Finding; acting: Acting; done: () => void };

function Settling({ finding, acting, done }: SettlingProps) {
  const [asked, setAsked] = useState<(typeof SETTLEMENTS)[number] | null>(null);
  const [reason, setReason] = useState('');
  const possible = SETTLEMENTS.filter(({ step }) => finding.possibleSteps.includes(step));
  const settle = async () => {
    if (!asked) return;
    const isDone = await acting.act(async () => {
      const input = { findingId: finding.id, settlement: asked.step, ...(reason.trim() && { reason: reason.trim() }) };
      const { settleFinding } = await ask(SettleFindingDocument, { input }, NO_ABORT);
      refuse(settleFinding.userErrors);
      done();
    });
    if (isDone) setAsked(null);
  };
  return (
    <Space wrap>
      {possible.map((one) => (
        <Button key={one.step} size="small" onClick={() => setAsked(one)}>
          {t(one.title)}
          <span className="unseen"> {finding.enterprise.name}</span>
        </Button>
      ))}
      <Modal
        open={asked !== null}
        title={asked && t(asked.title)}
        onCancel={() => setAsked(null)}
        onOk={() => void settle()}
        okButtonProps={{ disabled: (asked?.needsReason ?? false) && reason.trim().length < 4 }}
      >
        <p>{dated(finding.message)}</p>
        <label htmlFor={`reason-${finding.id}`}>{asked?.needsReason ? t('理由（4 个字以上）') : t('说明')}</label>
        <Input.TextArea id={`reason-${finding.id}`} value={reason} rows={2} maxLength={200} onChange={(event) => setReason(event.target.value)} />
        {acting.failure && <Failed failure={acting.failure} />}
      </Modal>
    </Space>
  );
}

function Compare({ place, done }: { place: PartProps['place']; done: () => void }) {
  const { message } = App.useApp();
  const [share, setShare] = useState<Share | null>(null);
  const { isBusy, failure, act } = useAct();
  const start = () =>
    act(async () => {
      const input = { year: place.year, ...(place.region && { regionCode: place.region }) };
      const { compareReports } = await ask(CompareReportsDocument, { input }, NO_ABORT);
      refuse(compareReports.userErrors);
      if (!compareReports.job) return;
      const told = await followed<{ reports?: number; new?: number; cleared?: number }>(compareReports.job.id, setShare);
      setShare(null);
      message.success(t('比对 {reports} 份，新发现 {found} 项，消除 {cleared} 项', { reports: told.reports ?? 0, found: told.new ?? 0, cleared: told.cleared ?? 0 }));
      done();
    });
  return (
    <>
      <Button loading={isBusy} onClick={() => void start()}>
        {t('开始比对')}
      </Button>
      {share && <Progress style={{ width: '12rem' }} percent={share.total ? Math.round((100 * share.done) / share.total) : 0} aria-label={t('比对进度')} />}
      {failure && <Failed failure={failure} />}
    </>
  );
}
