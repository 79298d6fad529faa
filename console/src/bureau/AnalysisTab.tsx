// 报告分析 What the reports of five years say, by industry, place or size: sums, growth, and where the trend leads.
import { Alert, Select, Statistic } from 'antd';
import { useState } from 'react';
import { useGraph } from '../graphql/useGraph.ts';
import { Chart } from '../room/Chart.tsx';
import { amount } from '../shared/format.ts';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import type { PartProps } from './BureauPage.tsx';
import { ReportAnalysisDocument, type ReportAnalysisQuery, type ReportDimension, type ReportMeasure } from './generated/graphql.ts';

type Found = ReportAnalysisQuery['reportAnalysis'];
const YEARS = 5;
/** Groups that a chart has room for. */
const SHOWN = 12;

export function AnalysisTab({ place }: PartProps) {
  const [by, setBy] = useState<ReportDimension>('INDUSTRY');
  const [measure, setMeasure] = useState<ReportMeasure>('TOTAL_REVENUE');
  const regionCode = place.region || null;
  const years = Array.from({ length: YEARS }, (_, back) => place.year - YEARS + 1 + back);
  const groups = useGraph(ReportAnalysisDocument, { years: [place.year], regionCode, by: [by], measures: [measure] });
  const trend = useGraph(ReportAnalysisDocument, { years, regionCode, by: ['YEAR'], measures: [measure] });
  const failure = groups.failure ?? trend.failure;
  if (failure) return <Failed failure={failure} retry={groups.failure ? groups.retry : trend.retry} />;
  return (
    <div className="stack" aria-busy={groups.loading || trend.loading}>
      <div className="room-tools">
        <label className="inline-label">
          {t('指标')}
          <Select value={measure} onChange={setMeasure} style={{ minWidth: '10rem' }} options={valuesOf('ReportMeasure').map((value) => ({ value: value as ReportMeasure, label: term('ReportMeasure', value) }))} />
        </label>
        <label className="inline-label">
          {t('分组')}
          <Select
            value={by}
            onChange={setBy}
            style={{ minWidth: '8rem' }}
            options={valuesOf('ReportDimension').filter((value) => value !== 'YEAR').map((value) => ({ value: value as ReportDimension, label: term('ReportDimension', value) }))}
          />
        </label>
      </div>
      {groups.data ? <Groups found={groups.data.reportAnalysis} by={by} measure={measure} year={place.year} /> : <Loading lines={10} />}
      {trend.data && <Trend found={trend.data.reportAnalysis} measure={measure} />}
    </div>
  );
}

function unitOf(found: Found): string {
  return found.groups.flatMap(({ figures }) => figures)[0]?.unit ?? '';
}

function sumOf({ figures }: Found['groups'][number]): number | null {
  const sum = figures[0]?.sum;
  return sum === null || sum === undefined ? null : Number(sum);
}

type GroupsProps = { found: Found; by: ReportDimension; measure: ReportMeasure; year: number };

function Groups({ found, by, measure, year }: GroupsProps) {
  if (found.reportCount === 0) return <Empty>{t('这一年度还没有年报，请换一个年度或地区。')}</Empty>;
  const shown = found.groups
    .filter((group) => sumOf(group) !== null)
    .toSorted((a, b) => (sumOf(b) ?? 0) - (sumOf(a) ?? 0))
    .slice(0, SHOWN);
  return (
    <>
      {!found.isCurrent && <Alert type="info" showIcon title={t('最近的报送还在统计，稍后刷新。')} />}
      <div className="card room-grid">
        <Statistic title={t('年报')} value={found.reportCount} suffix={t('份')} />
        <Statistic title={t('分组')} value={found.groupCount} suffix={t('组')} />
        <Statistic title={t('不予显示的小组')} value={found.hiddenCount} suffix={t('组')} />
      </div>
      <Chart
        title={t('{year} 年度{measure}（{unit}）按{by}', { year, measure: term('ReportMeasure', measure), unit: unitOf(found), by: term('ReportDimension', by) })}
        isAcross
        labels={shown.map(({ labels: [label] }) => label ?? t('未填'))}
        series={[{ name: term('ReportMeasure', measure), values: shown.map(sumOf) }]}
      />
    </>
  );
}

function blank(length: number): null[] {
  return Array.from({ length }, () => null);
}

/** The years as bars, where the trend leads as a line beside them. */
function Trend({ found, measure }: { found: Found; measure: ReportMeasure }) {
  const known = found.groups.toSorted((a, b) => Number(a.values[0]) - Number(b.values[0]));
  const forecasts = found.forecasts.filter((one) => one.measure === measure);
  const labels = [...known.map(({ values: [year] }) => year ?? ''), ...forecasts.map(({ year }) => String(year))];
  if (labels.length === 0) return null;
  const [forecast] = forecasts;
  return (
    <>
      <Chart
        title={t('{measure}（{unit}）历年与预测', { measure: term('ReportMeasure', measure), unit: unitOf(found) })}
        labels={labels}
        series={[
          { name: t('实际'), values: [...known.map(sumOf), ...blank(forecasts.length)] },
          ...(forecasts.length > 0 ? [{ name: t('按趋势外推'), values: [...blank(known.length), ...forecasts.map(({ value }) => Number(value))] }] : []),
        ]}
      />
      {forecast && (
        <p className="quiet">
          {t('{year} 年度预测 {value}', { year: forecast.year, value: amount(forecast.value, forecast.unit) })}
          {forecast.errorPercent !== null && `，${t('用同一方法回测 {count} 个年度，平均误差 {error}%', { count: forecast.testedYears, error: forecast.errorPercent })}`}
        </p>
      )}
    </>
  );
}
