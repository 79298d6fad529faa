// 高亮 A fragment with its hits marked. Positions count characters (code points), not UTF-16 units.
import type { ReactNode } from 'react';
import type { Fragment } from './asked.ts';

export function Marked({ fragment }: { fragment: Fragment }) {
  const characters = [...fragment.text];
  const pieces: ReactNode[] = [];
  let done = 0;
  for (const { start, end } of fragment.marks.toSorted((a, b) => a.start - b.start)) {
    const from = Math.max(start, done);
    if (end <= from) continue;
    pieces.push(characters.slice(done, from).join(''));
    pieces.push(<mark key={from}>{characters.slice(from, end).join('')}</mark>);
    done = end;
  }
  pieces.push(characters.slice(done).join(''));
  return <>{pieces}</>;
}
