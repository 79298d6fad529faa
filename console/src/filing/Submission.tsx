// 报送 What stands in the way, the preview, the submission that asks once, and the receipt. After that: what was
// published, and the way to correct it as long as the law lets.
import { App, Button, Descriptions, Form, Input, Result } from 'antd';
import { useEffect, useState } from 'react';
import { ask, GraphFailure, NO_ABORT, refuse } from '../graphql/client.ts';
import { Print } from '../documents/Print.tsx';
import { useGraph } from '../graphql/useGraph.ts';
import { Frame } from '../room/Room.tsx';
import { moment } from '../room/time.ts';
import { useAct } from '../room/useAct.ts';
import { dated, day } from '../shared/format.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { CorrectAnnualReport, ModifyAnnualReport, PublishedReport, type Receipt, SubmitAnnualReport } from './asked.ts';
import { Note } from './FieldBox.tsx';
import { itemsOf } from './layout.ts';
import { Preview } from './Preview.tsx';
import type { Report } from './useFiling.ts';

type Props = { report: Report; isCorrection?: boolean; goTo?: (section: string) => void; correct?: () => void };

export function Submission(props: Props) {
  return (
    <Frame>
      <Stage {...props} />
    </Frame>
  );
}

function Stage({ report, isCorrection = false, goTo, correct }: Props) {
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const { filing } = report;
  if (!filing) return null;
  if (receipt) return <ReceiptCard receipt={receipt} name={filing.name} />;
  if (correct) return <Filed report={report} correct={correct} />;
  return (
    <div className="stack">
      <Obstacles report={report} goTo={goTo ?? (() => {})} />
      <Preview report={report} />
      {isCorrection ? <Correct report={report} done={setReceipt} /> : <Submit report={report} done={setReceipt} />}
    </div>
  );
}

/** Each finding once, with the way to its section. */
function Obstacles({ report, goTo }: { report: Report; goTo: (section: string) => void }) {
  const findings = report.draft?.findings ?? [];
  useEffect(() => document.getElementById('submission')?.focus(), []);
  const errors = findings.filter(({ severity }) => severity === 'ERROR').length;
  const unexplained = findings.filter(({ severity, ruleId }) => severity === 'WARNING' && !report.reasons[ruleId]?.trim()).length;
  const sectionOf = (paths: readonly string[]) =>
    report.parts.find((part) => itemsOf(part).some(({ path }) => paths.includes(path)) || paths.includes(part.section.name))?.section;
  return (
    <section className="card">
      <h2 id="submission" tabIndex={-1}>
        {t('核查结果')}
      </h2>
      <p role="status">
        {errors === 0 && unexplained === 0
          ? t('可以报送。')
          : t('错误 {errors} 个，待说明的提醒 {unexplained} 个。', { errors, unexplained })}
      </p>
      {findings.map((finding) => {
        const section = sectionOf(finding.paths);
        return (
          <div key={`${finding.ruleId} ${finding.paths.join()}`} className="obstacle">
            <Note finding={finding} report={report} at="submission" />
            {section && (
              <Button size="small" onClick={() => goTo(section.name)}>
                {t('去填写：{section}', { section: section.label })}
              </Button>
            )}
          </div>
        );
      })}
    </section>
  );
}

/** The same key until an answer came: asking twice files once. */
function useKey(): [string, () => void] {
  const [key, setKey] = useState(() => crypto.randomUUID());
  return [key, () => setKey(crypto.randomUUID())];
}

function Submit({ report, done }: { report: Report; done: (receipt: Receipt) => void }) {
  const { modal } = App.useApp();
  const { isBusy, failure, act } = useAct();
  const [key, another] = useKey();
  const { filing } = report;
  const errors = report.draft?.findings.filter(({ severity }) => severity === 'ERROR').length ?? 0;
  if (!filing) return null;
  const submit = () =>
    act(async () => {
      if (!(await report.flush())) throw new GraphFailure(t('草稿还没有保存，请稍后再报送。'), 'CONSOLE');
      const input = { uscc: filing.uscc, year: filing.year, idempotencyKey: key };
      const { submitAnnualReport: answer } = await ask(SubmitAnnualReport, { input }, NO_ABORT);
      if (answer.receipt) return done(answer.receipt);
      another();
      await report.reload();
      return refuse(answer.userErrors);
    });
  const confirm = () =>
    modal.confirm({
      title: t('报送 {year} 年度报告？', { year: filing.year }),
      content: t('报送后立即向社会公示，公示内容由本主体负责；需要改动的，按更正办理并留下记录。'),
      okText: t('确认报送'),
      onOk: submit,
    });
  return (
    <section className="card stack">
      {failure && <Failed failure={failure} />}
      <Button type="primary" size="large" loading={isBusy} disabled={errors > 0} onClick={confirm}>
        {t('报送')}
      </Button>
      {errors > 0 && <p className="quiet">{t('改正全部错误后才能报送；提醒写明情况即可。')}</p>}
    </section>
  );
}

