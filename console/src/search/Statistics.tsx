// 统计 Counts and sums of what a search finds, by one or two dimensions; each group leads to its records.
import { useState } from 'react';
import { type SearchDimension, type SearchGroup, type SearchStatistics, Statistics as Asked } from './asked.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { step } from '../route.ts';
import { amount, parted } from '../shared/format.ts';
import { Download } from '../shared/Download.tsx';
import { Link } from '../shared/Link.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import { filterOf, narrowed, type SearchRoute } from './address.ts';

/** Groups that are shown at first, and after asking for more. */
const FEW = 30;
const MANY = 1000;

export function Statistics({ route }: { route: SearchRoute }) {
  const by = route.by.length > 0 ? route.by : ['FAMILY'];
  const [first, setFirst] = useState(FEW);
  const { data, failure, loading, retry } = useGraph(Asked, { query: route.query || null, filter: filterOf(route), by: by as SearchDimension[], first });
  const sums = data?.searchStatistics;
  return (
    <>
      <Dimensions route={route} by={by} />
      {failure && <Failed failure={failure} retry={retry} />}
      {!failure && !sums && <Loading lines={8} />}
      {!failure && sums && <Sums route={route} by={by} sums={sums} isLoading={loading} all={() => setFirst(MANY)} />}
    </>
  );
}

/** One dimension, or a second one beside it. */
function Dimensions({ route, by }: { route: SearchRoute; by: string[] }) {
  const [one = '', other = ''] = by;
  const choose = (first: string, second: string) => {
    step({ ...route, by: [first, second].filter((dimension, place, all) => dimension && all.indexOf(dimension) === place) });
  };
  return (
    <div className="dimensions">
      <label>
        {t('统计维度')}
        <select value={one} onChange={(event) => choose(event.target.value, other)}>
          <Options />
        </select>
      </label>
      <label>
        {t('第二维度')}
        <select value={other} onChange={(event) => choose(one, event.target.value)}>
          <option value="">{t('不分')}</option>
          <Options without={one} />
        </select>
      </label>
    </div>
  );
}

function Options({ without = '' }: { without?: string }) {
  return valuesOf('SearchDimension')
    .filter((dimension) => dimension !== without)
    .map((dimension) => (
      <option key={dimension} value={dimension}>
        {term('SearchDimension', dimension)}
      </option>
    ));
}

type SumsProps = { route: SearchRoute; by: string[]; sums: SearchStatistics; isLoading: boolean; all: () => void };

function Sums({ route, by, sums, isLoading, all }: SumsProps) {
  const { groups, totalCount, totalYuan, groupCount, hiddenCount } = sums;
  // While other dimensions load, the old groups do not stand under the new headings.
  const isOf = groups.every(({ values }) => values.length === by.length);
  const largest = Math.max(1, ...groups.map(({ count }) => count ?? 0));
  const left = groupCount - groups.length;
  if (totalCount === 0 && !isLoading) return <Empty>{t('没有符合条件的记录，无从统计。请放宽检索词或条件。')}</Empty>;
  if (isLoading && !isOf) return <Loading lines={8} />;
  return (
    <div className="sums" aria-busy={isLoading}>
      <p role="status" className="quiet">
        {isLoading
          ? t('正在统计…')
          : t('共 {count} 件，{groups} 组，金额合计 {sum}', { count: parted(totalCount), groups: parted(groupCount), sum: amount(totalYuan, t('元')) })}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{by.map((dimension) => term('SearchDimension', dimension)).join(' · ')}</th>
            <th scope="col">{t('件数')}</th>
            <th scope="col">{t('金额（元）')}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <Row key={JSON.stringify(group.values)} route={route} by={by} group={group} largest={largest} />
          ))}
        </tbody>
      </table>
      {left > 0 && groups.length < MANY && (
        <button type="button" className="more" onClick={all}>
          {t('显示其余 {count} 组', { count: parted(left) })}
        </button>
      )}
      <Download
        name={t('统计')}
        head={[...by.map((dimension) => term('SearchDimension', dimension)), t('件数'), t('金额（元）')]}
        rows={groups.map(({ labels, count, amountYuan }) => [...by.map((_, place) => labels[place] ?? t('未填')), ...(count === null ? [t('少于 3 件，不予显示'), ''] : [count, amountYuan])])}
      />
      <p className="quiet">
        {hiddenCount > 0 && t('有 {count} 组不予显示：不足 3 件，或能由总数推算出不足 3 件的组。', { count: hiddenCount })}
        {t('金额：经营主体为注册资本，行政处罚为罚没金额。')}
      </p>
    </div>
  );
}

/** Both dimensions share a column, so that the table is as narrow as a phone; hidden groups lead nowhere. */
function Row({ route, by, group, largest }: { route: SearchRoute; by: string[]; group: SearchGroup; largest: number }) {
  const { values, labels, count, amountYuan } = group;
  return (
    <tr>
      <th scope="row">
        {by.map((dimension, place) => (
          <span key={dimension}>
            {place > 0 && ' · '}
            <Value label={labels[place] ?? t('未填')} to={count === null ? null : narrowedTo(route, by, values, place)} />
          </span>
        ))}
        {count !== null && <Bar share={(100 * count) / largest} />}
      </th>
      {count === null ? (
        <td colSpan={2} className="quiet hidden-figures">
          {t('少于 3 件，不予显示')}
        </td>
      ) : (
        <>
          <td className="figure">{parted(count)}</td>
          <td className="figure">{Number(amountYuan) === 0 ? '—' : amount(amountYuan, '').trim()}</td>
        </>
      )}
    </tr>
  );
}

/** The records of the group, as far as the dimensions up to this one say; `null` if a value is none. */
function narrowedTo(route: SearchRoute, by: string[], values: (string | null)[], upTo: number): SearchRoute | null {
  let to: SearchRoute = { ...route, view: 'results', by: [] };
  for (const [place, dimension] of by.slice(0, upTo + 1).entries()) {
    const value = values[place];
    if (!value) return null;
    to = narrowed(to, dimension, value);
  }
  return to;
}

function Value({ label, to }: { label: string; to: SearchRoute | null }) {
  return to ? <Link to={to}>{label}</Link> : <span className="quiet">{label}</span>;
}

function Bar({ share }: { share: number }) {
  return (
    <span className="bar" aria-hidden="true">
      <span style={{ width: `${share}%` }} />
    </span>
  );
}
