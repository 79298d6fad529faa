// 主体 Name, code and place in one cell.
import { Link } from '../shared/Link.tsx';
import type { PartyFragment } from './generated/graphql.ts';

export function Party({ of: { uscc, name, region }, tab = '' }: { of: PartyFragment; tab?: string }) {
  return (
    <>
      <Link to={{ page: 'enterprise', uscc, tab, at: '' }}>{name}</Link>
      <div className="quiet">
        {uscc} · {region?.fullName}
      </div>
    </>
  );
}
