// 联络员注册 For everybody: an enterprise that has no liaison yet gets one, with a code that goes to its legal representative.
import { useState } from 'react';
import { useGraph } from '../graphql/useGraph.ts';
import { Frame } from '../room/Room.tsx';
import type { LiaisonRoute } from '../route.ts';
import { Facts } from '../shared/Facts.tsx';
import { Link } from '../shared/Link.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { t } from '../shared/text.ts';
import { type LiaisonNowFragment, LiaisonPartyDocument } from './generated/graphql.ts';
import { LiaisonForm } from './LiaisonForm.tsx';

export function RegisterPage({ route }: { route: LiaisonRoute }) {
  const [registered, setRegistered] = useState<LiaisonNowFragment | null>(null);
  const party = useGraph(LiaisonPartyDocument, route.uscc ? { uscc: route.uscc } : null);
  const name = party.data?.enterprise?.name ?? '';
  return (
    <Frame>
      <div className="room-narrow">
        <PageTitle>{t('联络员注册')}</PageTitle>
        {registered ? (
          <Done liaison={registered} />
        ) : (
          <>
            {name && <p>{name}</p>}
            <p>{t('联络员负责报送年度报告和办理公示事项。验证码发到法定代表人（负责人）在登记机关登记的手机号；未登记手机号或者号码已停用的，请到登记机关办理。')}</p>
            <p className="quiet">{t('已有联络员的，请由现联络员登录后在“联络员”页面办理变更。')}</p>
            <LiaisonForm key={route.uscc} purpose="REGISTER" uscc={route.uscc} done={setRegistered} />
          </>
        )}
      </div>
    </Frame>
  );
}

function Done({ liaison }: { liaison: LiaisonNowFragment }) {
  return (
    <section className="card" role="status">
      <h2>
        <span className="badge badge-good">✓</span> {t('联络员已登记')}
      </h2>
      <Facts
        facts={[
          { label: t('姓名'), value: liaison.name },
          { label: t('账号'), value: liaison.login },
          { label: t('手机号'), value: liaison.phoneMasked },
        ]}
      />
      <p>
        <Link to={{ page: 'room', room: 'sign-in', at: '/?room=filings' }} className="button primary">
          {t('登录并填报年报')}
        </Link>
      </p>
    </section>
  );
}
