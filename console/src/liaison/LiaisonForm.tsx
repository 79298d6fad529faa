// 联络员信息 Two steps: a code to the telephone of the legal representative, then who is to be liaison. A code may be asked
// for again after a minute; what the graph refuses stands at the field that it is about.
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { ask, GraphFailure, NO_ABORT } from '../graphql/client.ts';
import { useAct } from '../room/useAct.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { minutes, useSecondsLeft } from './countdown.ts';
import { ChangeLiaisonDocument, type LiaisonNowFragment, type LiaisonPurpose, RegisterLiaisonDocument, RequestCodeDocument } from './generated/graphql.ts';

type Typed = { uscc: string; legalRepPhone?: string; code: string; name: string; phone: string; idNumber?: string; login: string; password: string };
type Requested = { ticket: string; uscc: string; expiresAt: number; resendAt: number };
type Fault = { code: string; message: string; path: string[] };
type Props = { purpose: LiaisonPurpose; uscc: string; done: (liaison: LiaisonNowFragment, uscc: string) => void };

const USCC = /^[0-9A-Z]{18}$/i;
const PHONE = /^1\d{10}$/;

export function LiaisonForm({ purpose, uscc, done }: Props) {
  const [form] = Form.useForm<Typed>();
  const { isBusy, failure, act } = useAct();
  const [requested, setRequested] = useState<Requested | null>(null);
  const [resendAt, setResendAt] = useState(0);
  const wait = useSecondsLeft(resendAt);
  const good = useSecondsLeft(requested?.expiresAt ?? 0);

  /** At their fields; what is about none stands above the button. */
  const point = (errors: readonly Fault[]) => {
    const known = new Set(Object.keys(form.getFieldsValue(true)).concat(['uscc', 'legalRepPhone', 'code', 'name', 'phone', 'idNumber', 'login', 'password']));
    const at = errors.filter(({ path }) => known.has(path.at(-1) ?? ''));
    form.setFields(at.map(({ path, message }) => ({ name: path.at(-1) as keyof Typed, errors: [message] })));
    const [first] = at;
    if (first) form.getFieldInstance(first.path.at(-1) as keyof Typed)?.focus?.();
    const rest = errors.find((error) => !at.includes(error));
    if (rest) throw new GraphFailure(rest.message, rest.code);
  };

  const request = () =>
    act(async () => {
      const typed = await form.validateFields(['uscc', 'legalRepPhone']).catch(() => null);
      if (!typed) return;
      const code = typed.uscc.trim().toUpperCase();
      const input = { uscc: code, purpose, ...(typed.legalRepPhone?.trim() && { legalRepPhone: typed.legalRepPhone.trim() }) };
      const { requestLegalRepCode: answer } = await ask(RequestCodeDocument, { input }, NO_ABORT);
      const [error] = answer.userErrors;
      if (error?.retryAfterSeconds) setResendAt(Date.now() + 1000 * error.retryAfterSeconds);
      point(answer.userErrors);
      if (!answer.ticket || !answer.expiresAt || !answer.resendAt) return;
      setRequested({ ticket: answer.ticket, uscc: code, expiresAt: Date.parse(answer.expiresAt), resendAt: Date.parse(answer.resendAt) });
      setResendAt(Date.parse(answer.resendAt));
      form.setFieldValue('code', '');
      form.getFieldInstance('code')?.focus();
    });

  const submit = (typed: Typed) =>
    act(async () => {
      if (!requested) return;
      const idNumber = typed.idNumber?.trim();
      const input = {
        uscc: requested.uscc,
        ticket: requested.ticket,
        code: typed.code.trim(),
        name: typed.name.trim(),
        phone: typed.phone.trim(),
        ...(idNumber && { idNumber }),
        login: typed.login.trim(),
        password: typed.password,
      };
      const answer =
        purpose === 'REGISTER'
          ? (await ask(RegisterLiaisonDocument, { input }, NO_ABORT)).registerLiaison
          : (await ask(ChangeLiaisonDocument, { input }, NO_ABORT)).changeLiaison;
      point(answer.userErrors);
      if (answer.liaison) done(answer.liaison, requested.uscc);
    });

  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={{ uscc }} onFinish={(typed) => void submit(typed)}>
      <section className="card">
        <h2>{t('第一步：验证法定代表人（负责人）')}</h2>
        <Form.Item name="uscc" label={t('统一社会信用代码')} rules={[{ required: true, pattern: USCC, transform: trimmed, message: t('请填写 18 位统一社会信用代码') }]}>
          <Input autoComplete="off" autoCapitalize="characters" maxLength={20} readOnly={purpose === 'CHANGE'} onChange={() => setRequested(null)} />
        </Form.Item>
        <Form.Item
          name="legalRepPhone"
          label={t('法定代表人手机号（选填）')}
          extra={t('验证码只发到登记机关登记的号码；填写的，须与登记的一致才会发送。')}
          rules={[{ pattern: PHONE, transform: trimmed, message: t('请填写 11 位手机号') }]}
        >
          <Input inputMode="tel" autoComplete="off" maxLength={13} />
        </Form.Item>
        <Button onClick={() => void request()} loading={isBusy && !requested} disabled={wait > 0}>
          {wait > 0 ? t('{count} 秒后可重新发送', { count: wait }) : requested ? t('重新发送验证码') : t('发送验证码')}
        </Button>
        <p role="status" className="quiet">
          {requested && (good > 0 ? t('代码无误且已登记手机号的，短信已发往法定代表人手机。') : t('验证码已失效，请重新发送。'))}
        </p>
        {requested && good > 0 && <p className="quiet" aria-hidden="true">{t('验证码在 {time} 内有效', { time: minutes(good) })}</p>}
      </section>
      {requested && (
        <section className="card">
          <h2>{purpose === 'REGISTER' ? t('第二步：登记联络员') : t('第二步：登记新联络员')}</h2>
          <Form.Item name="code" label={t('短信验证码')} rules={[{ required: true, pattern: /^\s*\d{6}\s*$/, message: t('请填写六位数字') }]}>
            <Input inputMode="numeric" autoComplete="one-time-code" maxLength={8} />
          </Form.Item>
          <Form.Item name="name" label={t('联络员姓名')} rules={[{ required: true, whitespace: true, message: t('请填写姓名') }]}>
            <Input autoComplete="name" maxLength={50} />
          </Form.Item>
          <Form.Item name="phone" label={t('联络员手机号')} rules={[{ required: true, pattern: PHONE, transform: trimmed, message: t('请填写 11 位手机号') }]}>
            <Input inputMode="tel" autoComplete="tel" maxLength={13} />
          </Form.Item>
          <Form.Item name="idNumber" label={t('联络员身份证号码（选填）')} extra={t('加密保存，不向任何人显示。')}>
            <Input autoComplete="off" maxLength={20} />
          </Form.Item>
          <Form.Item name="login" label={t('账号')} extra={t('新账号名；已有账号的，填写自己的账号。')} rules={[{ required: true, whitespace: true, message: t('请填写账号') }]}>
            <Input autoComplete="username" autoCapitalize="none" maxLength={60} />
          </Form.Item>
          <Form.Item name="password" label={t('口令')} extra={t('新账号的口令，或者自己账号的口令。')} rules={[{ required: true, message: t('请填写口令') }]}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={isBusy} block>
            {purpose === 'REGISTER' ? t('完成注册') : t('完成变更')}
          </Button>
        </section>
      )}
      {failure && <Failed failure={failure} />}
    </Form>
  );
}

const trimmed = (text: unknown) => (typeof text === 'string' ? text.trim() : text);
