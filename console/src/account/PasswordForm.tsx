// 更换口令 The old password and twice the new one; what a password must be is told by the graph.
import { Button, Form, Input } from 'antd';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { useAct } from '../room/useAct.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { ChangePassword } from './asked.ts';

type Typed = { old?: string; fresh: string; again: string };

/** `old` is the password that was just given; otherwise it is asked for. */
export function PasswordForm({ old, done }: { old?: string; done: () => Promise<void> | void }) {
  const { isBusy, failure, act } = useAct();
  const submit = (typed: Typed) =>
    act(async () => {
      const input = { oldPassword: old ?? typed.old ?? '', newPassword: typed.fresh };
      const { changePassword } = await ask(ChangePassword, { input }, NO_ABORT);
      refuse(changePassword.userErrors);
      await done();
    });
  return (
    <Form layout="vertical" requiredMark={false} onFinish={(typed: Typed) => void submit(typed)}>
      {old === undefined && (
        <Form.Item name="old" label={t('原口令')} rules={[{ required: true, message: t('请填写原口令') }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
      )}
      <Form.Item name="fresh" label={t('新口令')} rules={[{ required: true, message: t('请填写新口令') }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('再输一次新口令')}
        dependencies={['fresh']}
        rules={[
          { required: true, message: t('请再输一次') },
          ({ getFieldValue }) => ({
            validator: async (_, value) => {
              if (value && value !== getFieldValue('fresh')) throw new Error(t('两次输入不一致'));
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {failure && <Failed failure={failure} />}
      <Button type="primary" htmlType="submit" loading={isBusy}>
        {t('更换口令')}
      </Button>
    </Form>
  );
}
