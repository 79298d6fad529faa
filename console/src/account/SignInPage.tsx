// 登录 In steps, as the graph asks for them: password, second factor (bound at the first time), a new password in
// place of the first one. Then on to where the visitor came from.
import { Alert, Button, Form, Input, QRCode } from 'antd';
import { useEffect, useState } from 'react';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { Frame } from '../room/Room.tsx';
import { useAct } from '../room/useAct.ts';
import { go, parse, type RoomRoute, START } from '../route.ts';
import { type ViewerData, useViewer, viewerChanged } from '../shell/viewer.ts';
import { Link } from '../shared/Link.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { BindSecondFactor, SignIn, VerifySecondFactor } from './asked.ts';
import { PasswordForm } from './PasswordForm.tsx';

type Step = { name: 'password' } | { name: 'code' } | { name: 'bind'; secret: string; url: string } | { name: 'renew'; old: string };
/** How far the graph lets the visitor in. */
type Told = { secondFactor: string | null; mustChangePassword: boolean | null };

export function SignInPage({ route }: { route: RoomRoute }) {
  const [step, setStep] = useState<Step>({ name: 'password' });
  const [password, setPassword] = useState('');
  const viewer = useViewer();
  const finish = async () => {
    await viewerChanged();
    go(destination(route.at));
  };
  const further = async ({ secondFactor, mustChangePassword }: Told, typed: string) => {
    if (secondFactor === 'TO_BE_BOUND') return setStep({ name: 'bind', ...(await bound()) });
    if (secondFactor === 'TO_BE_SHOWN') return setStep({ name: 'code' });
    if (mustChangePassword) return setStep({ name: 'renew', old: typed });
    return await finish();
  };
  return (
    <Frame>
      <div className="room-narrow">
        <PageTitle>{t('登录')}</PageTitle>
        {step.name === 'password' && (
          <>
            <Password
              told={async (told, typed) => {
                setPassword(typed);
                await further(told, typed);
              }}
            />
            <Providers viewer={viewer} to={route.at || '/'} />
            <p><Link to={{ page: 'liaison', uscc: '' }}>{t('还没有联络员的经营主体：联络员注册')}</Link></p>
          </>
        )}
        {step.name === 'bind' && <Binding secret={step.secret} url={step.url} />}
        {(step.name === 'bind' || step.name === 'code') && <Code told={(told) => further(told, password)} />}
        {step.name === 'renew' && (
          <section className="card">
            <h2>{t('首次登录，请更换口令')}</h2>
            <PasswordForm old={step.old} done={finish} />
          </section>
        )}
      </div>
    </Frame>
  );
}

/** Only into this site. */
function destination(at: string) {
  return at.startsWith('/?') ? parse(at.slice(1)) : START;
}

async function bound(): Promise<{ secret: string; url: string }> {
  const { bindSecondFactor: { secret, url, userErrors } } = await ask(BindSecondFactor, {}, NO_ABORT);
  refuse(userErrors);
  return { secret: secret ?? '', url: url ?? '' };
}

function Password({ told }: { told: (told: Told, password: string) => Promise<void> }) {
  const { isBusy, failure, act } = useAct();
  const submit = ({ login, password }: { login: string; password: string }) =>
    act(async () => {
      const { signIn } = await ask(SignIn, { input: { login: login.trim(), password, wantsToken: false } }, NO_ABORT);
      refuse(signIn.userErrors);
      await told(signIn, password);
    });
  return (
    <section className="card">
      <Form layout="vertical" requiredMark={false} onFinish={(typed) => void submit(typed)}>
        <Form.Item name="login" label={t('账号')} rules={[{ required: true, message: t('请填写账号') }]}>
          <Input autoComplete="username" autoCapitalize="none" />
        </Form.Item>
        <Form.Item name="password" label={t('口令')} rules={[{ required: true, message: t('请填写口令') }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {failure && <Failed failure={failure} />}
        <Button type="primary" htmlType="submit" loading={isBusy} block>
          {t('登录')}
        </Button>
      </Form>
    </section>
  );
}

function Binding({ secret, url }: { secret: string; url: string }) {
  return (
    <section className="card stack">
      <h2>{t('绑定动态口令')}</h2>
      <p>{t('工作人员登录须有第二种凭据。请用手机上的动态口令应用扫描二维码，或者输入下面的密钥，然后填写应用显示的六位数字。')}</p>
      {url && <QRCode value={url} bordered={false} size={180} aria-label={t('动态口令二维码')} />}
      <p className="secret code">{secret}</p>
      <Alert type="warning" showIcon message={t('密钥只显示这一次。')} />
    </section>
  );
}

function Code({ told }: { told: (told: Told) => Promise<void> }) {
  const { isBusy, failure, act } = useAct();
  const [form] = Form.useForm<{ code: string }>();
  useEffect(() => form.getFieldInstance('code')?.focus(), [form]);
  const submit = ({ code }: { code: string }) =>
    act(async () => {
      const { verifySecondFactor } = await ask(VerifySecondFactor, { input: { code: code.trim(), wantsToken: false } }, NO_ABORT);
      refuse(verifySecondFactor.userErrors);
      await told(verifySecondFactor);
    });
  return (
    <section className="card">
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(typed) => void submit(typed)}>
        <Form.Item name="code" label={t('动态口令')} rules={[{ required: true, pattern: /^\s*\d{6}\s*$/, message: t('请填写六位数字') }]}>
          <Input inputMode="numeric" autoComplete="one-time-code" maxLength={8} />
        </Form.Item>
        {failure && <Failed failure={failure} />}
        <Button type="primary" htmlType="submit" loading={isBusy} block>
          {t('确认')}
        </Button>
      </Form>
    </section>
  );
}

/** 统一身份认证 The way through a provider leads back to where the visitor came from. */
function Providers({ viewer, to }: { viewer: ViewerData | null; to: string }) {
  if (!viewer || viewer.signInProviders.length === 0) return null;
  return (
    <section className="card">
      <h2>{t('其他登录方式')}</h2>
      <ul className="links">
        {viewer.signInProviders.map(({ id, name, startUrl }) => (
          <li key={id}>
            <a className="button" href={`${startUrl}?to=${encodeURIComponent(to)}`}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
