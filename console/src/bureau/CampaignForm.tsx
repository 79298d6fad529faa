// 发起催报 Whom to remind, with which words, how many a day. What the text becomes is shown before anything is sent.
import { App, Button, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { Place as PlaceField } from '../employment/Place.tsx';
import { ask, GraphFailure, NO_ABORT } from '../graphql/client.ts';
import { useAct } from '../room/useAct.ts';
import { Failed } from '../shared/states.tsx';
import { day } from '../shared/format.ts';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import { useViewer } from '../shell/viewer.ts';
import type { Place } from './BureauPage.tsx';
import { CreateReminderCampaignDocument, type FilerKind } from './generated/graphql.ts';

type Typed = { regionCode: string; kinds?: FilerKind[]; text: string; startAt?: string; dailyCap: number };
const USUAL_CAP = 1000;

export function CampaignForm({ place, done }: { place: Place; done: () => void }) {
  const viewer = useViewer();
  const own = viewer?.viewer.roles.find(({ regionCode }) => regionCode)?.regionCode ?? '';
  const { modal, message } = App.useApp();
  const [form] = Form.useForm<Typed>();
  const [key] = useState(() => crypto.randomUUID());
  const { isBusy, failure, act } = useAct();
  const text = Form.useWatch('text', form) ?? '';
  const begin = (typed: Typed) =>
    act(async () => {
      const input = {
        year: place.year,
        regionCode: typed.regionCode,
        kinds: typed.kinds ?? [],
        text: typed.text.trim(),
        dailyCap: typed.dailyCap,
        idempotencyKey: key,
        // As Beijing's clock shows it.
        ...(typed.startAt && { startAt: `${typed.startAt}:00+08:00` }),
      };
      const { createReminderCampaign: answer } = await ask(CreateReminderCampaignDocument, { input }, NO_ABORT);
      const named = new Set(Object.keys(form.getFieldsValue(true)));
      const at = answer.userErrors.filter(({ path }) => named.has(path.at(-1) ?? ''));
      form.setFields(at.map(({ path, message: told }) => ({ name: path.at(-1) as keyof Typed, errors: [told] })));
      const rest = answer.userErrors.find((error) => !at.includes(error));
      if (rest) throw new GraphFailure(rest.message, rest.code);
      if (!answer.campaign) return;
      message.success(t('已发起催报，正在编制名单'));
      done();
    });
  const confirm = (typed: Typed) =>
    modal.confirm({
      title: t('向尚未报送 {year} 年度报告的主体发送短信？', { year: place.year }),
      content: t('短信发到联络员或者法定代表人的手机，20 时至次日 8 时不发送；发出后不能撤回。'),
      okText: t('发起催报'),
      onOk: () => begin(typed),
    });
  return (
    <section className="card room-narrow" aria-labelledby="campaign">
      <h2 id="campaign">{t('发起催报：{year} 年度报告', { year: place.year })}</h2>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ regionCode: place.region || own, dailyCap: USUAL_CAP, text: t('{name}：贵单位尚未报送{year}年度报告，请于{due}前登录本系统报送。') }}
        onFinish={confirm}
      >
        <Form.Item name="regionCode" label={t('地区（含下级）')} rules={[{ required: true, message: t('请选择地区') }]}>
          <RegionInput />
        </Form.Item>
        <Form.Item name="kinds" label={t('主体类型（不选为全部）')}>
          <Select mode="multiple" allowClear options={valuesOf('FilerKind').map((kind) => ({ value: kind, label: term('FilerKind', kind) }))} />
        </Form.Item>
        <Form.Item
          name="text"
          label={t('短信内容')}
          extra={t('10 到 200 个字，不能有链接；{name}、{year}、{due} 会换成名称、年度和截止日期，退订办法自动附在后面。')}
          rules={[{ required: true, min: 10, max: 200, message: t('请用 10 到 200 个字说明') }]}
        >
          <Input.TextArea rows={3} maxLength={200} />
        </Form.Item>
        <p className="note" aria-live="polite">
          {t('示例')}：{exampleOf(text, place.year)}
        </p>
        <Form.Item name="dailyCap" label={t('每日上限（条）')} rules={[{ required: true, message: t('请填写每日上限') }]}>
          <InputNumber min={1} max={100_000} precision={0} />
        </Form.Item>
        <Form.Item name="startAt" label={t('开始时间（北京时间，不填为现在）')}>
          <Input type="datetime-local" style={{ maxWidth: '16rem' }} />
        </Form.Item>
        {failure && <Failed failure={failure} />}
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {t('发起催报')}
        </Button>
      </Form>
    </section>
  );
}

function exampleOf(text: string, year: number): string {
  const values: Record<string, string> = { name: t('某某商贸有限公司'), year: String(year), due: day(`${year + 1}-06-30`) };
  return text.replaceAll(/\{(name|year|due)\}/g, (_, name: string) => values[name] ?? '');
}

function RegionInput({ id = 'region', value = '', onChange }: { id?: string; value?: string; onChange?: (code: string) => void }) {
  return <PlaceField id={id} value={value} choose={(code) => onChange?.(code)} />;
}
