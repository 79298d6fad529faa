// 页面框架 Head, the screen that the address names, foot.
import { lazy, Suspense, useMemo } from 'react';
import { AssistantPage } from './assistant/AssistantPage.tsx';
import { EnterprisePage } from './enterprise/EnterprisePage.tsx';
import { CATALOGUE, parse, type Route, START, useAddress } from './route.ts';
import { SearchPage } from './search/SearchPage.tsx';
import { Link } from './shared/Link.tsx';
import { Guard, Loading } from './shared/states.tsx';

/** Few readers fill in a report or build on the interface; the others do not load these screens. */
const DraftPage = lazy(async () => ({ default: (await import('./annual_report/DraftPage.tsx')).DraftPage }));
const DevelopersPage = lazy(async () => ({ default: (await import('./developers/DevelopersPage.tsx')).DevelopersPage }));

export function App() {
  const address = useAddress();
  const route = useMemo(() => parse(address), [address]);
  return (
    <>
      <a className="skip" href="#main">
        跳到正文
      </a>
      <header className="top">
        <nav aria-label="主导航">
          <Link to={START} className="brand">
            秦信
          </Link>
          <Link to={START}>信用查询</Link>
          <Link to={{ page: 'assistant', question: '' }}>年报助手</Link>
          <Link to={CATALOGUE}>接口目录</Link>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <Guard key={route.page}>
          <Suspense fallback={<Loading lines={10} />}>
            <Screen route={route} />
          </Suspense>
        </Guard>
      </main>
      <footer className="foot">秦信 企业信用信息与年度报告服务。公示信息由经营主体和作出决定的机关负责。</footer>
    </>
  );
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
    case 'search':
      return <SearchPage route={route} />;
  }
}
