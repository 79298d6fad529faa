// 进度地图 The cities of Shaanxi by the share of reports that are in; the figures stand on the map and in the table, so that
// the colour is not the only sign. The shapes are those of Apache ECharts 4.9 (Apache License 2.0), drawn here.
import { MapChart } from 'echarts/charts';
import { AriaComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import { type EChartsCoreOption, init, registerMap, use as draws } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { t } from '../shared/text.ts';
import shapes from './shaanxi.json';

draws([MapChart, TooltipComponent, VisualMapComponent, AriaComponent, LabelLayout, SVGRenderer]);
registerMap('shaanxi', shapes as never);

export type Shade = { code: string; name: string; percent: number | null };

export default function ProgressMap({ shades, choose }: { shades: Shade[]; choose: (code: string) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const chosen = useRef(choose);
  useEffect(() => {
    chosen.current = choose;
  });
  const drawn = JSON.stringify(shades);
  useEffect(() => {
    if (!box.current) return undefined;
    const places = JSON.parse(drawn) as Shade[];
    const chart = init(box.current, null, { renderer: 'svg' });
    chart.setOption(optionOf(places));
    chart.on('click', ({ name }) => {
      const place = places.find((one) => one.name === name);
      if (place) chosen.current(place.code);
    });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [drawn]);
  return <div ref={box} className="chart-box progress-map card" role="img" aria-label={t('各市已报比例地图')} />;
}

function optionOf(places: Shade[]): EChartsCoreOption {
  const shares = places.flatMap(({ percent }) => percent ?? []);
  const least = Math.floor(Math.min(100, ...shares));
  return {
    animation: false,
    aria: { enabled: true, label: { description: t('各市已报比例地图') } },
    tooltip: { confine: true, formatter: '{b} {c}%' },
    visualMap: {
      min: least,
      max: Math.max(least + 1, Math.ceil(Math.max(0, ...shares))),
      text: ['%', ''],
      inRange: { color: ['#e8eef6', '#9bb4d3'] },
      calculable: false,
      left: 8,
      bottom: 8,
    },
    series: [
      {
        type: 'map',
        map: 'shaanxi',
        roam: false,
        top: 8,
        bottom: 8,
        // A figure that would stand on another one is left to the table.
        labelLayout: { hideOverlap: true },
        selectedMode: false,
        data: places.map(({ name, percent }) => ({ name, value: percent })),
        label: { show: true, color: '#1c2733', fontSize: 11, formatter: '{b}\n{c}%' },
        emphasis: { itemStyle: { areaColor: '#f2d9a6' } },
        itemStyle: { borderColor: '#55616e' },
      },
    ],
  };
}
