// 联络员 Of one's own enterprise: hand over to another one, and what was done about its liaison, from wherever. The
// enterprise stands in the address.
import { Button } from 'antd';
import { useState } from 'react';
import { OwnEnterprise } from '../filing/OwnEnterprise.tsx';
import { usePages } from '../graphql/useGraph.ts';
import { Listed } from '../room/Listed.tsx';
import { Room } from '../room/Room.tsx';
import { moment } from '../room/time.ts';
import { Choice } from '../reminder/Choice.tsx';
import type { RoomRoute } from '../route.ts';
import { Link } from '../shared/Link.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { type LiaisonNowFragment, OwnLiaisonLogsDocument, type OwnLiaisonLogsQuery } from './generated/graphql.ts';
import { LiaisonForm } from './LiaisonForm.tsx';

type Log = OwnLiaisonLogsQuery['ownLiaisonLogs']['nodes'][number];
const connection = (data: OwnLiaisonLogsQuery) => data.ownLiaisonLogs;

export function LiaisonPage({ route }: { route: RoomRoute }) {
  return (
    <Room route={route} title={t('联络员')}>
      {() => (
        <OwnEnterprise route={route}>
          {({ uscc, name }) => <OneEnterprise key={uscc} uscc={uscc} name={name} />}
        </OwnEnterprise>
      )}
    </Room>
  );
}

/** Who has handed over has no rights any more, not even to the log. */
function OneEnterprise({ uscc, name }: { uscc: string; name: string }) {
  const [next, setNext] = useState<LiaisonNowFragment | null>(null);
  if (next) {
    return (
      <section className="card" role="status">
        <h2>{t('联络员已变更')}</h2>
        <p>{t('{name} 的联络员现为 {liaison}（{login}，{phone}）。原联络员的权限和登录已经结束。', { name, liaison: next.name, login: next.login, phone: next.phoneMasked })}</p>
        <p>
          <Link to={{ page: 'room', room: 'sign-in', at: '' }}>{t('登录')}</Link>
        </p>
      </section>
    );
  }
  return (
    <div className="stack">
      <HandOver uscc={uscc} done={setNext} />
      <Choice uscc={uscc} name={name} />
      <Logs uscc={uscc} name={name} />
    </div>
  );
}

/** 变更 What it ends is said before. */
function HandOver({ uscc, done }: { uscc: string; done: (next: LiaisonNowFragment) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="stack">
      <p>{t('变更后，原联络员对这个经营主体的权限立即结束，全部登录退出；已保存的草稿和已报送的年报不受影响。')}</p>
      <Button onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
        {t('变更联络员')}
      </Button>
      {isOpen && (
        <div className="room-narrow">
          <LiaisonForm purpose="CHANGE" uscc={uscc} done={done} />
        </div>
      )}
    </section>
  );
}

/** Why a step was refused. */
const REFUSALS: Record<string, string> = {
  WRONG_CODE: '验证码不正确',
  CODE_EXPIRED: '验证码已失效',
  CODE_USED: '验证码已使用过',
  CODE_LOCKED: '验证码错误次数过多',
  TOO_SOON: '申请间隔过短',
  TOO_MANY: '次数过多',
  LIAISON_EXISTS: '已有联络员',
  NO_LIAISON: '没有联络员',
  LOGIN_TAKEN: '账号名已被使用',
  WEAK_PASSWORD: '口令过于简单',
  INVALID_PHONE: '手机号有误',
};

function told({ outcome }: Log): string {
  if (outcome === 'DONE') return t('已办理');
  return t('未办理（{code}）', { code: t(REFUSALS[outcome] ?? outcome) });
}

function Logs({ uscc, name }: { uscc: string; name: string }) {
  const found = usePages(OwnLiaisonLogsDocument, { uscc }, connection);
  return (
    <section className="card stack" aria-labelledby="liaison-logs">
      <h2 id="liaison-logs">{t('办理记录')}</h2>
      <p className="quiet">{t('注册和变更的每一步都有记录。有不是本单位办理的，请立即向登记机关反映。')}</p>
      <Listed<Log>
        of={found}
        label={t('办理记录')}
        lines={4}
        empty={t('还没有办理记录；注册或变更联络员后列在这里。')}
        rowKey={(log) => `${log.loggedAt} ${log.step} ${log.outcome}`}
        columns={[
          { title: t('时间'), key: 'at', render: (_, log) => moment(log.loggedAt) },
          { title: t('业务'), key: 'purpose', render: (_, { purpose }) => (purpose ? term('LiaisonPurpose', purpose) : '—') },
          { title: t('环节'), key: 'step', render: (_, { step }) => (step ? term('LiaisonStep', step) : '—') },
          { title: t('结果'), key: 'outcome', render: (_, log) => told(log) },
          { title: t('账号'), key: 'login', render: (_, { login }) => login ?? '—' },
          { title: t('来源'), key: 'source', render: (_, { source }) => source ?? t('系统') },
        ]}
        file={{
          name: t('{name}的联络员办理记录', { name }),
          head: [t('时间'), t('业务'), t('环节'), t('结果'), t('账号'), t('来源')],
          cells: (log) => [moment(log.loggedAt), log.purpose && term('LiaisonPurpose', log.purpose), log.step && term('LiaisonStep', log.step), told(log), log.login, log.source],
        }}
      />
    </section>
  );
}
