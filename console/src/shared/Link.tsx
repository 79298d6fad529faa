// 站内链接 A plain link that changes the screen without loading the page again.
import type { MouseEvent, ReactNode } from 'react';
import { go, href, type Route } from '../route.ts';

type Props = { to: Route; className?: string; current?: boolean; children: ReactNode };

export function Link({ to, className, current = false, children }: Props) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={href(to)} className={className} aria-current={current ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  );
}
