// 绘图 ECharts with what we draw of it and no more.
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use as draws } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

draws([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer]);

/** Gives what wipes the drawing away again. */
export function draw(place: HTMLElement, option: string, choose: (place: number) => void): () => void {
  const chart = init(place, null, { renderer: 'svg' });
  chart.setOption(JSON.parse(option) as EChartsCoreOption);
  chart.on('click', ({ dataIndex }) => choose(dataIndex as number));
  const watch = new ResizeObserver(() => chart.resize());
  watch.observe(place);
  return () => {
    watch.disconnect();
    chart.dispose();
  };
}
