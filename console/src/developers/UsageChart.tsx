// 用量图 Requests by hour or day as bars, refused ones on top, with the same figures in a table.
import { type Slot, topOf } from './usage.ts';
import { parted } from '../shared/format.ts';
import { Download } from '../shared/Download.tsx';
import { t } from '../shared/text.ts';

/** Units of the drawing; it is stretched to the width of the page. */
const STEP = 10;
const BAR = 7;
const HEIGHT = 100;
/** What is not nothing can be seen. */
const LEAST = 1.5;

export function UsageChart({ slots, unit }: { slots: Slot[]; unit: string }) {
  const top = topOf(slots.map(({ requests }) => requests));
  const middle = slots[Math.floor(slots.length / 2)];
  return (
    <figure className="chart">
      <figcaption>{t('每{unit}请求次数（北京时间）', { unit: t(unit) })}</figcaption>
      <Legend />
      <div className="chart-frame">
        <div className="chart-scale" aria-hidden="true">
          {[top, top / 2, 0].map((mark) => (
            <span key={mark}>{parted(mark)}</span>
          ))}
        </div>
        <svg viewBox={`0 0 ${slots.length * STEP} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={summaryOf(slots, unit)}>
          {[0, HEIGHT / 2, HEIGHT].map((y) => (
            <line key={y} className="chart-line" x1="0" x2={slots.length * STEP} y1={y} y2={y} />
          ))}
          {slots.map((slot, at) => (
            <Bar key={slot.title} slot={slot} x={at * STEP + (STEP - BAR) / 2} top={top} />
          ))}
        </svg>
        <div className="chart-axis" aria-hidden="true">
          <span>{slots[0]?.short}</span>
          <span>{middle?.short}</span>
          <span>{slots.at(-1)?.short}</span>
        </div>
      </div>
    </figure>
  );
}

function Legend() {
  return (
    <ul className="links chart-legend">
      <li>
        <span className="swatch swatch-answered" aria-hidden="true" />
        {t('已受理')}
      </li>
      <li>
        <span className="swatch swatch-refused" aria-hidden="true" />
        {t('已拒绝（超出配额，在柱顶）')}
      </li>
    </ul>
  );
}

function Bar({ slot: { title, requests, refused }, x, top }: { slot: Slot; x: number; top: number }) {
  const answered = lengthOf(requests - refused, top);
  const over = lengthOf(refused, top);
  return (
    <g>
      <title>{t('{title}：请求 {requests} 次，其中拒绝 {refused} 次', { title, requests, refused })}</title>
      {answered > 0 && <rect className="bar-answered" x={x} y={HEIGHT - answered} width={BAR} height={answered} />}
      {over > 0 && <rect className="bar-refused" x={x} y={HEIGHT - answered - over} width={BAR} height={over} />}
    </g>
  );
}

function lengthOf(count: number, top: number): number {
  return count === 0 ? 0 : Math.max(LEAST, (count / top) * HEIGHT);
}

function summaryOf(slots: Slot[], unit: string): string {
  const busiest = slots.reduce<Slot | null>((most, slot) => (slot.requests > (most?.requests ?? 0) ? slot : most), null);
  if (!busiest) return t('没有请求');
  return t('柱状图，每{unit}一柱，共 {count} 柱。最多的是 {title}，{requests} 次。数据见下方表格。', { unit: t(unit), count: slots.length, title: busiest.title, requests: busiest.requests });
}

/** 数据表 The figures of the chart. */
export function UsageTable({ slots, unit }: { slots: Slot[]; unit: string }) {
  return (
    <details>
      <summary>{t('数据表')}</summary>
      <table className="table table-figures">
        <thead>
          <tr>
            <th scope="col">{unit === '小时' ? t('时段') : t('日期')}</th>
            <th scope="col">{t('请求')}</th>
            <th scope="col">{t('其中拒绝')}</th>
            <th scope="col">{t('估算规模')}</th>
          </tr>
        </thead>
        <tbody>
          {slots.map(({ title, requests, refused, cost }) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              <td>{parted(requests)}</td>
              <td>{parted(refused)}</td>
              <td>{parted(cost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Download
        name={t('用量')}
        head={[unit === '小时' ? t('时段') : t('日期'), t('请求'), t('其中拒绝'), t('估算规模')]}
        rows={slots.map(({ title, requests, refused, cost }) => [title, requests, refused, cost])}
      />
    </details>
  );
}
