import { expect, test } from 'vitest';
import { eventsOf } from './events.ts';
import { publicityOf } from './publicity.ts';

const none = { totalCount: 0, nodes: [] };
const enterprise = {
  establishedOn: '2020-03-01',
  closedOn: null,
  changes: [],
  penalties: { totalCount: 1, nodes: [{ id: 'p', documentNumber: '陕市监罚〔2025〕1号', violation: '未明码标价', amountYuan: '1000', decidedOn: '2025-05-01', publishedOn: '2025-05-08', publicUntil: null, authority: '' }] },
  licences: none,
  inspections: none,
  abnormalListings: { totalCount: 1, nodes: [{ id: 'a', ground: 'UNREACHABLE' as const, listedOn: '2023-07-01', removedOn: '2024-01-05', removalGround: null, authority: '' }] },
  seriousViolations: none,
  repairs: none,
  notices: { totalCount: 1, nodes: [{ id: 'n', kind: 'CREDITOR' as const, title: '债权申报', publishedOn: '2025-05-02', endsOn: '2025-06-16', withdrawnOn: null }] },
  annualReports: { totalCount: 1, nodes: [{ id: 'r', year: 2024, submittedOn: '2025-04-11' }] },
};

test('everything stands in time, the latest first; a listing that was lifted is two events', () => {
  expect(eventsOf(enterprise)[0]?.note).toBe('债权人公告，公告至2025年6月16日');
  expect(eventsOf(enterprise).map(({ on, kind }) => `${on} ${kind}`)).toEqual([
    '2025-05-02 公告',
    '2025-05-01 行政处罚',
    '2025-04-11 年度报告',
    '2024-01-05 经营异常名录',
    '2023-07-01 经营异常名录',
    '2020-03-01 登记',
  ]);
});

test('publicity is told by its days', () => {
  expect(publicityOf(null, null, '2026-01-01')).toBe('未公示');
  expect(publicityOf('2025-05-08', null, '2026-01-01')).toBe('公示中');
  expect(publicityOf('2025-05-08', '2026-01-01', '2026-01-01')).toBe('公示中，至2026年1月1日');
  expect(publicityOf('2025-05-08', '2025-12-31', '2026-01-01')).toBe('公示期已于2025年12月31日届满');
});
