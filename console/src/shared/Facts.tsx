// 事项 Label and value pairs, in as many columns as fit.
import type { ReactNode } from 'react';

/** `wide` takes a whole row, for long text. */
export type Fact = { label: string; value: ReactNode; wide?: boolean };

export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ label, value, wide }) => (
        <div key={label} className={wide ? 'fact-wide' : undefined}>
          <dt>{label}</dt>
          <dd>{value === null || value === '' ? '—' : value}</dd>
        </div>
      ))}
    </dl>
  );
}
