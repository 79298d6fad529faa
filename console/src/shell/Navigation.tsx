// 导航 Public pages for everybody, rooms for those who work here, sign-in and sign-out.
import { useEffect, useRef, useState } from 'react';
import { ask, NO_ABORT, toFailure } from '../graphql/client.ts';
import { CATALOGUE, go, href, type Route, START } from '../route.ts';
import { Link } from '../shared/Link.tsx';
import { chooseLanguage, language, t } from '../shared/text.ts';
import { SignOutDocument } from './generated/graphql.ts';
import { ROOMS } from './rooms.ts';
import { useViewer, type ViewerData, viewerLeft } from './viewer.ts';

export function Navigation({ route }: { route: Route }) {
  const viewer = useViewer();
  const rooms = viewer ? ROOMS.filter(({ isFor }) => isFor(viewer)) : [];
  const strip = useRef<HTMLUListElement>(null);
  const here = route.page === 'room' ? route.room : '';
  // On a phone the strip is wider than the window.
  useEffect(() => {
    const current = strip.current?.querySelector<HTMLElement>('[aria-current]');
    if (strip.current && current) strip.current.scrollLeft = current.offsetLeft - strip.current.offsetLeft - 24;
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [here, rooms.length]);
  return (
    <header className="top">
      <nav aria-label={t('主导航')}>
        <Link to={START} className="brand">
          {t('秦信')}
        </Link>
        <Link to={START}>{t('信用查询')}</Link>
        <Link to={{ page: 'assistant', question: '' }}>{t('年报助手')}</Link>
        <Link to={CATALOGUE}>{t('接口目录')}</Link>
        <Seat route={route} viewer={viewer} />
      </nav>
      {/* Their place, until it is known who sits here: what is below stays where it is. */}
      {!viewer && isForSomebody(route) && <div className="rooms rooms-to-come" />}
      {rooms.length > 0 && (
        <nav className="rooms" aria-label={t('工作间')}>
          <ul ref={strip}>
            {rooms.map(({ id, title }) => (
              <li key={id}>
                <Link
                  to={{ page: 'room', room: id, at: '' }}
                  {...(route.page === 'room' && route.room === id && { current: true })}
                >
                  {t(title)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </header>
  );
}

/** Screens of those who have signed in, most likely. */
function isForSomebody(route: Route): boolean {
  return route.page === 'draft' || (route.page === 'room' && route.room !== 'sign-in');
}

/** 登录与退出 Who sits here. */
function Seat({ route, viewer }: { route: Route; viewer: ViewerData | null }) {
  const [fault, setFault] = useState('');
  const leave = async () => {
    try {
      await ask(SignOutDocument, {}, NO_ABORT);
      // The page that nobody else may see is left before it is drawn for nobody.
      go(START);
      await viewerLeft();
    } catch (cause) {
      setFault(toFailure(cause).message);
    }
  };
  const other = language() === 'en' ? '中文' : 'English';
  return (
    <span className="seat">
      {viewer?.viewer.kind === 'USER' ? (
        <>
          <Link to={{ page: 'room', room: 'account', at: '' }}>{viewer.viewer.name || t('我的账号')}</Link>
          <button type="button" className="bare" onClick={() => void leave()}>
            {t('退出')}
          </button>
          {fault && <span role="alert">{fault}</span>}
        </>
      ) : (
        <Link to={{ page: 'room', room: 'sign-in', at: comeBackTo(route) }}>{t('登录')}</Link>
      )}
      <button type="button" className="bare" lang={language() === 'en' ? 'zh-CN' : 'en'} onClick={() => chooseLanguage(language() === 'en' ? 'zh-CN' : 'en')}>
        {other}
      </button>
    </span>
  );
}

/** Where one goes on after signing in. */
function comeBackTo(route: Route): string {
  if (route.page === 'room' && route.room === 'sign-in') return route.at;
  const here = href(route);
  return here === '/' ? '' : here;
}
