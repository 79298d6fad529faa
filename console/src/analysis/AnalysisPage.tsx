// 统计分析 Charts over everything that a search finds, of this province's records and of those that others sent; a
// bar leads to its records. The whole question stands in the address.
import { Button, Form, Input, Select, Statistic } from 'antd';
import { useMemo } from 'react';
import { useGraph } from '../graphql/useGraph.ts';
import { Chart } from '../room/Chart.tsx';
import { Room } from '../room/Room.tsx';
import { amend, go, type RoomRoute } from '../route.ts';
import { BLANK, filterOf, narrowed, pairsOf, type SearchRoute, searchOf } from '../search/address.ts';
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
    <Room route={route} title={t('统计分析')}>
      {() => (
        <>
          <Question key={route.at} search={search} ask={ask} />
          <Charts search={search} />
        </>
      )}
    </Room>
  );
}

type Typed = { query?: string; families?: string[]; from?: string; to?: string };

function Question({ search, ask }: { search: SearchRoute; ask: (search: SearchRoute) => void }) {
  const submit = ({ query = '', families = [], from = '', to = '' }: Typed) => ask({ ...BLANK, query: query.trim(), families, from, to });
  const families = valuesOf('SearchFamily').map((value) => ({ value, label: term('SearchFamily', value) }));
  return (
    <Form className="room-tools" layout="vertical" initialValues={search} onFinish={submit}>
      <Form.Item name="query" label={t('检索词')}>
        <Input allowClear maxLength={256} placeholder={t('不填则统计全部')} />
      </Form.Item>
      <Form.Item name="families" label={t('记录类别')}>
        <Select mode="multiple" options={families} style={{ minWidth: '14rem' }} maxTagCount={2} placeholder={t('全部')} />
      </Form.Item>
      <Form.Item name="from" label={t('日期自')}>
        <Input type="date" />
      </Form.Item>
      <Form.Item name="to" label={t('日期至')}>
        <Input type="date" />
      </Form.Item>
      <Button type="primary" htmlType="submit">
        {t('统计')}
      </Button>
      <Link to={search} className="button">
        {t('查看记录')}
      </Link>
    </Form>
  );
}

function Charts({ search }: { search: SearchRoute }) {
  const { data, failure, loading, retry } = useGraph(AnalysisDocument, { query: search.query || null, filter: filterOf(search) });
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={12} />;
  if (data.byFamily.totalCount === 0) return <Empty>{t('没有符合条件的记录，无从统计。请放宽检索词或日期。')}</Empty>;
  return (
    <div aria-busy={loading}>
      <div className="room-grid card">
        <Statistic title={t('记录')} value={data.byFamily.totalCount} suffix={t('件')} />
        <Statistic title={t('金额合计')} value={data.byFamily.totalYuan} suffix={t('元')} />
        <Statistic title={t('不予显示的小组')} value={CHARTS.reduce((sum, { name }) => sum + data[name].hiddenCount, 0)} suffix={t('组')} />
      </div>
      <div className="room-grid charts">
        {CHARTS.map(({ name, dimension, title, isAcross }) => (
          <Groups key={name} search={search} title={t(title)} dimension={dimension} isAcross={isAcross} found={data[name]} />
        ))}
      </div>
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
