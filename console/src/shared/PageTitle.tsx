// 标题 The heading of a screen, also the document's title; takes the focus when the reader comes
// from another screen, so that a screen reader begins there.
import { useEffect, useRef } from 'react';
import { arrived } from '../route.ts';

export function PageTitle({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} - 秦信`;
    if (arrived()) heading.current?.focus({ preventScroll: true });
  }, [children]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