function Correct({ report, done }: { report: Report; done: (receipt: Receipt) => void }) {
  const { isBusy, failure, act } = useAct();
  const [key, another] = useKey();
  const { filing, pending } = report;
  if (!filing) return null;
  const isModification = filing.steps.some(({ step, allowed }) => step === 'MODIFY' && allowed);
  const submit = ({ reason }: { reason: string }) =>
    act(async () => {
      const values = Object.entries(pending).flatMap(([path, value]) => (value === null ? [] : [{ path, value }]));
      const reasons = Object.entries(report.reasons).map(([ruleId, text]) => ({ ruleId, reason: text }));
      const input = { uscc: filing.uscc, year: filing.year, reportVersion: filing.reportVersion, idempotencyKey: key, values, reasons, reason };
      const answer = isModification
        ? (await ask(ModifyAnnualReport, { input }, NO_ABORT)).modifyAnnualReport
        : (await ask(CorrectAnnualReport, { input }, NO_ABORT)).correctAnnualReport;
      if (answer.receipt) return done(answer.receipt);
      another();
      return refuse(answer.userErrors);
    });
  return (
    <section className="card">
      <h2>{isModification ? t('修改') : t('更正')}</h2>
      <p className="quiet">{t('改动前后的内容、说明和时间一并公示。')}</p>
      <Form layout="vertical" onFinish={(typed: { reason: string }) => void submit(typed)}>
        <Form.Item name="reason" label={t('更正说明')} rules={[{ required: true, min: 4, max: 200, message: t('请用 4 到 200 个字说明') }]}>
          <Input.TextArea rows={2} />
        </Form.Item>
        {failure && <Failed failure={failure} />}
        <Button type="primary" htmlType="submit" loading={isBusy} disabled={Object.keys(pending).length === 0}>
          {t('提交')}
        </Button>
      </Form>
    </section>
  );
}

function ReceiptCard({ receipt, name }: { receipt: Receipt; name: string }) {
  return (
    <section className="card receipt" role="status">
      <Result
        status="success"
        title={t('年度报告已报送并公示')}
        subTitle={receipt.isLate ? t('逾期报送') : undefined}
        extra={<Print report={receipt} name={`${receipt.year} ${name}`} />}
      />
      <Descriptions
        bordered
        column={1}
        items={[
          { key: 'number', label: t('回执编号'), children: <strong className="code">{receipt.number}</strong> },
          { key: 'name', label: t('报送主体'), children: `${name}（${receipt.uscc}）` },
          { key: 'year', label: t('报告年度'), children: `${receipt.year}` },
          { key: 'at', label: t('报送时间'), children: moment(receipt.submittedAt) },
          { key: 'version', label: t('版本'), children: `${receipt.version}` },
        ]}
      />
    </section>
  );
}

/** 已报送 Number and day, what was changed since, and what may be done now or why not. */
function Filed({ report, correct }: { report: Report; correct: () => void }) {
  const { filing } = report;
  const { data } = useGraph(PublishedReport, filing ? { uscc: filing.uscc } : null);
  if (!filing) return null;
  const changes = data?.enterprise?.annualReports.nodes.find(({ year }) => year === filing.year)?.modifications ?? [];
  const steps = filing.steps.filter(({ step }) => step === 'CORRECT' || step === 'MODIFY');
  const allowed = steps.find((step) => step.allowed);
  const [refused] = steps.flatMap(({ refusal }) => refusal ?? []);
  return (
    <div className="stack">
      <section className="card">
        <h2>{term('FilingStage', filing.stage)}</h2>
        <Descriptions
          column={1}
          items={[
            { key: 'number', label: t('回执编号'), children: <strong className="code">{filing.receiptNumber ?? '—'}</strong> },
            { key: 'filed', label: t('报送日期'), children: `${day(filing.filedOn)}${filing.isLate ? `（${t('逾期报送')}）` : ''}` },
          ]}
        />
        <p className="actions">
          {allowed && <Button onClick={correct}>{allowed.step === 'MODIFY' ? t('修改') : t('更正')}</Button>}
        </p>
        <Print report={filing} name={`${filing.year} ${filing.name}`} hasReceipt={filing.receiptNumber !== null} />
        {!allowed && refused && <p className="quiet">{dated(refused.message)}</p>}
      </section>
      {changes.length > 0 && (
        <section className="card">
          <h2>{t('修改记录')}</h2>
          <ul>
            {changes.map((change) => (
              <li key={`${change.code} ${change.label}`}>
                {change.label}：{change.oldValue ?? '—'} → {change.newValue ?? '—'}（{change.reason}）
              </li>
            ))}
          </ul>
        </section>
      )}
      <Preview report={report} />
    </div>
  );
}
