// 接口用户 Partner agencies' clients: scopes, quotas, keys by their open part, use of the last week.
import { Alert, App, Button, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { slotsOf } from '../developers/usage.ts';
import { term } from '../developers/words.ts';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { usePages } from '../graphql/useGraph.ts';
import { Chart } from '../room/Chart.tsx';
import { Room } from '../room/Room.tsx';
import { moment } from '../room/time.ts';
import { type Acting, useAct } from '../room/useAct.ts';
import type { RoomRoute } from '../route.ts';
import { mayAct } from '../shell/viewer.ts';
import { Download } from '../shared/Download.tsx';
import { parted } from '../shared/format.ts';
import { More } from '../shared/More.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { ClientForm, type ClientRights, type NewClient } from './ClientForm.tsx';
import {
  ClientsDocument,
  type ClientsQuery,
  CreateClientDocument,
  DisableClientDocument,
  RotateClientKeyDocument,
  UpdateClientDocument,
} from './generated/graphql.ts';

type Client = ClientsQuery['apiClients']['nodes'][number];
const connection = (data: ClientsQuery) => data.apiClients;
const DAYS = 7;

export function ClientsPage({ route }: { route: RoomRoute }) {
  return (
    <Room route={route} title={t('接口用户')}>
      {(viewer) => <Clients mayManage={mayAct(viewer, 'MANAGE_CLIENTS')} />}
    </Room>
  );
}

function Clients({ mayManage }: { mayManage: boolean }) {
  const found = usePages(ClientsDocument, { days: DAYS }, connection);
  const acting = useAct();
  const [secret, setSecret] = useState('');
  const [editing, setEditing] = useState<Client | 'new' | null>(null);
  const clients = found.pages.flatMap(({ nodes }) => nodes);
  if (found.failure && clients.length === 0) return <Failed failure={found.failure} retry={found.retry} />;
  if (found.pages.length === 0) return <Loading lines={8} />;
  const told = (key: string | null) => {
    setSecret(key ?? '');
    found.retry();
  };
  const save = async (typed: NewClient) => told(editing === 'new' ? await created(typed) : await changed(editing?.id ?? '', typed));
  return (
    <>
      <div className="room-tools">
        {mayManage && (
          <Button type="primary" onClick={() => setEditing('new')}>
            {t('建立接口用户')}
          </Button>
        )}
        {clients.length > 0 && (
          <Download
            name={t('接口用户')}
            head={[t('单位名称'), t('辖区'), t('每分钟请求'), t('每分钟规模'), t('授权范围'), t('仅限登记语句'), t('仅限签名请求'), t('密钥'), t('状态')]}
            rows={clients.map((one) => [
              one.name,
              one.region?.fullName ?? '',
              one.requestsPerMinute,
              one.costPerMinute,
              scopesOf(one),
              yesOrNo(one.onlyTrustedDocuments),
              yesOrNo(one.onlySignedRequests),
              one.keys.map(({ prefix, holdsUntil }) => `${prefix}… ${moment(holdsUntil)}`).join('; '),
              one.disabledAt ? t('已停用') : t('正常'),
            ])}
          />
        )}
      </div>
      {secret && <Alert type="success" closable={{ onClose: () => setSecret('') }} title={t('密钥只显示这一次，请当场保存')} description={<span className="secret">{secret}</span>} />}
      {acting.failure && <Failed failure={acting.failure} />}
      {clients.length === 0 && <Empty>{t('还没有接口用户。建立后把密钥交给对方单位。')}</Empty>}
      {clients.length > 0 && (
        <More of={found}>
          <div className="room-table">
            <Table<Client>
              rowKey="id"
              size="small"
              dataSource={clients}
              pagination={false}
              expandable={{ columnTitle: <span className="unseen">{t('详情')}</span>, expandedRowRender: (client) => <Usage client={client} /> }}
              columns={[
                { title: t('单位名称'), key: 'name', render: (_, { name, region }) => <>{name}<div className="quiet">{region?.fullName}</div></> },
                { title: t('每分钟请求'), key: 'requests', className: 'figures', render: (_, one) => parted(one.requestsPerMinute) },
                { title: t('每分钟规模'), key: 'cost', className: 'figures', render: (_, one) => parted(one.costPerMinute) },
                { title: t('授权范围'), key: 'scopes', render: (_, one) => scopesOf(one) || '—' },
                { title: t('仅限登记语句'), key: 'trusted', render: (_, one) => yesOrNo(one.onlyTrustedDocuments) },
                { title: t('仅限签名请求'), key: 'signed', render: (_, one) => yesOrNo(one.onlySignedRequests) },
                { title: t('密钥'), key: 'keys', render: (_, { keys }) => keys.map(({ prefix, holdsUntil }) => <div key={prefix}>{`${prefix}…（${moment(holdsUntil)}）`}</div>) },
                { title: t('状态'), key: 'state', render: (_, { disabledAt }) => <Tag color={disabledAt ? 'error' : 'success'}>{disabledAt ? t('已停用') : t('正常')}</Tag> },
                { title: t('操作'), key: 'act', render: (_, client) => mayManage && !client.disabledAt && <Managing client={client} acting={acting} told={told} edit={() => setEditing(client)} /> },
              ]}
            />
          </div>
        </More>
      )}
      {editing && <ClientForm client={editing === 'new' ? null : editing} save={save} close={() => setEditing(null)} />}
    </>
  );
}

const scopesOf = ({ scopes }: Client) => scopes.map((scope) => term('ApiScope', scope)).join('、');
const yesOrNo = (is: boolean) => (is ? t('是') : t('否'));

/** The key of the new one. */
async function created(input: NewClient): Promise<string | null> {
  const { createApiClient } = await ask(CreateClientDocument, { input }, NO_ABORT);
  refuse(createApiClient.userErrors);
  return createApiClient.key;
}

async function changed(clientId: string, rights: ClientRights): Promise<null> {
  const { updateApiClient } = await ask(UpdateClientDocument, { input: { clientId, ...rights } }, NO_ABORT);
  refuse(updateApiClient.userErrors);
  return null;
}

function Usage({ client }: { client: Client }) {
  const [now] = useState(() => Date.now());
  const slots = slotsOf(client.usage, DAYS, now);
  return (
    <Chart
      title={t('{name} 近 {days} 天请求', { name: client.name, days: DAYS })}
      labels={slots.map(({ title }) => title)}
      series={[
        { name: t('请求'), values: slots.map(({ requests }) => requests) },
        { name: t('拒绝'), values: slots.map(({ refused }) => refused) },
      ]}
    />
  );
}

type ManagingProps = { client: Client; acting: Acting; told: (key: string | null) => void; edit: () => void };

function Managing({ client, acting, told, edit }: ManagingProps) {
  const { modal } = App.useApp();
  const input = { clientId: client.id };
  const rotate = () =>
    modal.confirm({
      title: t('更换 {name} 的密钥？', { name: client.name }),
      content: t('新密钥只显示一次；现有密钥再有效一天。'),
      onOk: () =>
        acting.act(async () => {
          const { rotateApiKey } = await ask(RotateClientKeyDocument, { input }, NO_ABORT);
          refuse(rotateApiKey.userErrors);
          told(rotateApiKey.key);
        }),
    });
  const disable = () =>
    modal.confirm({
      title: t('停用 {name}？', { name: client.name }),
      content: t('停用后它的全部密钥立即失效，不能恢复，只能重新建立。'),
      okText: t('停用'),
      okButtonProps: { danger: true },
      onOk: () =>
        acting.act(async () => {
          const { disableApiClient } = await ask(DisableClientDocument, { input }, NO_ABORT);
          refuse(disableApiClient.userErrors);
          told(null);
        }),
    });
  const name = <span className="unseen"> {client.name}</span>;
  return (
    <Space wrap>
      <Button size="small" onClick={edit}>
        {t('权限与限额')}
        {name}
      </Button>
      <Button size="small" onClick={rotate}>
        {t('更换密钥')}
        {name}
      </Button>
      <Button size="small" danger onClick={disable}>
        {t('停用')}
        {name}
      </Button>
    </Space>
  );
}
