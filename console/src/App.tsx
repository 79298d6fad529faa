// 页面框架 Head, the screen that the address names, foot.
import { useMemo } from 'react';
import { DraftPage } from './annual_report/DraftPage.tsx';
import { AssistantPage } from './assistant/AssistantPage.tsx';
import { EnterprisePage } from './enterprise/EnterprisePage.tsx';
import { parse, type Route, START, useAddress } from './route.ts';
import { SearchPage } from './search/SearchPage.tsx';
import { Link } from './shared/Link.tsx';
import { Guard } from './shared/states.tsx';

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
          <a href="/graphiql">接口调试</a>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <Guard key={route.page}>
          <Screen route={route} />
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
    case 'search':
      return <SearchPage route={route} />;
  }
}
