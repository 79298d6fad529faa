// 绘图 ECharts with what we draw of it and no more.
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, init, setPlatformAPI, use as draws } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

/** A Han character is as wide as it is high, another sign about half as wide: near enough to place a name, and a page of
 * names is measured in no time. */
const HAN = /[\u2e80-\u9fff\uff00-\uffef]/;
setPlatformAPI({
  measureText: (text, font) => {
    const size = Number(/([\d.]+)px/.exec(font ?? '')?.[1] ?? 12);
    return { width: [...text].reduce((width, sign) => width + (HAN.test(sign) ? size : 0.56 * size), 0) };
  },
});
draws([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer]);

/** Gives what wipes the drawing away again. */
export function draw(place: HTMLElement, option: string, choose: (place: number) => void): () => void {
  const chart = init(place, null, { renderer: 'svg' });
  // Laid out with the next frame, so that keys and fingers are heard in between.
  chart.setOption(JSON.parse(option) as EChartsCoreOption, { lazyUpdate: true });
  chart.on('click', ({ dataIndex }) => choose(dataIndex as number));
  let width = place.clientWidth;
  const watch = new ResizeObserver(() => {
    // It is told of the first size as well, in which everything is drawn already.
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    chart.resize();
  });
  watch.observe(place);
  return () => {
    watch.disconnect();
    chart.dispose();
  };
}
