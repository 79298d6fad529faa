// 显示更多 A list with the button below it that fetches its next page. The button stays where it is
// while the page loads, so that the keyboard keeps its place; after the last page, when the button is
// gone, the first new item takes the focus.
import { type ReactNode, useEffect, useRef } from 'react';
import type { Pages } from '../graphql/useGraph.ts';
import { Failed } from './states.tsx';
import { t } from './text.ts';

export function More({ of, children }: { of: Pages<unknown>; children: ReactNode }) {
  const { failure, loading, hasMore, more, retry } = of;
  const box = useRef<HTMLDivElement>(null);
  const lengthBefore = useRef<number | null>(null);

  useEffect(() => {
    const before = lengthBefore.current;
    const fresh = before === null ? undefined : box.current?.firstElementChild?.children[before];
    if (!(fresh instanceof HTMLElement)) return;
    lengthBefore.current = null;
    if (hasMore) return;
    fresh.tabIndex = -1;
    fresh.focus();
  });

  const fetchNext = () => {
    if (loading) return;
    lengthBefore.current = box.current?.firstElementChild?.children.length ?? null;
    more();
  };
  return (
    <div ref={box}>
      {children}
      {failure && <Failed failure={failure} retry={retry} />}
      {hasMore && !failure && (
        <button type="button" className="more" aria-disabled={loading} onClick={fetchNext}>
          {loading ? t('正在加载…') : t('显示更多')}
        </button>
      )}
    </div>
  );
}
