// 站内链接 A plain link that changes the screen without loading the page again.
import type { MouseEvent, ReactNode } from 'react';
import { go, href, type Route } from '../route.ts';

export function Link({ to, className, children }: { to: Route; className?: string; children: ReactNode }) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={href(to)} className={className} onClick={follow}>
      {children}
    </a>
  );
}
