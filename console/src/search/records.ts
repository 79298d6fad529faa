// 记录写法 How a hit of each kind reads: what it is called, whom it is about, the two or three facts that matter.
import type { CrossRegionHit, OwnHit, SearchHit } from './asked.ts';
import type { EnterpriseRoute } from '../route.ts';
import { amount, day } from '../shared/format.ts';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';

/** A text of the record; `passages` are those of the index in which it may have been found. */
export type Piece = { text: string; passages: string[] };

export type Reading = {
  /** The kind as a badge; `isGrave` for what weighs against whom it is about. */
  kind: string;
  isGrave: boolean;
  /** What a record is that the public does not find: one that is not shown any more, or never was. */
  unpublished: string;
  /** What the record is called. */
  title: Piece;
  /** Whom it is about; without a screen if it does not stand in this register. */
  party: Piece;
  to: EnterpriseRoute | null;
  facts: Piece[];
};

/** Titles of records of fixed grounds are found as their ground. */
const GROUND = ['GROUND', 'TITLE'];

export function reading(hit: Exclude<SearchHit, { __typename: 'Enterprise' }>): Reading {
  switch (hit.__typename) {
    case 'Penalty':
      return own(hit, 'penalties', t('行政处罚'), true, { text: hit.violation, passages: ['VIOLATION'] }, [
        number(hit.documentNumber),
        plain(Number(hit.fine) > 0 && t('罚没 {amount}', { amount: amount(hit.fine, t('元')) })),
      ]);
    case 'Licence':
      return own(hit, 'licences', t('行政许可'), false, { text: hit.name, passages: ['TITLE', 'NAME', 'GROUND'] }, [
        number(hit.licenceNumber),
        plain(t('有效期至 {day}', { day: hit.validTo ? day(hit.validTo) : t('长期') })),
      ]);
    case 'Inspection':
      return own(hit, 'inspections', t('监督检查'), false, fixed('InspectionKind', hit.inspectionKind), [
        { ...fixed('InspectionResult', hit.result), passages: ['DECISION', 'TITLE'] },
      ]);
    case 'AbnormalListing':
      return own(hit, 'abnormal', t('经营异常名录'), true, fixed('AbnormalGround', hit.abnormalGround), [
        plain(hit.removedOn && t('{day}移出', { day: day(hit.removedOn) })),
      ]);
    case 'SeriousViolation':
      return own(hit, 'serious', t('严重违法失信'), true, fixed('SeriousGround', hit.seriousGround), [
        number(hit.documentNumber),
        plain(hit.removedOn && t('{day}移出', { day: day(hit.removedOn) })),
      ]);
    case 'CreditRepair':
      return own(hit, 'repairs', t('信用修复'), false, fixed('RepairKind', hit.repairKind), [
        plain(term('RepairStatus', hit.repairStatus)),
      ]);
    case 'Notice':
      return own(hit, 'notices', t('公告'), false, { text: hit.noticeTitle, passages: ['TITLE'] }, [
        { text: term('NoticeKind', hit.noticeKind), passages: ['GROUND'] },
        hit.noticeNumber ? number(hit.noticeNumber) : null,
        plain(hit.withdrawnOn ? t('{day}撤回', { day: day(hit.withdrawnOn) }) : hit.endsOn && t('公告至{day}', { day: day(hit.endsOn) })),
      ]);
    case 'CrossRegionRecord':
      return elsewhere(hit);
  }
}

function own(
  { id, enterprise, date, authority }: OwnHit,
  tab: string,
  kind: string,
  isGrave: boolean,
  title: Piece,
  facts: (Piece | null)[],
): Reading {
  return {
    kind,
    isGrave,
    unpublished: t('不再公示'),
    title,
    party: { text: enterprise.name, passages: ['NAME'] },
    to: { page: 'enterprise', uscc: enterprise.uscc, tab, at: id },
    facts: [...facts, plain(day(date)), office(authority)].filter((fact) => fact !== null),
  };
}

/** The kinds of what other provinces send, as their families are called. */
const FAMILY: Record<string, string> = {
  LICENCE: 'CROSS_REGION_LICENCE',
  PENALTY: 'CROSS_REGION_PENALTY',
  SERIOUS_VIOLATION: 'CROSS_REGION_VIOLATION',
  OFFSITE_CASE: 'OFFSITE_CASE',
};

function elsewhere(hit: CrossRegionHit): Reading {
  const facts = [
    plain(hit.provinceName),
    number(hit.documentNumber),
    plain(hit.amount !== null && Number(hit.amount) > 0 && t('罚没 {amount}', { amount: amount(hit.amount, t('元')) })),
    plain(day(hit.date)),
    plain(hit.validTo && t('有效期至 {day}', { day: day(hit.validTo) })),
    plain(hit.removedOn && t('{day}移出', { day: day(hit.removedOn) })),
    plain(hit.state && term('OffsiteCaseState', hit.state)),
    office(hit.authority),
  ];
  const isGrave = hit.crossRegionKind === 'PENALTY' || hit.crossRegionKind === 'SERIOUS_VIOLATION';
  return {
    kind: term('SearchFamily', FAMILY[hit.crossRegionKind] ?? hit.crossRegionKind),
    isGrave,
    unpublished: hit.crossRegionKind === 'OFFSITE_CASE' ? t('不公示') : t('不再公示'),
    title: { text: hit.title, passages: ['TITLE', 'GROUND', 'CATEGORY'] },
    party: { text: hit.enterpriseName, passages: ['NAME'] },
    to: hit.party && { page: 'enterprise', uscc: hit.party.uscc, tab: '', at: '' },
    facts: facts.filter((fact) => fact !== null),
  };
}

function plain(text: string | false | null): Piece | null {
  return text ? { text, passages: [] } : null;
}

function number(text: string): Piece {
  return { text, passages: ['DOCUMENT_NUMBER'] };
}

function office(text: string): Piece {
  return { text, passages: ['AUTHORITY'] };
}

function fixed(list: Parameters<typeof term>[0], value: string): Piece {
  return { text: term(list, value), passages: GROUND };
}
