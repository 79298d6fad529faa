// 账号会话 Where an account is signed in; whoever manages accounts ends one of its sessions, or all of them.
import { App, Button, Modal } from 'antd';
import { SessionTable } from '../account/SessionTable.tsx';
import { EndSessionsOfUserDocument, SessionsOfUserDocument } from '../account/generated/graphql.ts';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { useAct } from '../room/useAct.ts';
import { Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';

type Props = { user: { id: string; name: string }; mayEnd: boolean; close: () => void };

export function UserSessions({ user: { id: userId, name }, mayEnd, close }: Props) {
  const { modal } = App.useApp();
  const { data, failure, retry } = useGraph(SessionsOfUserDocument, { userId });
  const acting = useAct();
  const end = (sessionId?: string) =>
    acting.act(async () => {
      const { endUserSessions } = await ask(EndSessionsOfUserDocument, { input: { userId, ...(sessionId && { sessionId }) } }, NO_ABORT);
      refuse(endUserSessions.userErrors);
      retry();
    });
  const endAll = () =>
    modal.confirm({
      title: t('让 {name} 全部下线？', { name }),
      content: t('该账号在所有设备上的登录立即结束，可以重新登录；不让登录的，请停用账号。'),
      okText: t('全部下线'),
      okButtonProps: { danger: true },
      onOk: () => end(),
    });
  const sessions = data?.userSessions ?? [];
  return (
    <Modal open width={860} title={t('{name}的登录', { name })} onCancel={close} footer={null}>
      <div className="stack">
        {failure && <Failed failure={failure} retry={retry} />}
        {acting.failure && <Failed failure={acting.failure} />}
        {!data && !failure && <Loading lines={3} />}
        {data && <SessionTable name={name} sessions={sessions} {...(mayEnd && { end: (session) => void end(session.id) })} />}
        {mayEnd && sessions.length > 0 && (
          <Button danger onClick={endAll}>
            {t('全部下线')}
          </Button>
        )}
      </div>
    </Modal>
  );
}
