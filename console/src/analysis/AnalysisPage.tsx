// 统计分析 Charts over everything that a search finds, of this province's records and of those that others sent; a
// bar leads to its records. The whole question stands in the address.
import { type FormEvent, useEffect, useMemo, useRef } from 'react';
import { useGraph } from '../graphql/useGraph.ts';
import { Chart } from '../room/Chart.tsx';
import { PlainRoom } from '../room/PlainRoom.tsx';
import { amend, go, type RoomRoute } from '../route.ts';
import { BLANK, filterOf, narrowed, pairsOf, type SearchRoute, searchOf } from '../search/address.ts';
import { amount } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import { AnalysisDocument, type GroupsFragment } from './generated/graphql.ts';

const CHARTS = [
  { name: 'byFamily', dimension: 'FAMILY', title: '按记录类别', isAcross: true },
  { name: 'byYear', dimension: 'YEAR', title: '按年份', isAcross: false },
  { name: 'byOrigin', dimension: 'ORIGIN', title: '按来源省份', isAcross: true },
  { name: 'byPlace', dimension: 'PREFECTURE', title: '按设区的市', isAcross: true },
  { name: 'byIndustry', dimension: 'INDUSTRY', title: '按行业门类', isAcross: true },
] as const;

export function AnalysisPage({ route }: { route: RoomRoute }) {
  const search = useMemo(() => searchOf(new URLSearchParams(route.at)), [route.at]);
  const ask = (next: SearchRoute) => amend({ ...route, at: new URLSearchParams(pairsOf(next)).toString() });
  return (
    <PlainRoom route={route} title={t('统计分析')}>
      {() => (
        <>
          <Question search={search} ask={ask} />
          <Charts search={search} />
        </>
      )}
    </PlainRoom>
  );
}

function Question({ search, ask }: { search: SearchRoute; ask: (search: SearchRoute) => void }) {
  const form = useRef<HTMLFormElement>(null);
  // The way back brings another question; the keyboard keeps its place.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies
  useEffect(() => form.current?.reset(), [search]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    const text = (name: string) => String(typed.get(name) ?? '').trim();
    ask({ ...BLANK, query: text('query'), families: typed.getAll('family').map(String), from: text('from'), to: text('to') });
  };
  return (
    <form ref={form} className="room-tools" onSubmit={submit}>
      <label>
        {t('检索词')}
        <input type="text" name="query" defaultValue={search.query} maxLength={256} placeholder={t('不填则统计全部')} />
      </label>
      <label>
        {t('日期自')}
        <input type="date" name="from" defaultValue={search.from} max="9999-12-31" />
      </label>
      <label>
        {t('日期至')}
        <input type="date" name="to" defaultValue={search.to} max="9999-12-31" />
      </label>
      <button type="submit" className="primary">
        {t('统计')}
      </button>
      <Link to={search} className="button">
        {t('查看记录')}
      </Link>
      <Families chosen={search.families} />
    </form>
  );
}

/** 记录类别 None is all of them. */
function Families({ chosen }: { chosen: string[] }) {
  const told = chosen.length === 0 ? t('全部') : chosen.map((family) => term('SearchFamily', family)).join('、');
  return (
    <details className="choices">
      <summary>
        {t('记录类别')}：{told}
      </summary>
      <fieldset className="bare-set">
        <legend className="unseen">{t('记录类别')}</legend>
        {valuesOf('SearchFamily').map((family) => (
          <label key={family} className="choice">
            <input type="checkbox" name="family" value={family} defaultChecked={chosen.includes(family)} />
            {term('SearchFamily', family)}
          </label>
        ))}
      </fieldset>
    </details>
  );
}

function Charts({ search }: { search: SearchRoute }) {
  const { data, failure, loading, retry } = useGraph(AnalysisDocument, { query: search.query || null, filter: filterOf(search) });
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={12} />;
  if (data.byFamily.totalCount === 0) return <Empty>{t('没有符合条件的记录，无从统计。请放宽检索词或日期。')}</Empty>;
  return (
    <div aria-busy={loading}>
      <dl className="sums-line card">
        <Sum title={t('记录')} value={amount(data.byFamily.totalCount, t('件'))} />
        <Sum title={t('金额合计')} value={amount(data.byFamily.totalYuan, t('元'))} />
        <Sum title={t('不予显示的小组')} value={amount(CHARTS.reduce((sum, { name }) => sum + data[name].hiddenCount, 0), t('组'))} />
      </dl>
      <div className="room-grid charts">
        {CHARTS.map(({ name, dimension, title, isAcross }) => (
          <Groups key={name} search={search} title={t(title)} dimension={dimension} isAcross={isAcross} found={data[name]} />
        ))}
      </div>
    </div>
  );
}

function Sum({ title, value }: { title: string; value: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </div>
  );
}

type GroupsProps = { search: SearchRoute; title: string; dimension: string; isAcross: boolean; found: GroupsFragment };

function Groups({ search, title, dimension, isAcross, found }: GroupsProps) {
  const groups = found.groups.filter(({ count }) => count !== null);
  const ordered = dimension === 'YEAR' ? groups.toSorted((a, b) => Number(a.values[0]) - Number(b.values[0])) : groups;
  if (ordered.length === 0) return null;
  const choose = (place: number) => {
    const group = ordered[isAcross ? ordered.length - 1 - place : place];
    const [value] = group?.values ?? [];
    if (value) go(narrowed({ ...search, view: 'results' }, dimension, value));
  };
  return (
    <Chart
      title={title}
      isAcross={isAcross}
      labels={ordered.map(({ labels: [label] }) => label?.replace(/^陕西省(?=.)/, '') ?? t('未填'))}
      series={[{ name: t('件数'), values: ordered.map(({ count }) => count) }]}
      choose={choose}
    />
  );
}
