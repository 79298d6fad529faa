// 账号与角色 Accounts (system administrator) and their roles (security administrator); each sees the buttons of what
// they may do, the graph refuses the rest.
import { Alert, App, Button, Form, Input, Modal, Select, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { term, valuesOf } from '../developers/words.ts';
import { ask, GraphFailure, NO_ABORT, refuse } from '../graphql/client.ts';
import { usePages } from '../graphql/useGraph.ts';
import { Download } from '../shared/Download.tsx';
import { Room } from '../room/Room.tsx';
import { moment } from '../room/time.ts';
import { type Acting, useAct } from '../room/useAct.ts';
import { amend, type RoomRoute } from '../route.ts';
import { mayAct, type ViewerData } from '../shell/viewer.ts';
import { More } from '../shared/More.tsx';
import { Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import {
  AssignRoleDocument,
  CreateUserDocument,
  DisableUserDocument,
  EnableUserDocument,
  EnterpriseIdDocument,
  ResetUserDocument,
  RevokeRoleDocument,
  type Role,
  type UserPartsFragment as User,
  UsersDocument,
  type UsersQuery,
} from './generated/graphql.ts';
import { UserSessions } from './UserSessions.tsx';

const connection = (data: UsersQuery) => data.users;

export function UsersPage({ route }: { route: RoomRoute }) {
  return (
    <Room route={route} title={t('账号与角色')}>
      {(viewer) => <Users viewer={viewer} route={route} />}
    </Room>
  );
}

function Users({ viewer, route }: { viewer: ViewerData; route: RoomRoute }) {
  const found = usePages(UsersDocument, {}, connection);
  const acting = useAct();
  const [secret, setSecret] = useState('');
  const [isMaking, setMaking] = useState(false);
  const [granting, setGranting] = useState<User | null>(null);
  const users = found.pages.flatMap(({ nodes }) => nodes);
  // Whose sessions are looked at, by login, so that it can be linked to.
  const looked = users.find(({ login }) => login === route.at);
  const mayManage = mayAct(viewer, 'MANAGE_USERS');
  const mayGrant = mayAct(viewer, 'ASSIGN_ROLES');
  if (found.failure && users.length === 0) return <Failed failure={found.failure} retry={found.retry} />;
  if (found.pages.length === 0) return <Loading lines={8} />;
  const told = (password: string | null) => {
    setSecret(password ?? '');
    found.retry();
  };
  return (
    <>
      <div className="room-tools">
        {mayManage && (
          <Button type="primary" onClick={() => setMaking(true)}>
            {t('建立账号')}
          </Button>
        )}
        <Download name={t('账号与角色')} head={[t('账号'), t('姓名'), t('角色'), t('状态')]} rows={users.map((user) => [user.login, user.name, user.roles.map((grant) => grant.term).join('、'), stateOf(user)])} />
      </div>
      {secret && <Alert type="success" closable={{ onClose: () => setSecret('') }} title={t('初始口令只显示这一次，首次登录须更换')} description={<span className="secret">{secret}</span>} />}
      {acting.failure && <Failed failure={acting.failure} />}
      <More of={found}>
        <div className="room-table">
          <Table<User>
            rowKey="id"
            size="small"
            dataSource={users}
            pagination={false}
            columns={[
              { title: t('账号'), dataIndex: 'login' },
              { title: t('姓名'), dataIndex: 'name' },
              { title: t('角色'), key: 'roles', render: (_, user) => <Roles user={user} mayGrant={mayGrant} acting={acting} done={found.retry} /> },
              { title: t('状态'), key: 'state', render: (_, user) => <Tag color={user.disabledAt ? 'error' : 'success'}>{stateOf(user)}</Tag> },
              { title: t('最近使用'), key: 'used', render: (_, { lastUsedAt }) => moment(lastUsedAt) },
              {
                title: t('操作'),
                key: 'act',
                render: (_, user) => (
                  <Space wrap>
                    {mayGrant && (
                      <Button size="small" onClick={() => setGranting(user)}>
                        {t('授予角色')}
                        <span className="unseen"> {user.login}</span>
                      </Button>
                    )}
                    <Button size="small" onClick={() => amend({ ...route, at: user.login })}>
                      {t('登录情况')}
                      <span className="unseen"> {user.login}</span>
                    </Button>
                    {mayManage && <Managing user={user} acting={acting} told={told} />}
                  </Space>
                ),
              },
            ]}
          />
        </div>
      </More>
      {looked && <UserSessions user={looked} mayEnd={mayManage} close={() => amend({ ...route, at: '' })} />}
      {isMaking && <Making close={() => setMaking(false)} told={told} />}
      {granting && <Granting user={granting} close={() => setGranting(null)} done={found.retry} />}
    </>
  );
}

function stateOf({ disabledAt, mustChangePassword }: User): string {
  if (disabledAt) return t('已停用');
  return mustChangePassword ? t('待更换口令') : t('正常');
}

type RolesProps = { user: User; mayGrant: boolean; acting: Acting; done: () => void };

function Roles({ user, mayGrant, acting, done }: RolesProps) {
  const { modal } = App.useApp();
  const revoke = ({ role, term: title, regionCode }: User['roles'][number]) =>
    modal.confirm({
      title: t('收回 {name} 的角色“{role}”？', { name: user.name, role: title }),
      content: t('收回后三十秒内对所有登录生效，可以重新授予。'),
      okText: t('收回'),
      onOk: () =>
        acting.act(async () => {
          const { revokeRole } = await ask(RevokeRoleDocument, { input: { userId: user.id, role, regionCode } }, NO_ABORT);
          refuse(revokeRole.userErrors);
          done();
        }),
    });
  return (
    <Space wrap size={4}>
      {user.roles.map((grant) => (
        <span key={`${grant.role} ${grant.regionCode}`}>
          <Tag>
            {grant.term} · {grant.region?.fullName ?? grant.regionCode}
          </Tag>
          {mayGrant && (
            <Button size="small" type="text" aria-label={t('收回 {role}', { role: grant.term })} onClick={() => revoke(grant)}>
              ×
            </Button>
          )}
        </span>
      ))}
    </Space>
  );
}

type ManagingProps = { user: User; acting: Acting; told: (password: string | null) => void };

function Managing({ user, acting, told }: ManagingProps) {
  const { modal } = App.useApp();
  const input = { userId: user.id };
  const reset = () =>
    modal.confirm({
      title: t('重置 {name} 的口令？', { name: user.name }),
      content: t('现有登录立即结束，第二凭据须重新绑定；新的初始口令只显示一次。'),
      onOk: () =>
        acting.act(async () => {
          const { resetUser } = await ask(ResetUserDocument, { input }, NO_ABORT);
          refuse(resetUser.userErrors);
          told(resetUser.firstPassword);
        }),
    });
  const turn = () =>
    acting.act(async () => {
      const { userErrors } = user.disabledAt
        ? (await ask(EnableUserDocument, { input }, NO_ABORT)).enableUser
        : (await ask(DisableUserDocument, { input }, NO_ABORT)).disableUser;
      refuse(userErrors);
      told(null);
    });
  const sure = () =>
    modal.confirm({
      title: t('停用账号 {login}？', { login: user.login }),
      content: t('该账号立即退出全部登录，不能再登录；角色和记录保留，可以随时启用。'),
      okText: t('停用'),
      okButtonProps: { danger: true },
      onOk: turn,
    });
  return (
    <Space wrap>
      <Button size="small" onClick={reset}>
        {t('重置口令')}
        <span className="unseen"> {user.login}</span>
      </Button>
      <Button size="small" danger={!user.disabledAt} onClick={() => (user.disabledAt ? void turn() : sure())}>
        {user.disabledAt ? t('启用') : t('停用')}
        <span className="unseen"> {user.login}</span>
      </Button>
    </Space>
  );
}

function Making({ close, told }: { close: () => void; told: (password: string | null) => void }) {
  const [form] = Form.useForm<{ login: string; name: string }>();
  const { isBusy, failure, act } = useAct();
  const make = (input: { login: string; name: string }) =>
    act(async () => {
      const { createUser } = await ask(CreateUserDocument, { input }, NO_ABORT);
      refuse(createUser.userErrors);
      told(createUser.firstPassword);
      close();
    });
  return (
    <Modal open title={t('建立账号')} onCancel={close} onOk={form.submit} confirmLoading={isBusy} okText={t('建立')}>
      <Form form={form} layout="vertical" onFinish={(typed) => void make(typed)}>
        <Form.Item name="login" label={t('账号')} rules={[{ required: true, min: 3, max: 64 }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="name" label={t('姓名')} rules={[{ required: true }]}>
          <Input autoComplete="off" />
        </Form.Item>
        {failure && <Failed failure={failure} />}
      </Form>
    </Modal>
  );
}

/** 不授予的 The public needs no role, partners have keys. */
const NOT_GRANTED = new Set(['PUBLIC', 'PARTNER']);
const ROLES = valuesOf('Role').filter((role) => !NOT_GRANTED.has(role));
type Grant = { role: Role; regionCode: string; uscc?: string };

function Granting({ user, close, done }: { user: User; close: () => void; done: () => void }) {
  const [form] = Form.useForm<Grant>();
  const role = Form.useWatch('role', form);
  const { isBusy, failure, act } = useAct();
  const grant = ({ role: chosen, regionCode, uscc }: Grant) =>
    act(async () => {
      const input = { userId: user.id, role: chosen, regionCode, ...(uscc && { enterpriseId: await idOf(uscc) }) };
      const { assignRole } = await ask(AssignRoleDocument, { input }, NO_ABORT);
      refuse(assignRole.userErrors);
      done();
      close();
    });
  return (
    <Modal open title={t('授予 {name} 角色', { name: user.name })} onCancel={close} onOk={form.submit} confirmLoading={isBusy} okText={t('授予')}>
      <Form form={form} layout="vertical" initialValues={{ regionCode: '610000' }} onFinish={(typed) => void grant(typed)}>
        <Form.Item name="role" label={t('角色')} rules={[{ required: true }]}>
          <Select options={ROLES.map((value) => ({ value, label: term('Role', value) }))} />
        </Form.Item>
        <Form.Item name="regionCode" label={t('辖区代码')} rules={[{ required: true, pattern: /^\d{6}$/, message: t('请填写六位区划代码') }]}>
          <Input inputMode="numeric" />
        </Form.Item>
        {role === 'LIAISON' && (
          <Form.Item name="uscc" label={t('所属主体的统一社会信用代码')} rules={[{ required: true, len: 18 }]}>
            <Input />
          </Form.Item>
        )}
        {failure && <Failed failure={failure} />}
      </Form>
    </Modal>
  );
}

async function idOf(uscc: string): Promise<string> {
  const { enterprise } = await ask(EnterpriseIdDocument, { uscc: uscc.trim().toUpperCase() }, NO_ABORT);
  if (!enterprise) throw new GraphFailure(t('库中没有这户主体，请核对代码。'), 'NOT_FOUND');
  return enterprise.id;
}
