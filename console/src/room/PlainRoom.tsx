// 工作间 What every room behind the sign-in shares: the heading, and what is said to those who have not signed in. Drawn bit
// by bit, so that typing and scrolling go on meanwhile; rooms that are mostly read do without more (Room.tsx).
import { type ReactNode, useDeferredValue } from 'react';
import { href, type Route } from '../route.ts';
import { useViewer, type ViewerData } from '../shell/viewer.ts';
import { Link } from '../shared/Link.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Empty, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import './room.css';

export type RoomFrame = {
  route: Route;
  title: string;
  /** Stands beside the heading. */
  extra?: ReactNode;
  children: (viewer: ViewerData) => ReactNode;
};

/** A screen that takes a sign-in. */
export function PlainRoom({ route, title, extra, children }: RoomFrame) {
  const known = useViewer();
  const drawn = useDeferredValue(known);
  // What was drawn for somebody else is gone at once.
  const viewer = drawn === known ? known : null;
  return (
    <>
      <header className="room-head">
        <PageTitle>{title}</PageTitle>
        {extra}
      </header>
      {!viewer && <Loading lines={8} />}
      {viewer?.viewer.kind === 'USER' && children(viewer)}
      {viewer && viewer.viewer.kind !== 'USER' && <SignInFirst route={route} />}
    </>
  );
}

function SignInFirst({ route }: { route: Route }) {
  return (
    <Empty>
      <p>{t('登录后才能使用这个页面。')}</p>
      <p>
        <Link to={{ page: 'room', room: 'sign-in', at: href(route) }}>{t('登录')}</Link>
      </p>
    </Empty>
  );
}
