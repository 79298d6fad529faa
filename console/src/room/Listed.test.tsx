import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { GraphFailure } from '../graphql/client.ts';
import type { Pages } from '../graphql/useGraph.ts';
import { Listed } from './Listed.tsx';

type Row = { id: string };
const LIST: Pages<{ nodes: Row[] }> = { pages: [], failure: null, loading: false, hasMore: false, more: vi.fn(), retry: vi.fn() };

function drawn(of: Partial<typeof LIST>) {
  const list = { ...LIST, ...of };
  render(
    <Listed<Row> of={list} label="记录" lines={3} empty="还没有记录" rowKey="id" columns={[{ title: '编号', dataIndex: 'id' }]} file={{ name: '记录', head: ['编号'], cells: ({ id }) => [id] }} />,
  );
  return list;
}

test('a list is on its way, refused, empty, or there with the way on and its file', () => {
  drawn({ loading: true });
  expect(screen.getByText('正在加载…')).toBeTruthy();
  const { retry } = drawn({ failure: new GraphFailure('服务繁忙', 'OVERLOADED') });
  fireEvent.click(screen.getByText('重试'));
  expect(retry).toHaveBeenCalled();
  drawn({ pages: [{ nodes: [] }] });
  expect(screen.getByText('还没有记录')).toBeTruthy();
  const { more } = drawn({ pages: [{ nodes: [{ id: 'a' }] }, { nodes: [{ id: 'b' }] }], hasMore: true });
  expect([screen.getByText('a'), screen.getByText('b')].length).toBe(2);
  expect(screen.getByRole('region', { name: '记录' })).toBeTruthy();
  expect(screen.getByText('导出表格')).toBeTruthy();
  fireEvent.click(screen.getByText('显示更多'));
  expect(more).toHaveBeenCalled();
});
