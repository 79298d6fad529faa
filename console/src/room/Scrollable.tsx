// 宽表 A table that scrolls sideways in its own box, where the keyboard reaches it as well.
import type { ReactNode } from 'react';

export function Scrollable({ label, children }: { label: string; children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="room-table" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
