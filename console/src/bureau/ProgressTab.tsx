// 填报进度 How many of those who must report have done so, by place and by day; a place leads to the places in it.
import { Alert, Progress, Statistic, Table } from 'antd';
import { lazy, Suspense } from 'react';
import { useGraph } from '../graphql/useGraph.ts';
import { Chart } from '../room/Chart.tsx';
import { Download } from '../shared/Download.tsx';
import { day, monthAndDay, parted } from '../shared/format.ts';
import { Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import type { PartProps } from './BureauPage.tsx';
import { type CountedFragment, FilingProgressDocument, type FilingProgressQuery } from './generated/graphql.ts';

const ProgressMap = lazy(() => import('./ProgressMap.tsx'));
const SHAANXI = '610000';

type Found = FilingProgressQuery['filingProgress'];
type Row = { code: string; name: string; isBelow: boolean; count: CountedFragment };

export function ProgressTab({ place, go }: PartProps) {
  const { data, failure, loading, retry } = useGraph(FilingProgressDocument, { year: place.year, regionCode: place.region || null });
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={10} />;
  const found = data.filingProgress;
  const rows = rowsOf(found);
  return (
    <div aria-busy={loading} className="stack">
      <div className="part-head">
        <h2>{found.region?.fullName ?? t('全国')}</h2>
        {place.region && found.region?.parent && (
          <button type="button" className="small" onClick={() => go({ region: found.region?.parent?.code ?? '' })}>
            ← {found.region.parent.fullName}
          </button>
        )}
      </div>
      {!found.isCurrent && <Alert type="info" showIcon title={t('最近的报送还在统计，稍后刷新。')} />}
      <Totals found={found} />
      {found.region?.code === SHAANXI && (
        <Suspense fallback={<Loading lines={8} />}>
          <ProgressMap
            shades={rows.filter(({ isBelow }) => isBelow).map(({ code, name, count }) => ({ code, name, percent: count.filedPercent === null ? null : Number(count.filedPercent) }))}
            choose={(code) => go({ region: code })}
          />
        </Suspense>
      )}
      <div className="room-table">
        <Table<Row>
          rowKey="code"
          size="small"
          dataSource={rows}
          pagination={false}
          columns={[
            {
              title: t('地区'),
              key: 'name',
              render: (_, { code, name, isBelow }) =>
                isBelow ? (
                  <button type="button" className="linkish" onClick={() => go({ region: code })}>
                    {name}
                  </button>
                ) : (
                  `${name}（${t('本级')}）`
                ),
            },
            { title: t('应报'), key: 'due', className: 'figures', sorter: (a, b) => a.count.due - b.count.due, render: (_, { count }) => parted(count.due) },
            { title: t('已报'), key: 'filed', className: 'figures', render: (_, { count }) => parted(count.filed) },
            { title: t('逾期报送'), key: 'late', className: 'figures', render: (_, { count }) => parted(count.filedLate) },
            { title: t('未报'), key: 'missing', className: 'figures', sorter: (a, b) => a.count.missing - b.count.missing, render: (_, { count }) => parted(count.missing) },
            {
              title: t('已报比例'),
              key: 'share',
              width: 180,
              sorter: (a, b) => Number(a.count.filedPercent) - Number(b.count.filedPercent),
              render: (_, { count, name }) => (
                <Progress size="small" percent={Number(count.filedPercent ?? 0)} format={(percent) => `${percent}%`} aria-label={`${name} ${t('已报比例')}`} />
              ),
            },
          ]}
        />
      </div>
      <Download
        name={`${place.year} ${t('填报进度')}`}
        head={[t('地区'), t('应报'), t('已报'), t('逾期报送'), t('未报'), t('已报比例')]}
        rows={rows.map(({ name, count }) => [name, count.due, count.filed, count.filedLate, count.missing, count.filedPercent])}
      />
      <div className="room-grid charts">
        <Chart
          title={t('各类主体')}
          isAcross
          labels={found.kinds.map(({ kind }) => term('FilerKind', kind))}
          series={[
            { name: t('已报'), values: found.kinds.map(({ count }) => count.filed) },
            { name: t('未报'), values: found.kinds.map(({ count }) => count.missing) },
          ]}
        />
        {found.days.length > 1 && (
          <Chart title={t('逐日累计')} labels={found.days.map((one) => monthAndDay(one.day))} series={[{ name: t('累计已报'), values: found.days.map(({ filedSoFar }) => filedSoFar), asLine: true }]} />
        )}
      </div>
    </div>
  );
}

function rowsOf({ region, regions }: Found): Row[] {
  return regions.map(({ region: { code, name, level }, count }) => ({ code, name, isBelow: code !== region?.code && level !== 'COUNTY', count }));
}

function Totals({ found: { total, windowFrom, windowTo } }: { found: Found }) {
  return (
    <>
      <div className="card room-grid">
        <Statistic title={t('应报')} value={total.due} suffix={t('户')} />
        <Statistic title={t('已报')} value={total.filed} suffix={t('户')} />
        <Statistic title={t('未报')} value={total.missing} suffix={t('户')} />
        <Statistic title={t('已报比例')} value={total.filedPercent ?? '—'} suffix="%" />
      </div>
      <p className="quiet">
        {t('报送期 {from}至{to}', { from: day(windowFrom), to: day(windowTo) })}
      </p>
    </>
  );
}
