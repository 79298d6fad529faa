// 结果 The hits of a search with the filters beside them; the same for our own records and those of other provinces.
import type { SearchOrder, SearchPage } from './asked.ts';
import type { Pages } from '../graphql/useGraph.ts';
import { step } from '../route.ts';
import { parted } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { More } from '../shared/More.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import { filterOf, isNarrowed, type SearchRoute, widened } from './address.ts';
import { Facets } from './Facets.tsx';
import { Hit } from './Hit.tsx';
import { useLearning } from './names.ts';

/** The question that an address asks. */
export function questionOf(route: SearchRoute) {
  return { query: route.query || null, filter: filterOf(route), orderBy: (route.order || null) as SearchOrder | null };
}

export function Results({ route, found }: { route: SearchRoute; found: Pages<SearchPage> }) {
  const { pages, failure, loading, retry } = found;
  const [first] = pages;
  useLearning(first?.facets);
  if (failure && !first) return <Failed failure={failure} retry={retry} />;
  if (!first) return <Loading lines={8} />;
  const hasFacets = first.totalCount > 0 || isNarrowed(route);
  return (
    <div className={hasFacets ? 'results' : undefined} aria-busy={loading}>
      {hasFacets && <Facets route={route} counts={first.facets} isLoading={loading} />}
      <section aria-labelledby="result-count">
        {first.isDegraded && (
          <div className="notice notice-warning">
            {t('检索索引正在重建，目前只能按统一社会信用代码查询；名称、文号和全文检索稍后恢复。')}
          </div>
        )}
        <div className="result-head">
          <p id="result-count" role="status" className="quiet">
            {loading ? t('正在查询…') : t('{what}共找到 {count} 条', { what: quoted(route.query), count: parted(first.totalCount) })}
          </p>
          {(first.totalCount > 1 || route.order) && <Order route={route} />}
        </div>
        <Meant route={route} page={first} isLoading={loading} />
        {first.totalCount === 0 && !loading && <Nothing route={route} />}
        <More of={found}>
          <ol className="hits">
            {pages.flatMap((page) => page.edges.map((edge) => <Hit key={edge.node.id} edge={edge} />))}
          </ol>
        </More>
      </section>
    </div>
  );
}

/** In other marks if there are quotation marks in it. */
function quoted(query: string): string {
  if (query === '') return '';
  return /[“”"]/.test(query) ? `「${query}」` : `“${query}”`;
}

function Order({ route }: { route: SearchRoute }) {
  return (
    <label className="order">
      <span className="quiet">{t('排序')}</span>
      <select value={route.order || 'RELEVANCE'} onChange={(event) => step({ ...route, order: orderOf(event.target.value) })}>
        {valuesOf('SearchOrder').map((order) => (
          <option key={order} value={order}>
            {term('SearchOrder', order)}
          </option>
        ))}
      </select>
    </label>
  );
}

function orderOf(chosen: string): string {
  return chosen === 'RELEVANCE' ? '' : chosen;
}

/** 您是不是要找 What was probably meant, and that the hits only come near what was typed. */
function Meant({ route, page, isLoading }: { route: SearchRoute; page: SearchPage; isLoading: boolean }) {
  const isNear = page.isApproximate && page.totalCount > 0;
  if (isLoading || (!page.didYouMean && !isNear)) return null;
  return (
    <div className="notice">
      {page.didYouMean && (
        <p>
          {t('您是不是要找')} <Link to={{ ...route, query: page.didYouMean }}>{page.didYouMean}</Link>
        </p>
      )}
      {isNear && <p>{t('没有与所输入内容完全相符的记录，以下是相近的结果。')}</p>}
    </div>
  );
}

function Nothing({ route }: { route: SearchRoute }) {
  return (
    <Empty>
      <p>{t('没有找到符合条件的记录。可以换用名称中的几个字、拼音首字母或代码的前几位再试。')}</p>
      {isNarrowed(route) && (
        <p>
          <Link to={widened(route)}>{t('取消全部筛选条件再查')}</Link>
        </p>
      )}
    </Empty>
  );
}
