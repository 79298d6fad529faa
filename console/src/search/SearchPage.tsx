// 查询 The start page and the result list are one screen, so that the search box never moves away
// under the reader's fingers.
import { useViewer, type ViewerData } from '../shell/viewer.ts';
import { Search, type SearchData } from './asked.ts';
import { usePages } from '../graphql/useGraph.ts';
import { step } from '../route.ts';
import { PageTitle } from '../shared/PageTitle.tsx';
import { type Tab, Tabs } from '../shared/Tabs.tsx';
import { t } from '../shared/text.ts';
import { isBlank, type SearchRoute, type View } from './address.ts';
import { Chips } from './Chips.tsx';
import { Elsewhere } from './Elsewhere.tsx';
import { Keep } from './Keep.tsx';
import { questionOf, Results } from './Results.tsx';
import { SearchBox } from './SearchBox.tsx';
import { Start } from './Start.tsx';
import { Statistics } from './Statistics.tsx';
import './search.css';

const TABS: readonly (Tab & { id: View })[] = [
  { id: 'results', title: '检索结果' },
  { id: 'statistics', title: '统计' },
  { id: 'elsewhere', title: '外省记录' },
];

export function SearchPage({ route }: { route: SearchRoute }) {
  const viewer = useViewer();
  const isStart = isBlank(route);
  return (
    <>
      <section className={isStart ? 'hero' : 'hero hero-small'}>
        <PageTitle name={titleOf(route)}>{t('企业信用信息查询')}</PageTitle>
        <SearchBox route={route} />
      </section>
      {isStart ? <Start viewer={viewer} /> : <Views route={route} viewer={viewer} />}
    </>
  );
}

function titleOf(route: SearchRoute): string {
  if (isBlank(route)) return '';
  const view = t(TABS.find(({ id }) => id === route.view)?.title ?? '');
  return route.query ? `${route.query} - ${view}` : view;
}

function Views({ route, viewer }: { route: SearchRoute; viewer: ViewerData | null }) {
  const choose = (id: string) => {
    const tab = TABS.find((one) => one.id === id);
    if (tab) step({ ...route, view: tab.id });
  };
  return (
    <>
      <Chips route={route} />
      {viewer && <Keep route={route} viewer={viewer} />}
      <Tabs label={t('检索')} tabs={TABS.map(({ id, title }) => ({ id, title: t(title) }))} chosen={route.view} choose={choose}>
        {route.view === 'results' && <Own route={route} />}
        {route.view === 'statistics' && <Statistics route={route} />}
        {route.view === 'elsewhere' && <Elsewhere route={route} />}
      </Tabs>
    </>
  );
}

const connection = (data: SearchData) => data.search;

function Own({ route }: { route: SearchRoute }) {
  const found = usePages(Search, questionOf(route), connection);
  return <Results route={route} found={found} />;
}
