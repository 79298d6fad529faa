// 接口目录 What partners and frontend teams need to build on the graph: how to reach it, what it offers,
// what changed, what it costs, and what their own key has used.
import type { ReactNode } from 'react';
import type { CatalogueData } from './asked.ts';
import { amend, type DevelopersRoute } from '../route.ts';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Tabs } from '../shared/Tabs.tsx';
import { t } from '../shared/text.ts';
import { Changes } from './Changes.tsx';
import { CodesAndLimits } from './CodesAndLimits.tsx';
import { KeyTab } from './KeyTab.tsx';
import { Operations } from './Operations.tsx';
import { Overview } from './Overview.tsx';
import { Shown } from './Shown.tsx';
import { type CatalogueAnswer, useCatalogue } from './useCatalogue.ts';
import { type OwnKey, useOwnKey } from './useOwnKey.ts';
import './developers.css';

type Part = { id: string; title: string; of: (data: CatalogueData, answer: CatalogueAnswer, at: string) => ReactNode };

const PARTS: readonly [Part, ...Part[]] = [
  { id: 'overview', title: '概览与示例', of: (data, answer) => <Overview data={data} answer={answer} /> },
  {
    id: 'operations',
    title: '接口操作',
    of: ({ apiCatalogue }, _, at) => <Operations operations={apiCatalogue.operations} at={at} />,
  },
  { id: 'changes', title: '变更', of: (data) => <Changes data={data} /> },
  { id: 'codes-and-limits', title: '错误码与限额', of: (data) => <CodesAndLimits data={data} /> },
];
const KEY = { id: 'key', title: '我的密钥' };
const TABS = [...PARTS, KEY];

export function DevelopersPage({ route }: { route: DevelopersRoute }) {
  const own = useOwnKey();
  const tab = TABS.find(({ id }) => id === route.tab) ?? PARTS[0];
  const answer = useCatalogue(own.key, tab.id !== KEY.id);
  return (
    <>
      <header className="record-head">
        <PageTitle name={t('{title} - 接口目录', { title: t(tab.title) })}>{t('接口目录')}</PageTitle>
        <p className="quiet">{t('供接入单位和前端团队使用：怎样接入、有哪些操作、改了什么、有什么限额、本单位用了多少。')}</p>
      </header>
      <Tabs label={t('接口目录')} tabs={TABS.map(({ id, title }) => ({ id, title: t(title) }))} chosen={tab.id} choose={(id) => amend({ ...route, tab: id, at: '' })}>
        <Chosen id={tab.id} own={own} answer={answer} at={route.at} />
      </Tabs>
    </>
  );
}

function Chosen({ id, own, answer, at }: { id: string; own: OwnKey; answer: CatalogueAnswer; at: string }) {
  const part = PARTS.find((one) => one.id === id);
  if (!part) return <KeyTab own={own} />;
  return (
    <Shown answer={answer} own={own}>
      {(data) => part.of(data, answer, at)}
    </Shown>
  );
}
