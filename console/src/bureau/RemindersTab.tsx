// 短信催报 Campaigns of a region: whom they remind, how far they are, why a message was not sent; another one is begun and a
// running one stopped here. Telephones of legal representatives are recorded beside.
import { App, Button, Progress, Tag } from 'antd';
import { useEffect, useRef } from 'react';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { usePages } from '../graphql/useGraph.ts';
import { Listed } from '../room/Listed.tsx';
import { moment } from '../room/time.ts';
import { useAct } from '../room/useAct.ts';
import { Empty, Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { mayAct, useViewer } from '../shell/viewer.ts';
import type { PartProps } from './BureauPage.tsx';
import { CampaignForm } from './CampaignForm.tsx';
import { type CampaignFragment as Campaign, type ReminderCampaignState, ReminderCampaignsDocument, type ReminderCampaignsQuery, StopReminderCampaignDocument } from './generated/graphql.ts';
import { LegalPhone } from './LegalPhone.tsx';

const connection = (data: ReminderCampaignsQuery) => data.reminderCampaigns;
const COLOURS: Record<ReminderCampaignState, string> = { PLANNING: 'processing', RUNNING: 'processing', DONE: 'success', STOPPED: 'default' };
/** How often a running campaign is looked at. */
const PAUSE_MS = 8000;
/** Not on its way any more, in whatever way it ended. */
const OVER = new Set(['SENT', 'DELIVERED', 'FAILED', 'SKIPPED']);

export function RemindersTab({ place, go }: PartProps) {
  const viewer = useViewer();
  if (!mayAct(viewer, 'URGE_REPORTS')) return <Empty>{t('这个账号不能办理短信催报；需要办理的，请由经办人员登录。')}</Empty>;
  return (
    <div className="stack">
      <p className="actions">
        <Button type="primary" onClick={() => go({ narrow: place.narrow === 'new' ? '' : 'new' })} aria-expanded={place.narrow === 'new'}>
          {t('发起催报')}
        </Button>
        {mayAct(viewer, 'RECORD_LEGAL_PHONES') && (
          <Button onClick={() => go({ narrow: place.narrow === 'phone' ? '' : 'phone' })} aria-expanded={place.narrow === 'phone'}>
            {t('登记法定代表人手机号')}
          </Button>
        )}
      </p>
      {place.narrow === 'phone' && <LegalPhone />}
      <Campaigns place={place} go={go} />
    </div>
  );
}

function Campaigns({ place, go }: PartProps) {
  const found = usePages(ReminderCampaignsDocument, { year: place.year, regionCode: place.region || null }, connection);
  const campaigns = found.pages.flatMap(({ nodes }) => nodes);
  const isGoing = campaigns.some(({ state }) => state === 'PLANNING' || state === 'RUNNING');
  const again = useRef(found.retry);
  useEffect(() => {
    again.current = found.retry;
  });
  useEffect(() => {
    if (!isGoing) return undefined;
    const clock = setInterval(() => {
      if (!document.hidden) again.current();
    }, PAUSE_MS);
    return () => clearInterval(clock);
  }, [isGoing]);
  const begun = () => {
    go({ narrow: '' });
    found.retry();
  };
  return (
    <>
      {place.narrow === 'new' && <CampaignForm place={place} done={begun} />}
      <Listed<Campaign>
        of={found}
        label={t('短信催报')}
        lines={5}
        empty={t('本年度还没有催报任务。发起后只提醒尚未报送的主体，已报送的自动跳过。')}
        rowKey="id"
        expandable={{ expandedRowRender: (campaign) => <Detail campaign={campaign} /> }}
        columns={[
          { title: t('范围'), key: 'region', render: (_, one) => <Scope campaign={one} /> },
          { title: t('状态'), key: 'state', render: (_, { state }) => <Tag color={COLOURS[state]}>{term('ReminderCampaignState', state)}</Tag> },
          { title: t('进度'), key: 'progress', width: 200, render: (_, one) => <Share campaign={one} /> },
          { title: t('下次发送'), key: 'next', render: (_, { nextAt }) => moment(nextAt) },
          { title: t('发起时间'), key: 'created', render: (_, { createdAt }) => moment(createdAt) },
          { title: t('办理'), key: 'act', render: (_, one) => <Stop campaign={one} done={found.retry} /> },
        ]}
        file={{
          name: `${place.year} ${t('短信催报')}`,
          head: [t('范围'), t('主体类型'), t('短信内容'), t('状态'), t('发起时间'), t('结束时间'), t('短信'), t('已了结'), t('无手机号')],
          cells: (one) => [one.region?.fullName ?? '', kindsOf(one), one.text, term('ReminderCampaignState', one.state), moment(one.createdAt), moment(one.endedAt), ...sumsOf(one), one.unreachableCount],
        }}
      />
    </>
  );
}

function kindsOf({ kinds }: Campaign): string {
  return kinds.length === 0 ? t('全部类型') : kinds.map((kind) => term('FilerKind', kind)).join('、');
}

const sum = (of: Campaign['counts']) => of.reduce((total, { count }) => total + count, 0);

/** All messages, and those that are over. */
function sumsOf({ counts }: Campaign): [number, number] {
  return [sum(counts), sum(counts.filter(({ state }) => OVER.has(state)))];
}

function Scope({ campaign }: { campaign: Campaign }) {
  return (
    <>
      {campaign.region?.fullName}
      <div className="quiet">{kindsOf(campaign)}</div>
    </>
  );
}

function Share({ campaign }: { campaign: Campaign }) {
  const [all, over] = sumsOf(campaign);
  return (
    <>
      <Progress size="small" percent={all === 0 ? 0 : Math.floor((100 * over) / all)} aria-label={t('催报进度')} />
      <span className="quiet">{t('{all} 条中的 {over} 条', { all, over })}</span>
    </>
  );
}

function Detail({ campaign }: { campaign: Campaign }) {
  return (
    <>
      <p className="letter">{campaign.text}</p>
      <p className="quiet">{t('每日不超过 {cap} 条；{count} 户没有手机号，无法提醒。', { cap: campaign.dailyCap, count: campaign.unreachableCount })}</p>
      <ul>
        {campaign.counts.map(({ state, skipReason, failure, count }) => (
          <li key={`${state} ${skipReason} ${failure}`}>
            {term('MessageState', state)}
            {skipReason && `（${term('SkipReason', skipReason)}）`}
            {failure && `（${failure}）`}：{t('{count} 条', { count })}
          </li>
        ))}
      </ul>
    </>
  );
}

function Stop({ campaign, done }: { campaign: Campaign; done: () => void }) {
  const { modal } = App.useApp();
  const { isBusy, failure, act } = useAct();
  if (campaign.state === 'DONE' || campaign.state === 'STOPPED') return null;
  const stop = () =>
    act(async () => {
      const { stopReminderCampaign } = await ask(StopReminderCampaignDocument, { input: { id: campaign.id } }, NO_ABORT);
      refuse(stopReminderCampaign.userErrors);
      done();
    });
  const confirm = () =>
    modal.confirm({
      title: t('停止这项催报？'),
      content: t('还没有发出的短信不再发送；已发出的不受影响。停止后不能恢复，需要的可以另行发起。'),
      okText: t('停止'),
      onOk: stop,
    });
  return (
    <>
      <Button size="small" danger loading={isBusy} onClick={confirm}>
        {t('停止')}
        <span className="unseen">：{campaign.region?.fullName}</span>
      </Button>
      {failure && <Failed failure={failure} />}
    </>
  );
}
