import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { Finding } from './asked.ts';
import { FieldBox } from './FieldBox.tsx';
import type { Item } from './layout.ts';
import type { Report } from './useFiling.ts';

const item: Item = {
  path: 'total_assets',
  value: '123',
  isPending: false,
  definition: { name: 'total_assets', label: '资产总额', unit: '万元', type: 'MONEY_WAN', choices: [], required: true, publish: 'OPTIONAL', confirmable: false, maxLength: 20, source: '条例第九条' },
  field: {
    path: 'total_assets',
    label: '资产总额',
    type: 'MONEY_WAN',
    choices: [],
    unit: '万元',
    value: '123',
    source: { kind: 'LAST_REPORT', asOf: '2025-04-11', reference: '2024年度报告', confidence: 'LIKELY', unchangedSince: null },
    lastValue: '100',
    unchangedConfirmable: false,
    required: true,
    confirmed: false,
  },
};
const finding: Finding = { ruleId: 'AR-080', severity: 'WARNING', paths: ['total_assets'], message: '与上年相差较大。', mend: '请核对单位。', source: '条例第九条' };

function drawn(findings: Finding[]) {
  const report = { type: vi.fn(), giveReason: vi.fn(), publish: vi.fn(), reasons: {}, unpublished: [] };
  render(<FieldBox item={item} report={report as unknown as Report} findings={findings} focused={() => {}} />);
  return report;
}

test('a figure stands with its unit, in capital words, with its source and the last year', () => {
  drawn([]);
  expect(screen.getByLabelText('资产总额')).toHaveProperty('value', '123');
  expect(screen.getByText('万元')).toBeTruthy();
  expect(screen.getByText('壹佰贰拾叁万元整')).toBeTruthy();
  expect(screen.getByText(/2025年4月11日/)).toBeTruthy();
  expect(screen.getByText('上年 100 万元')).toBeTruthy();
});

test('typing goes to the report, a warning can be explained, publicity can be taken back', () => {
  const report = drawn([finding]);
  fireEvent.change(screen.getByLabelText('资产总额'), { target: { value: '130' } });
  expect(report.type).toHaveBeenCalledWith({ total_assets: '130' });
  fireEvent.change(screen.getByLabelText('情况属实的，请说明'), { target: { value: '新增厂房' } });
  expect(report.giveReason).toHaveBeenCalledWith('AR-080', '新增厂房');
  fireEvent.click(screen.getByRole('switch', { name: '向社会公示：资产总额' }));
  expect(report.publish).toHaveBeenCalledWith('total_assets', false);
});
