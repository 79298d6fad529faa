// 登记法定代表人手机号 Where codes for the registration of a liaison are sent from then on; the reason is kept in the audit log.
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { ask, GraphFailure, NO_ABORT } from '../graphql/client.ts';
import { useAct } from '../room/useAct.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { RecordLegalRepPhoneDocument } from './generated/graphql.ts';

type Typed = { uscc: string; phone: string; reason: string };
const trimmed = (text: unknown) => (typeof text === 'string' ? text.trim() : text);

export function LegalPhone() {
  const [form] = Form.useForm<Typed>();
  const [recorded, setRecorded] = useState('');
  const { isBusy, failure, act } = useAct();
  const submit = (typed: Typed) =>
    act(async () => {
      setRecorded('');
      const input = { uscc: typed.uscc.trim().toUpperCase(), phone: typed.phone.trim(), reason: typed.reason.trim() };
      const { recordLegalRepPhone: answer } = await ask(RecordLegalRepPhoneDocument, { input }, NO_ABORT);
      const at = answer.userErrors.filter(({ path }) => Object.keys(typed).includes(path.at(-1) ?? ''));
      form.setFields(at.map(({ path, message }) => ({ name: path.at(-1) as keyof Typed, errors: [message] })));
      const rest = answer.userErrors.find((error) => !at.includes(error));
      if (rest) throw new GraphFailure(rest.message, rest.code);
      if (!answer.phoneMasked) return;
      setRecorded(t('{uscc} 的法定代表人手机号已登记为 {phone}。', { uscc: input.uscc, phone: answer.phoneMasked }));
      form.resetFields();
    });
  return (
    <section className="card room-narrow" aria-labelledby="legal-phone">
      <h2 id="legal-phone">{t('登记法定代表人手机号')}</h2>
      <p className="quiet">{t('联络员注册和变更的验证码此后发到这个号码。请核对身份证件后登记。')}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(typed) => void submit(typed)}>
        <Form.Item name="uscc" label={t('统一社会信用代码')} rules={[{ required: true, pattern: /^[0-9A-Z]{18}$/i, transform: trimmed, message: t('请填写 18 位统一社会信用代码') }]}>
          <Input autoComplete="off" autoCapitalize="characters" maxLength={20} />
        </Form.Item>
        <Form.Item name="phone" label={t('法定代表人手机号')} rules={[{ required: true, pattern: /^1\d{10}$/, transform: trimmed, message: t('请填写 11 位手机号') }]}>
          <Input inputMode="tel" autoComplete="off" maxLength={13} />
        </Form.Item>
        <Form.Item name="reason" label={t('登记依据')} extra={t('写明核对了什么，记入审计。')} rules={[{ required: true, min: 4, max: 200, message: t('请用 4 到 200 个字说明') }]}>
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        {failure && <Failed failure={failure} />}
        <p role="status">{recorded}</p>
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {t('登记')}
        </Button>
      </Form>
    </section>
  );
}
