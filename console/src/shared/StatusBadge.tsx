// 登记状态 The registration status as a badge; its words say it, the colour only helps.
import { brief } from './format.ts';
import { term } from './vocabulary.ts';

/** States in which the entity may do business (存续、在业). */
const OPEN = new Set(['ACTIVE', 'OPERATING']);

export function StatusBadge({ status }: { status: string }) {
  return (
    <span className={OPEN.has(status) ? 'badge badge-good' : 'badge badge-grave'}>
      {brief(term('EnterpriseStatus', status))}
    </span>
  );
}
