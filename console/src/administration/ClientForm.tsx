// 接口用户表单 What a client may do and how much of it: all of it for a new one, without name and region for one that is there.
import { Checkbox, Form, Input, InputNumber, Modal, Switch } from 'antd';
import { term, valuesOf } from '../developers/words.ts';
import { useAct } from '../room/useAct.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import type { ApiScope } from './generated/graphql.ts';

/** 权限与限额 As it is changed; what is left empty stays, or is the usual of a new one. */
export type ClientRights = {
  scopes: ApiScope[];
  requestsPerMinute?: number | null;
  costPerMinute?: number | null;
  onlyTrustedDocuments: boolean;
  onlySignedRequests: boolean;
};
export type NewClient = ClientRights & { name: string; regionCode: string };

/** Everything that there is, as the graph has it where nothing is said. */
const FRESH: Partial<NewClient> = { regionCode: '610000', scopes: valuesOf('ApiScope') as ApiScope[], onlyTrustedDocuments: false, onlySignedRequests: false };

type Props = { client: (ClientRights & { name: string }) | null; save: (typed: NewClient) => Promise<void>; close: () => void };

export function ClientForm({ client, save, close }: Props) {
  const [form] = Form.useForm<NewClient>();
  const { isBusy, failure, act } = useAct();
  const submit = (typed: NewClient) =>
    act(async () => {
      await save(typed);
      close();
    });
  return (
    <Modal open title={client ? t('{name} 的权限与限额', { name: client.name }) : t('建立接口用户')} onCancel={close} onOk={form.submit} confirmLoading={isBusy}>
      <Form form={form} layout="vertical" initialValues={client ?? FRESH} onFinish={(typed) => void submit(typed)}>
        {!client && (
          <>
            <Form.Item name="name" label={t('单位名称')} rules={[{ required: true }]}>
              <Input />
            </Form.Item>
            <Form.Item name="regionCode" label={t('辖区代码')} rules={[{ required: true, pattern: /^\d{6}$/ }]}>
              <Input inputMode="numeric" />
            </Form.Item>
          </>
        )}
        <Form.Item name="scopes" label={t('授权范围')} extra={t('未勾选的事项，对方调用时会被拒绝；公开信息的查询各接口用户都有。')}>
          <Checkbox.Group aria-label={t('授权范围')} options={valuesOf('ApiScope').map((value) => ({ value, label: term('ApiScope', value) }))} />
        </Form.Item>
        <Form.Item name="requestsPerMinute" label={t('每分钟请求')}>
          <InputNumber min={1} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="costPerMinute" label={t('每分钟规模')}>
          <InputNumber min={1} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="onlyTrustedDocuments" label={t('仅限登记语句')} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="onlySignedRequests" label={t('仅限签名请求')} valuePropName="checked" extra={t('对方不再发送密钥，而是用它给每个请求签名；早先签发的密钥不能签名的，先更换。')}>
          <Switch />
        </Form.Item>
        {failure && <Failed failure={failure} />}
      </Form>
    </Modal>
  );
}
