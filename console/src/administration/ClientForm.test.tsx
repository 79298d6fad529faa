import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { GraphFailure } from '../graphql/client.ts';
import { ClientForm, type NewClient } from './ClientForm.tsx';

const there = { name: '西安海关', scopes: ['CHECKS' as const], requestsPerMinute: 60, costPerMinute: 5000, onlyTrustedDocuments: true, onlySignedRequests: false };

function drawn(client: typeof there | null, save: (typed: NewClient) => Promise<void>) {
  const close = vi.fn();
  render(<ClientForm client={client} save={save} close={close} />);
  return close;
}

const scope = (name: string) => screen.getByLabelText<HTMLInputElement>(name);
const submit = () => fireEvent.click(screen.getByText('OK'));

test('a new client has every scope until it is taken away, and signs if it is told so', async () => {
  const save = vi.fn(async () => {});
  const close = drawn(null, save);
  expect(['批量核查信用状况', '接收登记变更', '导出检索结果'].map((name) => scope(name).checked)).toEqual([true, true, true]);
  fireEvent.change(screen.getByLabelText('单位名称'), { target: { value: '西安海关' } });
  fireEvent.click(scope('导出检索结果'));
  fireEvent.click(screen.getByLabelText('仅限签名请求'));
  submit();
  await waitFor(() => expect(close).toHaveBeenCalled());
  expect(save).toHaveBeenCalledWith(
    expect.objectContaining({ name: '西安海关', regionCode: '610000', scopes: ['CHECKS', 'CHANGES'], onlySignedRequests: true, onlyTrustedDocuments: false }),
  );
});

test('what is changed of a client begins as it is, and its name stays', async () => {
  const save = vi.fn(async () => {});
  const close = drawn(there, save);
  expect(screen.getByText('西安海关 的权限与限额')).toBeTruthy();
  expect([scope('批量核查信用状况').checked, scope('导出检索结果').checked]).toEqual([true, false]);
  fireEvent.click(scope('批量核查信用状况'));
  submit();
  await waitFor(() => expect(close).toHaveBeenCalled());
  expect(save).toHaveBeenCalledWith({ scopes: [], requestsPerMinute: 60, costPerMinute: 5000, onlyTrustedDocuments: true, onlySignedRequests: false });
});

test('a refusal stays beside the form, with the second factor where it is asked for', async () => {
  const close = drawn(there, async () => {
    throw new GraphFailure('距上次二次验证已久', 'STEP_UP_REQUIRED');
  });
  submit();
  await screen.findByText('STEP_UP_REQUIRED');
  await screen.findByLabelText('动态口令');
  expect(close).not.toHaveBeenCalled();
});
