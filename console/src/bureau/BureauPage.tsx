// 年报监管 The bureau's first screens: how far filing is, reports of zeroes, findings of the comparison with the register,
// letters, and the figures of the reports. Each tab, year and place stands in the address.
import { Select } from 'antd';
import { type ReactElement, lazy, Suspense } from 'react';
import { Room } from '../room/Room.tsx';
import { amend, type RoomRoute } from '../route.ts';
import { today } from '../shared/format.ts';
import { Loading } from '../shared/states.tsx';
import { Tabs } from '../shared/Tabs.tsx';
import { t } from '../shared/text.ts';

/** Where the reader is: tab, report year, place (empty for the viewer's own), what narrows the list of the tab. */
export type Place = { tab: string; year: number; region: string; narrow: string };
export type PartProps = { place: Place; go: (place: Partial<Place>) => void };

const Progress = lazy(async () => ({ default: (await import('./ProgressTab.tsx')).ProgressTab }));
const Zeroes = lazy(async () => ({ default: (await import('./ZeroesTab.tsx')).ZeroesTab }));
const Findings = lazy(async () => ({ default: (await import('./FindingsTab.tsx')).FindingsTab }));
const Letters = lazy(async () => ({ default: (await import('./LettersTab.tsx')).LettersTab }));
const Analysis = lazy(async () => ({ default: (await import('./AnalysisTab.tsx')).AnalysisTab }));
const Reminders = lazy(async () => ({ default: (await import('./RemindersTab.tsx')).RemindersTab }));

const TABS: readonly { id: string; title: string; part: (props: PartProps) => ReactElement }[] = [
  { id: 'progress', title: '填报进度', part: (props) => <Progress {...props} /> },
  { id: 'zeroes', title: '零值年报', part: (props) => <Zeroes {...props} /> },
  { id: 'findings', title: '比对发现', part: (props) => <Findings {...props} /> },
  { id: 'letters', title: '责令改正', part: (props) => <Letters {...props} /> },
  { id: 'reminders', title: '短信催报', part: (props) => <Reminders {...props} /> },
  { id: 'analysis', title: '报告分析', part: (props) => <Analysis {...props} /> },
];
const YEARS_BACK = 5;

export function BureauPage({ route }: { route: RoomRoute }) {
  const due = Number(today().slice(0, 4)) - 1;
  const [tab = '', year = '', region = '', narrow = ''] = route.at.split('.');
  const place: Place = { tab: TABS.some(({ id }) => id === tab) ? tab : 'progress', year: Number(year) || due, region, narrow };
  const go = (next: Partial<Place>) => {
    // What narrows one list means nothing to another.
    const to = { ...place, ...(next.tab && { narrow: '' }), ...next };
    amend({ ...route, at: `${to.tab}.${to.year}.${to.region}${to.narrow && `.${to.narrow}`}` });
  };
  const years = Array.from({ length: YEARS_BACK }, (_, back) => ({ value: due - back, label: String(due - back) }));
  const choice = (
    <label className="inline-label">
      {t('报告年度')}
      <Select value={place.year} options={years} onChange={(chosen) => go({ year: chosen })} />
    </label>
  );
  return (
    <Room route={route} title={t('年报监管')} extra={choice}>
      {() => (
        <Tabs label={t('年报监管')} tabs={TABS.map(({ id, title }) => ({ id, title: t(title) }))} chosen={place.tab} choose={(id) => go({ tab: id })}>
          <Suspense fallback={<Loading lines={8} />}>{TABS.find(({ id }) => id === place.tab)?.part({ place, go })}</Suspense>
        </Tabs>
      )}
    </Room>
  );
}
