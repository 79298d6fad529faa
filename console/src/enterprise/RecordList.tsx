// 记录列表 One family of records, page after page.
import type { RecordData, RecordOperation } from '../graphql/operations.ts';
import { usePages } from '../graphql/useGraph.ts';
import { Facts } from '../shared/Facts.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import type { Reading } from './families.tsx';

function connection<Node>(data: RecordData<Node>) {
  return data.enterprise?.page ?? null;
}

export function RecordList<Node extends { id: string }>({
  uscc,
  title,
  operation,
  reading,
}: {
  uscc: string;
  title: string;
  operation: RecordOperation<Node>;
  reading: Reading<Node>;
}) {
  const { pages, failure, loading, more, retry } = usePages(operation, { uscc }, connection<Node>);
  const [first] = pages;
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!first) return <Loading lines={5} />;
  if (first.totalCount === 0) return <Empty>没有{title}记录。</Empty>;
  return (
    <div aria-busy={loading}>
      <p className="quiet" role="status">
        共 {first.totalCount.toLocaleString('zh-CN')} 条
      </p>
      <ul className="records">
        {pages.flatMap((page) =>
          page.nodes.map((node) => (
            <li key={node.id}>
              <h3>{reading.heading(node)}</h3>
              <Facts facts={reading.facts(node)} />
            </li>
          )),
        )}
      </ul>
      {more && (
        <button type="button" className="more" onClick={more}>
          显示更多
        </button>
      )}
    </div>
  );
}
