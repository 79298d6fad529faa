// 图表 A chart, and below it the same figures in a table, for those who read or copy them. ECharts comes and draws when the
// reader looks, or a little later: what nobody looks at yet holds nobody up.
import type { EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef } from 'react';
import { t } from '../shared/text.ts';
import { Download } from '../shared/Download.tsx';
import { amount } from '../shared/format.ts';
import './room.css';

/** 数列 One line or set of bars; a missing figure is `null`. */
export type Series = { name: string; values: (number | null)[]; asLine?: boolean };
type Props = { title: string; labels: string[]; series: Series[]; isAcross?: boolean; choose?: (place: number) => void };

/** What of a chart is in sight when somebody looks at it. */
const A_THIRD = 0.34;
/** When the page has most likely been drawn, also on a slow phone. */
const LEISURE_MS = 6000;
const COLOURS = ['#2f66ad', '#c7882b', '#3f8f5f', '#a3453c', '#6d5aa8', '#2e8f99'];

/** `isAcross` lays bars on their side, for long names. */
export function Chart({ title, labels, series, isAcross = false, choose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chosen = useRef(choose);
  useEffect(() => {
    chosen.current = choose;
  });
  const option = JSON.stringify(optionOf({ title, labels, series, isAcross }));
  useEffect(() => {
    const { current: place } = box;
    if (!place) return undefined;
    let isBegun = false;
    let isLeft = false;
    let wipe = () => {};
    const begin = async () => {
      if (isBegun) return;
      isBegun = true;
      const { draw } = await import('./draw.ts');
      // One chart after the other, so that the reader's keys and fingers are heard in between.
      await new Promise((resolve) => setTimeout(resolve));
      if (!isLeft) wipe = draw(place, option, (index) => chosen.current?.(index));
    };
    const sight = new IntersectionObserver(
      (seen) => {
        if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
        sight.disconnect();
        void begin();
      },
      { threshold: A_THIRD },
    );
    sight.observe(place);
    // Or when there is nothing else to do, so that it is there when the page is printed.
    const leisure = setTimeout(() => void begin(), LEISURE_MS);
    return () => {
      isLeft = true;
      clearTimeout(leisure);
      sight.disconnect();
      wipe();
    };
  }, [option]);
  const height = isAcross ? `${Math.max(8, 2 * labels.length + 4)}rem` : undefined;
  return (
    <figure className="card figure-card">
      <figcaption>
        <h2>{title}</h2>
      </figcaption>
      <div ref={box} className="chart-box" role="img" aria-label={title} style={{ height }} />
      <details>
        <summary>{t('数据表')}</summary>
        <div className="room-table">
          <table className="sums-table">
            <thead>
              <tr>
                <th scope="col">{t('项目')}</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.map((label, place) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {series.map(({ name, values }) => (
                    <td key={name} className="figures">
                      {amount(values[place] ?? null, '').trim()}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <Download name={title} head={[t('项目'), ...series.map(({ name }) => name)]} rows={labels.map((label, place) => [label, ...series.map(({ values }) => values[place] ?? '')])} />
      </details>
    </figure>
  );
}

function optionOf({ title, labels, series, isAcross }: Required<Omit<Props, 'choose'>>): EChartsCoreOption {
  // As wide as the longest name, up to a dozen characters; the rest of a longer one is in the table.
  const room = Math.min(12, Math.max(2, ...labels.map((label) => label.length))) * 13;
  const cut = isAcross ? { width: room, overflow: 'truncate' } : {};
  const names = { type: 'category', data: isAcross ? labels.toReversed() : labels, axisLabel: { color: '#55616e', ...(isAcross && { interval: 0 }), ...cut } };
  const figures = { type: 'value', minInterval: 1, splitNumber: isAcross ? 3 : 5, axisLabel: { color: '#55616e' }, splitLine: { lineStyle: { color: '#e3e8ee' } } };
  return {
    animation: false,
    color: COLOURS,
    aria: { enabled: true, label: { description: title } },
    textStyle: { fontFamily: 'inherit' },
    tooltip: { trigger: 'axis', confine: true },
    ...(series.length > 1 && { legend: { top: 0 } }),
    // The names have their place; what they are wide is not measured once more.
    grid: { outerBoundsMode: 'none', left: isAcross ? room + 14 : 64, right: 24, top: series.length > 1 ? 36 : 14, bottom: 28 },
    xAxis: isAcross ? figures : names,
    yAxis: isAcross ? names : figures,
    series: series.map(({ name, values, asLine }) => ({
      name,
      type: asLine ? 'line' : 'bar',
      data: isAcross ? values.toReversed() : values,
      barMaxWidth: 28,
    })),
  };
}
