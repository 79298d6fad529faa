// 用量 What the owner of a key asked for, against the quota.
import { useState } from 'react';
import { ApiUsage, type Usage } from './asked.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { parted } from '../shared/format.ts';
import { Facts } from '../shared/Facts.tsx';
import { Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { slotsOf } from './usage.ts';
import { UsageChart, UsageTable } from './UsageChart.tsx';

const PERIODS = [1, 7, 30];

export function UsageReport({ apiKey }: { apiKey: string }) {
  const [days, setDays] = useState(7);
  const { data, failure, loading, retry } = useGraph(ApiUsage, { days }, apiKey);
  return (
    <section className="card">
      <h2>{t('用量')}</h2>
      <Periods days={days} choose={setDays} />
      {failure && <Failed failure={failure} retry={retry} />}
      {loading && <Loading lines={6} />}
      {!failure && !loading && data && <Figures usage={data.apiUsage} days={days} />}
    </section>
  );
}

function Periods({ days, choose }: { days: number; choose: (days: number) => void }) {
  return (
    <fieldset className="periods">
      <legend>{t('统计时段')}</legend>
      {PERIODS.map((period) => (
        <label key={period} className="choice">
          <input type="radio" name="period" checked={period === days} onChange={() => choose(period)} />
          {t('近 {days} 天', { days: period })}
        </label>
      ))}
    </fieldset>
  );
}

function Figures({ usage, days }: { usage: Usage; days: number }) {
  // The end of the chart stands still while it is looked at.
  const [now] = useState(() => Date.now());
  const slots = slotsOf(usage.hours, days, now);
  const unit = days === 1 ? '小时' : '日';
  return (
    <>
      <Facts
        facts={[
          { label: t('单位名称'), value: usage.name },
          { label: t('每分钟请求数上限'), value: t('{count} 次', { count: parted(usage.requestsPerMinute) }) },
          { label: t('每分钟估算规模上限'), value: t('{count} 个字段', { count: parted(usage.costPerMinute) }) },
        ]}
      />
      <p className="unseen" role="status">
        {t('近 {days} 天请求 {requests} 次，其中 {refused} 次超出配额被拒绝。', { days, requests: usage.requests, refused: usage.refused })}
      </p>
      <ul className="summary totals">
        <Total label={t('请求')} value={t('{count} 次', { count: parted(usage.requests) })} isGrave={false} />
        <Total label={t('其中超出配额被拒绝')} value={t('{count} 次', { count: parted(usage.refused) })} isGrave={usage.refused > 0} />
        <Total label={t('估算规模')} value={t('{count} 个字段', { count: parted(usage.cost) })} isGrave={false} />
      </ul>
      {usage.requests === 0 ? (
        <p>{t('近 {days} 天没有调用。', { days })}</p>
      ) : (
        <>
          <UsageChart slots={slots} unit={unit} />
          <UsageTable slots={slots} unit={unit} />
        </>
      )}
      <p className="quiet">
        {t('本页的查询也计入用量；短时间内大量超限时，拒绝次数可能少计。')}{days > 1 && t('第一日只含统计时段以内的部分。')}
      </p>
    </>
  );
}

function Total({ label, value, isGrave }: { label: string; value: string; isGrave: boolean }) {
  return (
    <li className={isGrave ? 'grave' : undefined}>
      <span className="quiet">{label}</span>
      <strong>{value}</strong>
    </li>
  );
}
