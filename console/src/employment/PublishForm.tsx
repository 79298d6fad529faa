// 公示岗位 One post; what the rules doubt is shown and has to be confirmed before it is published.
import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { ask, GraphFailure, NO_ABORT } from '../graphql/client.ts';
import { useAct } from '../room/useAct.ts';
import { today } from '../shared/format.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import { type EducationRequirement, PublishPostDocument, type PublishPostMutation } from './generated/graphql.ts';
import { Place } from './Place.tsx';

type Typed = {
  post: string;
  headCount: number;
  graduates?: number | null;
  payLowYuan: number;
  payHighYuan: number;
  experienceYears?: number | null;
  education: EducationRequirement;
  regionCode: string;
  benefits?: string;
  until: string;
  confirmed?: boolean;
};
type Answer = PublishPostMutation['publishEmploymentNeed'];

/** As long as a vacancy usually stands. */
const MONTHS = 3;

export function PublishForm({ uscc, done }: { uscc: string; done: (post: string) => void }) {
  const [form] = Form.useForm<Typed>();
  const [key] = useState(() => crypto.randomUUID());
  const [findings, setFindings] = useState<NonNullable<Answer['findings']>>([]);
  const { isBusy, failure, act } = useAct();
  const doubted = findings.some(({ severity }) => severity === 'WARNING');
  const submit = (typed: Typed) =>
    act(async () => {
      const benefits = typed.benefits?.trim();
      const input = {
        uscc,
        idempotencyKey: key,
        post: typed.post.trim(),
        headCount: typed.headCount,
        graduates: typed.graduates ?? 0,
        payLowYuan: typed.payLowYuan,
        payHighYuan: typed.payHighYuan,
        experienceYears: typed.experienceYears ?? null,
        education: typed.education,
        regionCode: typed.regionCode,
        until: typed.until,
        confirmed: typed.confirmed ?? false,
        ...(benefits && { benefits }),
      };
      const { publishEmploymentNeed: answer } = await ask(PublishPostDocument, { input }, NO_ABORT);
      setFindings(answer.findings ?? []);
      if (answer.need) return done(answer.need.post);
      const named = new Set(Object.keys(form.getFieldsValue()));
      const at = answer.userErrors.filter(({ path, code }) => named.has(path.at(-1) ?? '') && code !== 'WARNING_NEEDS_CONFIRMATION');
      form.setFields(at.map(({ path, message }) => ({ name: path.at(-1) as keyof Typed, errors: [message] })));
      const rest = answer.userErrors.find((error) => !at.includes(error));
      if (rest) throw new GraphFailure(rest.message, rest.code);
      return undefined;
    });
  return (
    <section className="card post-form">
      <h2>{t('公示新岗位')}</h2>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ headCount: 1, education: 'ANY', until: later(MONTHS) }}
        onFinish={(typed) => void submit(typed)}
      >
        <Form.Item name="post" label={t('岗位')} rules={[{ required: true, whitespace: true, message: t('请填写岗位') }]}>
          <Input maxLength={50} autoComplete="off" />
        </Form.Item>
        <div className="post-two">
          <Form.Item name="headCount" label={t('招聘人数')} rules={need(t('请填写人数'))}>
            <InputNumber min={1} max={99999} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="graduates" label={t('其中应届毕业生（选填）')}>
            <InputNumber min={0} max={99999} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="payLowYuan" label={t('月薪下限（元）')} rules={need(t('请填写月薪'))}>
            <InputNumber min={0} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="payHighYuan" label={t('月薪上限（元）')} rules={need(t('请填写月薪'))}>
            <InputNumber min={0} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="experienceYears" label={t('工作年限要求（年，选填）')}>
            <InputNumber min={0} max={60} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="education" label={t('学历要求')}>
            <Select options={valuesOf('EducationRequirement').map((level) => ({ value: level, label: term('EducationRequirement', level) }))} />
          </Form.Item>
        </div>
        <Form.Item name="regionCode" label={t('工作地点')} rules={need(t('请选择工作地点'))}>
          <PlaceInput />
        </Form.Item>
        <Form.Item name="benefits" label={t('福利待遇（选填）')}>
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        <Form.Item name="until" label={t('公示至')} extra={t('最长一年，到期自动不再公示。')} rules={need(t('请填写截止日期'))}>
          <Input type="date" min={today()} max={later(12)} style={{ maxWidth: '14rem' }} />
        </Form.Item>
        <div aria-live="polite">
          {findings.map(({ ruleId, severity, message, mend }) => (
            <p key={ruleId} className={severity === 'ERROR' ? 'note note-error' : 'note note-warning'}>
              <strong>{term('FindingSeverity', severity)}</strong> {message} {mend}
            </p>
          ))}
        </div>
        {doubted && (
          <Form.Item name="confirmed" valuePropName="checked">
            <Checkbox>{t('已核对，情况属实')}</Checkbox>
          </Form.Item>
        )}
        {failure && <Failed failure={failure} />}
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {t('公示这个岗位')}
        </Button>
      </Form>
    </section>
  );
}

const need = (message: string) => [{ required: true, message }];

/** What the form hands to it. */
function PlaceInput({ id = 'place', value = '', onChange, ...rest }: { id?: string; value?: string; onChange?: (code: string) => void }) {
  const isWrong = (rest as Record<string, unknown>)['aria-invalid'];
  return <Place id={id} value={value} choose={(code) => onChange?.(code)} invalid={isWrong === 'true' || isWrong === true} />;
}

function later(months: number): string {
  const [year = 0, month = 1, date = 1] = today().split('-').map(Number);
  // A day that the month lacks becomes its last.
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}
