// 标题 The heading of a screen, also the document's title; takes the focus when the reader comes
// from another screen, so that a screen reader begins there.
import { useEffect, useRef } from 'react';
import { arrived } from '../route.ts';
import { t } from './text.ts';

/** `name` is the document's title where that says more than the heading does. */
export function PageTitle({ children, name = '' }: { children: string; name?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t('{name} - 秦信', { name: name || children });
  }, [children, name]);
  useEffect(() => {
    if (arrived()) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
