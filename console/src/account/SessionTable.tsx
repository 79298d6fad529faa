// 会话 Where somebody is signed in, with the way to end each.
import { App, Button, Table, Tag } from 'antd';
import { moment } from '../room/time.ts';
import { Download } from '../shared/Download.tsx';
import { Empty } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import type { SessionPartsFragment as Session } from './generated/graphql.ts';

/** Without `end` they are only shown. */
export function SessionTable({ name, sessions, end }: { name: string; sessions: Session[]; end?: (session: Session) => void }) {
  const { modal } = App.useApp();
  if (sessions.length === 0) return <Empty>{t('没有进行中的登录；下次登录后会列在这里。')}</Empty>;
  const confirm = (session: Session) =>
    modal.confirm({
      title: t('结束这个登录？'),
      content: t('{source} 自 {moment} 的登录立即结束，需要重新登录。已保存的内容不受影响。', { source: session.source, moment: moment(session.startedAt) }),
      okText: t('结束登录'),
      onOk: () => end?.(session),
    });
  const head = [t('登录时间'), t('最近使用'), t('来源地址'), t('登录方式')];
  return (
    <>
      {/* Wider than a phone, and there may be nothing in it to go to by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="room-table" role="region" aria-label={t('{name}的登录', { name })} tabIndex={0}>
        <Table<Session>
          rowKey="id"
          size="small"
          dataSource={sessions}
          pagination={false}
          columns={[
            ...head.map((title, place) => ({ title, key: title, render: (_: unknown, one: Session) => cells(one)[place] })),
            {
              title: t('操作'),
              key: 'act',
              render: (_, one) =>
                one.isCurrent ? (
                  <Tag color="success">{t('本次登录')}</Tag>
                ) : (
                  end && (
                    <Button size="small" danger onClick={() => confirm(one)}>
                      {t('结束登录')}
                      <span className="unseen"> {one.source}</span>
                    </Button>
                  )
                ),
            },
          ]}
        />
      </div>
      <p>
        <Download name={t('{name}的登录', { name })} head={head} rows={sessions.map(cells)} />
      </p>
    </>
  );
}

function cells(one: Session): string[] {
  return [moment(one.startedAt), moment(one.seenAt), one.source, methodOf(one)];
}

function methodOf({ issuer, hasSecondFactor }: Session): string {
  const first = issuer ?? t('口令');
  return hasSecondFactor ? t('{first}和二次验证', { first }) : first;
}
