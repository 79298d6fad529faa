// 时间线事件 Everything that is known of an enterprise as events in time, the latest first: a listing is one event when
// it was made and another when it was lifted.
import { amount, day } from '../shared/format.ts';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import type { EnterpriseTimelineQuery } from './generated/graphql.ts';
import { publicityOf } from './publicity.ts';

type Enterprise = NonNullable<EnterpriseTimelineQuery['enterprise']>;
/** `weight` says how it is marked: `grave` weighs against the enterprise, `good` for it. */
export type Event = { id: string; on: string; kind: string; text: string; note: string; tab: string; weight: 'grave' | 'good' | '' };

/** 变更事项 In the words of the register. */
const ITEMS: Record<string, string> = {
  ADDRESS: '住所',
  BUSINESS_SCOPE: '经营范围',
  LEGAL_REPRESENTATIVE: '法定代表人',
  NAME: '名称',
  REGISTERED_CAPITAL: '注册资本',
  SHAREHOLDERS: '股东',
  STATUS: '登记状态',
};

export function eventsOf(enterprise: Enterprise): Event[] {
  const events: Event[] = [
    event('established', enterprise.establishedOn, t('登记'), t('成立'), '', '', ''),
    ...(enterprise.closedOn ? [event('closed', enterprise.closedOn, t('登记'), t('吊销或注销'), '', '', 'grave')] : []),
    ...enterprise.changes.map(({ item, before, after, changedOn }) =>
      event(`change ${item} ${changedOn} ${after}`, changedOn, t('登记变更'), `${t(ITEMS[item] ?? item)}：${before || '—'} → ${after || '—'}`, '', '', ''),
    ),
    ...enterprise.penalties.nodes.map((one) =>
      event(one.id, one.decidedOn, t('行政处罚'), `${one.violation}（${one.documentNumber}，${amount(one.amountYuan, t('元'))}）`, publicityOf(one.publishedOn, one.publicUntil), 'penalties', 'grave'),
    ),
    ...enterprise.licences.nodes.map((one) =>
      event(one.id, one.validFrom, t('行政许可'), `${one.name}（${one.licenceNumber}）`, one.inForce ? t('有效期至 {day}', { day: one.validTo ? day(one.validTo) : t('长期') }) : t('已失效'), 'licences', 'good'),
    ),
    ...enterprise.inspections.nodes.map((one) =>
      event(one.id, one.inspectedOn, t('监督检查'), `${term('InspectionKind', one.kind)}：${term('InspectionResult', one.result)}`, one.authority, 'inspections', one.result === 'NO_PROBLEM' ? 'good' : ''),
    ),
    ...enterprise.abnormalListings.nodes.flatMap((one) => listing(one, t('经营异常名录'), term('AbnormalGround', one.ground), 'abnormal')),
    ...enterprise.seriousViolations.nodes.flatMap((one) => listing(one, t('严重违法失信名单'), term('SeriousGround', one.ground), 'serious')),
    ...enterprise.repairs.nodes.map((one) =>
      event(one.id, one.decidedOn ?? one.appliedOn, t('信用修复'), `${term('RepairKind', one.kind)}：${term('RepairStatus', one.status)}`, one.authority, 'repairs', one.status === 'GRANTED' ? 'good' : ''),
    ),
    ...enterprise.notices.nodes.map((one) => event(one.id, one.publishedOn, t('公告'), one.title, noteOf(one), 'notices', '')),
    ...enterprise.annualReports.nodes.map((one) => event(one.id, one.submittedOn, t('年度报告'), t('报送 {year} 年度报告', { year: one.year }), '', 'reports', 'good')),
  ];
  return events.toSorted((a, b) => (a.on < b.on ? 1 : -1));
}

type Listing = { id: string; listedOn: string; removedOn: string | null; authority: string };

function listing({ id, listedOn, removedOn, authority }: Listing, list: string, ground: string, tab: string): Event[] {
  const entered = event(id, listedOn, list, t('列入：{ground}', { ground }), removedOn ? t('已移出') : t('尚未移出'), tab, 'grave');
  return removedOn ? [event(`${id} removed`, removedOn, list, t('移出：{ground}', { ground }), authority, tab, 'good'), entered] : [entered];
}

type Notice = Enterprise['notices']['nodes'][number];

/** Until when it is announced, or that it was withdrawn. */
function noteOf({ kind, endsOn, withdrawnOn }: Notice): string {
  const word = term('NoticeKind', kind);
  if (withdrawnOn) return t('{kind}，{day}撤回', { kind: word, day: day(withdrawnOn) });
  return endsOn ? t('{kind}，公告至{day}', { kind: word, day: day(endsOn) }) : word;
}

function event(id: string, on: string, kind: string, text: string, note: string, tab: string, weight: Event['weight']): Event {
  return { id, on, kind, text, note, tab, weight };
}

/** Whether some family has more records than the timeline shows. */
export function isCut(enterprise: Enterprise): boolean {
  const { penalties, licences, inspections, abnormalListings, seriousViolations, repairs, notices, annualReports } = enterprise;
  return [penalties, licences, inspections, abnormalListings, seriousViolations, repairs, notices, annualReports].some(
    ({ totalCount, nodes }) => totalCount > nodes.length,
  );
}
