// 页面框架 Head with what this viewer may go to, the screen that the address names, foot.
import { type ComponentType, lazy, type LazyExoticComponent, Suspense, useMemo } from 'react';
import { AssistantPage } from '../assistant/AssistantPage.tsx';
import { parse, type RoomRoute, type Route, useAddress } from '../route.ts';
import { SearchPage } from '../search/SearchPage.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Empty, Guard, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { Counters } from './Counters.tsx';
import { Navigation } from './Navigation.tsx';
import { ROOMS, type RoomProps } from './rooms.ts';

/** Few readers fill in a report or build on the interface; the others do not load these screens. */
const EnterprisePage = lazy(async () => ({ default: (await import('../enterprise/EnterprisePage.tsx')).EnterprisePage }));
const DraftPage = lazy(async () => ({ default: (await import('../annual_report/DraftPage.tsx')).DraftPage }));
const DevelopersPage = lazy(async () => ({ default: (await import('../developers/DevelopersPage.tsx')).DevelopersPage }));
const VerifyPage = lazy(async () => ({ default: (await import('../documents/VerifyPage.tsx')).VerifyPage }));
const OptOutPage = lazy(async () => ({ default: (await import('../reminder/OptOutPage.tsx')).OptOutPage }));
const RegisterPage = lazy(async () => ({ default: (await import('../liaison/RegisterPage.tsx')).RegisterPage }));
const EmploymentPage = lazy(async () => ({ default: (await import('../employment/EmploymentPage.tsx')).EmploymentPage }));
const LOADED = new Map<string, LazyExoticComponent<ComponentType<RoomProps>>>(ROOMS.map(({ id, load }) => [id, lazy(load)]));

export function Shell() {
  const address = useAddress();
  const route = useMemo(() => parse(address), [address]);
  return (
    <>
      <a className="skip" href="#main">
        {t('跳到正文')}
      </a>
      <Navigation route={route} />
      <main id="main" tabIndex={-1}>
        <Guard key={keyOf(route)}>
          <Suspense fallback={<Loading lines={10} />}>
            <Screen route={route} />
          </Suspense>
        </Guard>
      </main>
      <footer className="foot">
        <Counters />
        {t('秦信 企业信用信息与年度报告服务。公示信息由经营主体和作出决定的机关负责。')}
      </footer>
    </>
  );
}

/** Another key, another screen: a fault of one does not stay on the next. */
function keyOf(route: Route): string {
  return route.page === 'room' ? `room ${route.room}` : route.page;
}

function Screen({ route }: { route: Route }) {
  switch (route.page) {
    case 'enterprise':
      return <EnterprisePage key={route.uscc} route={route} />;
    case 'draft':
      return <DraftPage key={route.uscc} route={route} />;
    case 'assistant':
      return <AssistantPage route={route} />;
    case 'developers':
      return <DevelopersPage route={route} />;
    case 'room':
      return <Inside route={route} />;
    case 'verify':
      return <VerifyPage route={route} />;
    case 'optout':
      return <OptOutPage route={route} />;
    case 'liaison':
      return <RegisterPage route={route} />;
    case 'employment':
      return <EmploymentPage route={route} />;
    case 'search':
      return <SearchPage route={route} />;
  }
}

function Inside({ route }: { route: RoomRoute }) {
  const Room = LOADED.get(route.room);
  if (!Room) {
    return (
      <>
        <PageTitle>{t('没有这个页面')}</PageTitle>
        <Empty>{t('地址可能抄写有误，请从上方导航进入。')}</Empty>
      </>
    );
  }
  // Each was made once, when this module was loaded.
  // oxlint-disable-next-line react/static-components
  return <Room route={route} />;
}
