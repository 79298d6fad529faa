// 记录列表 One family of records, page after page; the record that the reader came for is brought
// into view.
import { useEffect, useRef } from 'react';
import type { RecordData, RecordOperation } from './asked.ts';
import { usePages } from '../graphql/useGraph.ts';
import { returned } from '../place.ts';
import { parted } from '../shared/format.ts';
import { Facts } from '../shared/Facts.tsx';
import { More } from '../shared/More.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import type { Reading } from './families.tsx';

/** Pages that are fetched at most to find the one record. */
const PAGES_SEARCHED = 10;

function connection<Node>(data: RecordData<Node>) {
  return data.enterprise?.page ?? null;
}

export function RecordList<Node extends { id: string }>({
  uscc,
  at,
  title,
  operation,
  reading,
}: {
  uscc: string;
  at: string;
  title: string;
  operation: RecordOperation<Node>;
  reading: Reading<Node>;
}) {
  const found = usePages(operation, { uscc }, connection<Node>);
  const { pages, failure, loading, hasMore, more, retry } = found;
  const sought = useRef<HTMLLIElement>(null);
  const isShown = pages.some(({ nodes }) => nodes.some(({ id }) => id === at));

  useEffect(() => {
    if (at && !isShown && hasMore && !loading && !failure && pages.length < PAGES_SEARCHED) more();
  }, [at, isShown, hasMore, loading, failure, pages.length, more]);
  useEffect(() => {
    // Coming back, the reader's own place counts.
    if (!isShown || returned()) return;
    sought.current?.scrollIntoView({ block: 'center' });
    sought.current?.focus({ preventScroll: true });
  }, [isShown]);

  const [first] = pages;
  if (failure && !first) return <Failed failure={failure} retry={retry} />;
  if (!first) return <Loading lines={5} />;
  if (first.totalCount === 0) return <Empty>{t('没有{title}记录，其他类别见上方标签页。', { title: t(title) })}</Empty>;
  return (
    <div aria-busy={loading}>
      <p className="quiet" role="status">
        {t('共 {count} 条', { count: parted(first.totalCount) })}
      </p>
      <More of={found}>
        <ul className="records">
          {pages.flatMap((page) =>
            page.nodes.map((node) => (
              <li key={node.id} {...(node.id === at && { ref: sought, tabIndex: -1, className: 'sought' })}>
                <h3>{reading.heading(node)}</h3>
                <Facts facts={reading.facts(node)} />
              </li>
            )),
          )}
        </ul>
      </More>
    </div>
  );
}
