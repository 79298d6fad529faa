// 工作间列表 How a room lists what comes page after page: grey lines, the refusal, what to do where there is nothing, the table
// with the way on, and what it shows as a file.
import { Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import type { Pages } from '../graphql/useGraph.ts';
import { type Cell, Download } from '../shared/Download.tsx';
import { More } from '../shared/More.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { Scrollable } from './Scrollable.tsx';

type Props<Row> = Pick<TableProps<Row>, 'rowKey' | 'columns' | 'expandable' | 'rowSelection'> & {
  of: Pages<{ nodes: Row[] }>;
  label: string;
  /** As many grey lines until it is there. */
  lines: number;
  empty: ReactNode;
  /** 导出表格 Left out where the button stands elsewhere. */
  file?: { name: string; head: string[]; cells: (row: Row) => Cell[] };
};

export function Listed<Row extends object>({ of, label, lines, empty, file, ...table }: Props<Row>) {
  const rows = of.pages.flatMap(({ nodes }) => nodes);
  if (of.failure && rows.length === 0) return <Failed failure={of.failure} retry={of.retry} />;
  if (of.pages.length === 0) return <Loading lines={lines} />;
  if (rows.length === 0) return of.loading ? null : <Empty>{empty}</Empty>;
  return (
    <>
      <More of={of}>
        <Scrollable label={label}>
          <Table<Row> size="small" dataSource={rows} pagination={false} {...table} />
        </Scrollable>
      </More>
      {file && <Download name={file.name} head={file.head} rows={rows.map(file.cells)} />}
    </>
  );
}
