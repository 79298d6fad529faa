// 运行与限额 The slowest operations of late, and what one request may cost.
import { Table } from 'antd';
import { useGraph } from '../graphql/useGraph.ts';
import { limitsOf } from '../developers/limits.ts';
import { Room } from '../room/Room.tsx';
import { moment } from '../room/time.ts';
import type { RoomRoute } from '../route.ts';
import { Download } from '../shared/Download.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { OperatingDocument } from './generated/graphql.ts';

const NOTHING_TO_ASK = {};

export function OperationsPage({ route }: { route: RoomRoute }) {
  return (
    <Room route={route} title={t('运行与限额')}>
      {() => <Operating />}
    </Room>
  );
}

function Operating() {
  const { data, failure, retry } = useGraph(OperatingDocument, NOTHING_TO_ASK);
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={8} />;
  return (
    <>
      <section className="card">
        <h2>{t('慢操作')}</h2>
        {data.slowOperations.length === 0 && <Empty>{t('最近一小时没有慢操作；超过设定时长的请求会自动列在这里。')}</Empty>}
        {data.slowOperations.length > 0 && (
          <div className="room-table">
            <Table
              rowKey={({ at, operation }) => `${at} ${operation}`}
              size="small"
              pagination={false}
              dataSource={data.slowOperations}
              expandable={{ expandedRowRender: ({ document: text }) => <pre>{text}</pre> }}
              columns={[
                { title: t('时间'), key: 'at', render: (_, { at }) => moment(at) },
                { title: t('操作'), dataIndex: 'operation' },
                { title: t('耗时（秒）'), key: 'seconds', className: 'figures', render: (_, { seconds }) => seconds.toFixed(3) },
              ]}
            />
            <Download name={t('慢操作')} head={[t('时间'), t('操作'), t('耗时（秒）')]} rows={data.slowOperations.map(({ at, operation, seconds }) => [moment(at), operation, seconds.toFixed(3)])} />
          </div>
        )}
      </section>
      <section className="card">
        <h2>{t('服务限额')}</h2>
        <div className="room-table">
          <Table
            rowKey="name"
            size="small"
            pagination={false}
            dataSource={limitsOf(data.serviceLimits)}
            columns={[
              { title: t('名称'), dataIndex: 'name' },
              { title: t('限额'), dataIndex: 'value' },
            ]}
          />
        </div>
        <Download name={t('服务限额')} head={[t('名称'), t('限额')]} rows={limitsOf(data.serviceLimits).map(({ name, value }) => [name, value])} />
      </section>
    </>
  );
}
