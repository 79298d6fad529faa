// 查询 The start page and the result list are one screen, so that the search box never moves away
// under the reader's fingers.
import { Search, type SearchData, type SearchFilter } from '../graphql/operations.ts';
import { usePages } from '../graphql/useGraph.ts';
import type { SearchRoute } from '../route.ts';
import { More } from '../shared/More.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { Facets } from './Facets.tsx';
import { Hit } from './Hit.tsx';
import { SearchBox } from './SearchBox.tsx';
import { Start } from './Start.tsx';
import './search.css';

export function SearchPage({ route }: { route: SearchRoute }) {
  return (
    <>
      <section className={route.query ? 'hero hero-small' : 'hero'}>
        <PageTitle name={route.query && `${route.query} - 查询结果`}>企业信用信息查询</PageTitle>
        <SearchBox route={route} />
      </section>
      {route.query ? <Results route={route} /> : <Start />}
    </>
  );
}

const connection = (data: SearchData) => data.search;

function Results({ route }: { route: SearchRoute }) {
  const variables = { query: route.query, filter: filterOf(route) };
  const found = usePages(Search, variables, connection);
  const { pages, failure, loading, retry } = found;
  const [first] = pages;
  if (failure && !first) return <Failed failure={failure} retry={retry} />;
  if (!first) return <Loading lines={8} />;
  const isNarrowed = Object.keys(variables.filter).length > 0;
  return (
    <div className={first.totalCount > 0 || isNarrowed ? 'results' : undefined} aria-busy={loading}>
      {(first.totalCount > 0 || isNarrowed) && <Facets route={route} counts={first.facets} />}
      <section aria-labelledby="result-count">
        <p id="result-count" role="status" className="quiet">
          {loading ? '正在查询…' : `“${route.query}”共找到 ${first.totalCount.toLocaleString('zh-CN')} 条`}
        </p>
        {first.totalCount === 0 && !loading && (
          <Empty>没有找到符合条件的记录。可以减少筛选条件，或换用名称中的几个字、代码的前几位再试。</Empty>
        )}
        <More of={found}>
          <ol className="hits">
            {pages.flatMap((page) => page.edges.map((edge) => <Hit key={edge.node.id} edge={edge} />))}
          </ol>
        </More>
      </section>
    </div>
  );
}

function filterOf({ region, families, statuses, kinds }: SearchRoute): SearchFilter {
  return {
    ...(region && { regionCode: region }),
    ...(families.length > 0 && { families }),
    ...(statuses.length > 0 && { statuses }),
    ...(kinds.length > 0 && { kinds }),
  };
}
