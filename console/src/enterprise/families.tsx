// 信用记录 The families of records of an enterprise: how each is asked for and how it reads.
import type { ReactNode } from 'react';
import {
  AbnormalListings,
  AnnualReports,
  Inspections,
  Licences,
  Penalties,
  type RecordOperation,
  Repairs,
  SeriousViolations,
} from './asked.ts';
import { Print } from '../documents/Print.tsx';
import { amount, day } from '../shared/format.ts';
import type { Fact } from '../shared/Facts.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { Notices } from './Notices.tsx';
import { publicityOf } from './publicity.ts';
import { RecordList } from './RecordList.tsx';
import { Timeline } from './Timeline.tsx';

/** How one record of a family reads. */
export type Reading<Node> = { heading: (node: Node) => string; facts: (node: Node) => Fact[] };

export type Family = { id: string; title: string; list: (uscc: string, at: string) => ReactNode };

function family<Node extends { id: string }>(
  id: string,
  title: string,
  operation: RecordOperation<Node>,
  reading: Reading<Node>,
): Family {
  return {
    id,
    title,
    list: (uscc, at) => (
      <RecordList key={id} uscc={uscc} at={at} title={title} operation={operation} reading={reading} />
    ),
  };
}

/** The tabs of the record page: everything in time, then family by family in the order of the public system (公示系统). */
export const FAMILIES: readonly Family[] = [
  { id: 'timeline', title: '时间线', list: (uscc) => <Timeline uscc={uscc} /> },
  family('penalties', '行政处罚', Penalties, {
    heading: (penalty) => penalty.documentNumber,
    facts: (penalty) => [
      { label: t('违法事实'), value: penalty.violation, wide: true },
      { label: t('处罚依据'), value: penalty.legalBasis, wide: true },
      { label: t('处罚内容'), value: penalty.decision, wide: true },
      { label: t('罚没金额'), value: amount(penalty.amountYuan, t('元')) },
      { label: t('领域'), value: penalty.category },
      { label: t('决定日期'), value: day(penalty.decidedOn) },
      { label: t('公示日期'), value: day(penalty.publishedOn) },
      { label: t('公示状态'), value: publicityOf(penalty.publishedOn, penalty.publicUntil) },
      { label: t('决定机关'), value: penalty.authority },
    ],
  }),
  family('licences', '行政许可', Licences, {
    heading: (licence) => licence.name,
    facts: (licence) => [
      { label: t('许可证号'), value: licence.licenceNumber },
      { label: t('有效期自'), value: day(licence.validFrom) },
      { label: t('有效期至'), value: licence.validTo ? day(licence.validTo) : t('长期') },
      { label: t('状态'), value: licence.inForce ? t('有效') : t('已失效') },
      { label: t('许可机关'), value: licence.authority },
    ],
  }),
  family('inspections', '监督检查', Inspections, {
    heading: (inspection) => term('InspectionKind', inspection.kind),
    facts: (inspection) => [
      { label: t('检查结果'), value: term('InspectionResult', inspection.result) },
      { label: t('检查日期'), value: day(inspection.inspectedOn) },
      { label: t('检查机关'), value: inspection.authority },
    ],
  }),
  family('abnormal', '经营异常', AbnormalListings, {
    heading: (listing) => term('AbnormalGround', listing.ground),
    facts: (listing) => [
      { label: t('列入日期'), value: day(listing.listedOn) },
      { label: t('移出日期'), value: listing.removedOn ? day(listing.removedOn) : t('尚未移出') },
      { label: t('移出原因'), value: listing.removalGround && term('RemovalGround', listing.removalGround) },
      { label: t('决定机关'), value: listing.authority },
    ],
  }),
  family('serious', '严重违法失信', SeriousViolations, {
    heading: (violation) => term('SeriousGround', violation.ground),
    facts: (violation) => [
      { label: t('事实'), value: violation.facts, wide: true },
      { label: t('决定书文号'), value: violation.documentNumber },
      { label: t('列入日期'), value: day(violation.listedOn) },
      { label: t('移出日期'), value: violation.removedOn ? day(violation.removedOn) : t('尚未移出') },
      { label: t('决定机关'), value: violation.authority },
    ],
  }),
  family('repairs', '信用修复', Repairs, {
    heading: (repair) => term('RepairKind', repair.kind),
    facts: (repair) => [
      { label: t('状态'), value: term('RepairStatus', repair.status) },
      { label: t('申请日期'), value: day(repair.appliedOn) },
      { label: t('决定日期'), value: day(repair.decidedOn) },
      { label: t('决定机关'), value: repair.authority },
    ],
  }),
  { id: 'notices', title: '公告', list: (uscc, at) => <Notices key="notices" uscc={uscc} at={at} /> },
  family('reports', '年度报告', AnnualReports, {
    heading: (report) => t('{year} 年度报告', { year: report.year }),
    facts: (report) => [
      { label: t('报送日期'), value: day(report.submittedOn) },
      { label: t('从业人数'), value: amount(report.employees, t('人')) },
      { label: t('资产总额'), value: amount(report.totalAssetsWan, t('万元')) },
      { label: t('营业总收入'), value: amount(report.totalRevenueWan, t('万元')) },
      { label: t('净利润'), value: amount(report.netProfitWan, t('万元')) },
      { label: t('纳税总额'), value: amount(report.totalTaxWan, t('万元')) },
      { label: t('年度报告书'), value: <Print report={report.id} hasReceipt={false} name={String(report.year)} />, wide: true },
    ],
  }),
];
