// 本企业 Which of one's own enterprises a room is about; it stands first in the address of the room.
import { Select } from 'antd';
import type { ReactNode } from 'react';
import { useGraph } from '../graphql/useGraph.ts';
import { amend, type RoomRoute } from '../route.ts';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { Uscc } from '../shared/Uscc.tsx';
import { MyEnterprisesDocument } from './generated/graphql.ts';

const NOTHING_TO_ASK = {};
export type Own = { uscc: string; name: string };

export function OwnEnterprise({ route, children }: { route: RoomRoute; children: (own: Own, rest: string) => ReactNode }) {
  const { data, failure, retry } = useGraph(MyEnterprisesDocument, NOTHING_TO_ASK);
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={6} />;
  const [at = '', rest = ''] = route.at.split('.');
  const enterprises = data.myReports;
  const chosen = enterprises.find(({ uscc }) => uscc === at) ?? enterprises[0];
  if (!chosen) return <Empty>{t('这个账号还不是任何经营主体的联络员，请向登记机关办理联络员备案。')}</Empty>;
  return (
    <>
      <div className="room-tools">
        {enterprises.length > 1 ? (
          <label className="inline-label">
            {t('经营主体')}
            <Select
              value={chosen.uscc}
              style={{ minWidth: '16rem', maxWidth: '100%' }}
              options={enterprises.map(({ uscc, name }) => ({ value: uscc, label: name }))}
              onChange={(uscc) => amend({ ...route, at: uscc })}
            />
          </label>
        ) : (
          <strong>{chosen.name}</strong>
        )}
        <span className="quiet code">
          <Uscc code={chosen.uscc} />
        </span>
      </div>
      {children(chosen, rest)}
    </>
  );
}
