// 公告 What was announced of an enterprise; the office of its region publishes and withdraws here.
import { useCallback, useMemo, useState } from 'react';
import { forget } from '../graphql/client.ts';
import { day } from '../shared/format.ts';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { mayAct, useViewer } from '../shell/viewer.ts';
import { Notices as NoticesOfEnterprise } from './asked.ts';
import type { Reading } from './families.tsx';
import type { EnterpriseNoticesQuery } from './generated/graphql.ts';
import { PublishNotice, WithdrawNotice } from './NoticeActs.tsx';
import { RecordList } from './RecordList.tsx';

const TITLE = '公告';

type Notice = NonNullable<EnterpriseNoticesQuery['enterprise']>['page']['nodes'][number];

export function Notices({ uscc, at }: { uscc: string; at: string }) {
  const mayPublish = mayAct(useViewer(), 'PUBLISH_NOTICES');
  const [changes, setChanges] = useState(0);
  const changed = useCallback(() => {
    // Timeline and searches tell of it, too.
    forget();
    setChanges((before) => before + 1);
  }, []);
  const reading = useMemo(() => readingOf(mayPublish ? changed : null), [mayPublish, changed]);
  return (
    <>
      {mayPublish && <PublishNotice uscc={uscc} done={changed} />}
      <RecordList key={changes} uscc={uscc} at={at} title={TITLE} operation={NoticesOfEnterprise} reading={reading} />
    </>
  );
}

/** How far a notice is. */
export function stateOf({ isOpen, withdrawnOn }: Pick<Notice, 'isOpen' | 'withdrawnOn'>): string {
  if (withdrawnOn) return t('已撤回');
  return isOpen ? t('公告期内') : t('公告期满');
}

function readingOf(changed: (() => void) | null): Reading<Notice> {
  return {
    heading: ({ title }) => title,
    facts: (notice) => [
      { label: t('公告类型'), value: term('NoticeKind', notice.kind) },
      { label: t('状态'), value: stateOf(notice) },
      { label: t('发布日期'), value: day(notice.publishedOn) },
      { label: t('公告截止日'), value: notice.endsOn ? day(notice.endsOn) : t('未设期限') },
      { label: t('发布主体'), value: notice.publisher },
      { label: t('登记机关'), value: notice.authority },
      ...(notice.documentNumber ? [{ label: t('文号'), value: notice.documentNumber }] : []),
      { label: t('依据'), value: notice.basis },
      { label: t('正文'), value: <span className="written">{notice.body}</span>, wide: true },
      ...(notice.withdrawnOn
        ? [
            { label: t('撤回日期'), value: day(notice.withdrawnOn) },
            { label: t('撤回理由'), value: notice.withdrawalReason, wide: true },
          ]
        : []),
      ...(changed && !notice.withdrawnOn
        ? [{ label: t('办理'), value: <WithdrawNotice id={notice.id} title={notice.title} done={changed} />, wide: true }]
        : []),
    ],
  };
}
