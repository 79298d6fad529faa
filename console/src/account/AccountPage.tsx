// 我的账号 Who I am here, what I may do, my password, and the end of all my sessions.
import { App, Button } from 'antd';
import { useState } from 'react';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { Room } from '../room/Room.tsx';
import { useAct } from '../room/useAct.ts';
import { go, type RoomRoute, START } from '../route.ts';
import { viewerLeft, type ViewerData } from '../shell/viewer.ts';
import { Facts } from '../shared/Facts.tsx';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../developers/words.ts';
import { SignOut } from './asked.ts';
import { PasswordForm } from './PasswordForm.tsx';

export function AccountPage({ route }: { route: RoomRoute }) {
  return (
    <Room route={route} title={t('我的账号')}>
      {(viewer) => (
        <div className="room-grid">
          <Roles viewer={viewer} />
          <OwnPassword />
          <Sessions />
        </div>
      )}
    </Room>
  );
}

function Roles({ viewer: { viewer } }: { viewer: ViewerData }) {
  return (
    <section className="card">
      <h2>{t('角色与权限')}</h2>
      <Facts
        facts={[
          { label: t('姓名'), value: viewer.name },
          ...viewer.roles.map(({ term: role, region, regionCode }) => ({ label: role, value: region?.fullName ?? regionCode })),
          { label: t('可以办理'), value: viewer.acts.map((act) => term('Act', act)).join('、'), wide: true },
        ]}
      />
    </section>
  );
}

function OwnPassword() {
  const [isDone, setDone] = useState(false);
  return (
    <section className="card">
      <h2>{t('更换口令')}</h2>
      {isDone ? <p role="status">{t('口令已更换。')}</p> : <PasswordForm done={() => setDone(true)} />}
    </section>
  );
}

function Sessions() {
  const { modal } = App.useApp();
  const { failure, act } = useAct();
  const leave = () =>
    modal.confirm({
      title: t('退出全部登录？'),
      content: t('所有设备上的登录立即结束，需要重新登录。已保存的草稿不受影响。'),
      okText: t('全部退出'),
      onOk: () =>
        act(async () => {
          const { signOut } = await ask(SignOut, { input: { everywhere: true } }, NO_ABORT);
          refuse(signOut.userErrors);
          await viewerLeft();
          go(START);
        }),
    });
  return (
    <section className="card">
      <h2>{t('登录')}</h2>
      <p>{t('在公用电脑上用过，或者怀疑口令泄露，可以结束所有设备上的登录。')}</p>
      {failure && <Failed failure={failure} />}
      <Button danger onClick={leave}>
        {t('退出全部登录')}
      </Button>
    </section>
  );
}
