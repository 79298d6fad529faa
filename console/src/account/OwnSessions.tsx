// 我的登录 Where I am signed in; one is ended, or all of them.
import { App, Button } from 'antd';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { useAct } from '../room/useAct.ts';
import { go, START } from '../route.ts';
import { viewerLeft } from '../shell/viewer.ts';
import { Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { SignOut } from './asked.ts';
import { EndSessionDocument, MySessionsDocument } from './generated/graphql.ts';
import { SessionTable } from './SessionTable.tsx';

const NOTHING_TO_ASK = {};

export function OwnSessions({ name }: { name: string }) {
  const { modal } = App.useApp();
  const { data, failure, retry } = useGraph(MySessionsDocument, NOTHING_TO_ASK);
  const acting = useAct();
  const end = (sessionId: string) =>
    acting.act(async () => {
      const { endSession } = await ask(EndSessionDocument, { input: { sessionId } }, NO_ABORT);
      refuse(endSession.userErrors);
      retry();
    });
  const leave = () =>
    modal.confirm({
      title: t('退出全部登录？'),
      content: t('所有设备上的登录立即结束，需要重新登录。已保存的草稿不受影响。'),
      okText: t('全部退出'),
      onOk: () =>
        acting.act(async () => {
          const { signOut } = await ask(SignOut, { input: { everywhere: true } }, NO_ABORT);
          refuse(signOut.userErrors);
          await viewerLeft();
          go(START);
        }),
    });
  return (
    <section className="card stack">
      <h2>{t('登录')}</h2>
      <p>{t('在公用电脑上用过，或者怀疑口令泄露，可以结束其中一个登录，或者结束所有设备上的登录。')}</p>
      {failure && <Failed failure={failure} retry={retry} />}
      {acting.failure && <Failed failure={acting.failure} />}
      {!data && !failure && <Loading lines={3} />}
      {data && <SessionTable name={name} sessions={data.mySessions} end={({ id }) => void end(id)} />}
      <Button danger onClick={leave}>
        {t('退出全部登录')}
      </Button>
    </section>
  );
}
