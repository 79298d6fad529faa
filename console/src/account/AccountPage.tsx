// 我的账号 Who I am here, what I may do, my password, and where I am signed in.
import { useState } from 'react';
import { Room } from '../room/Room.tsx';
import type { RoomRoute } from '../route.ts';
import type { ViewerData } from '../shell/viewer.ts';
import { Facts } from '../shared/Facts.tsx';
import { t } from '../shared/text.ts';
import { term } from '../developers/words.ts';
import { OwnSessions } from './OwnSessions.tsx';
import { PasswordForm } from './PasswordForm.tsx';

export function AccountPage({ route }: { route: RoomRoute }) {
  return (
    <Room route={route} title={t('我的账号')}>
      {(viewer) => (
        <>
          <div className="room-grid">
            <Roles viewer={viewer} />
            <OwnPassword />
          </div>
          <OwnSessions name={viewer.viewer.name ?? ''} />
        </>
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
