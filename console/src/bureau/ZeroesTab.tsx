// 零值年报 Reports whose figures are all zero, with how many years running; the list as a file, for a purpose.
import { App, Button, Form, Input, Modal, Progress, Select, Tag } from 'antd';
import { useState } from 'react';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { useGraph, usePages } from '../graphql/useGraph.ts';
import { Listed } from '../room/Listed.tsx';
import { useAct } from '../room/useAct.ts';
import { day } from '../shared/format.ts';
import { Download } from '../shared/Download.tsx';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import { mayAct, useViewer } from '../shell/viewer.ts';
import type { PartProps } from './BureauPage.tsx';
import {
  type ExportFormat,
  ExportZeroValueReportsDocument,
  type FilerKind,
  type ReportSize,
  type ZeroValueFilter,
  ZeroValueDefinitionsDocument,
  ZeroValueReportsDocument,
  type ZeroValueReportsQuery,
} from './generated/graphql.ts';
import { followed, type Share } from './job.ts';
import { Party } from './Party.tsx';

type Row = ZeroValueReportsQuery['zeroValueReports']['nodes'][number];
const connection = (data: ZeroValueReportsQuery) => data.zeroValueReports;

export function ZeroesTab({ place, go }: PartProps) {
  const viewer = useViewer();
  const filter = filterOf(place.narrow);
  const asked = { year: place.year, regionCode: place.region || null, filter };
  const found = usePages(ZeroValueReportsDocument, asked, connection);
  const { data: defined } = useGraph(ZeroValueDefinitionsDocument, { year: place.year });
  const rows = found.pages.flatMap(({ nodes }) => nodes);
  if (found.failure && rows.length === 0) return <Failed failure={found.failure} retry={found.retry} />;
  return (
    <div className="stack">
      {defined?.zeroValueDefinitions.map(({ id, text, source }) => (
        <p key={id} className="quiet">
          {text}（{source}）
        </p>
      ))}
      <Filters filter={filter} choose={(narrow) => go({ narrow: textOf(narrow) })} />
      {found.pages.length > 0 && (
        <p role="status" className="quiet">
          {t('共 {count} 份', { count: found.pages[0]?.totalCount ?? 0 })}
        </p>
      )}
      <Listed<Row>
        of={found}
        label={t('零值年报')}
        lines={8}
        empty={t('没有符合条件的零值年报。请放宽条件，或换一个年度、地区。')}
        rowKey={({ report, enterprise }) => report?.id ?? enterprise.uscc}
        columns={[
          { title: t('主体'), key: 'party', render: (_, { enterprise }) => <Party of={enterprise} tab="reports" /> },
          { title: t('类型'), key: 'kind', render: (_, one) => kindOf(one) || '—' },
          { title: t('报送日期'), key: 'on', render: (_, { submittedOn, isLate }) => <>{day(submittedOn)} {isLate && <Tag color="warning">{t('逾期')}</Tag>}</> },
          { title: t('从业人数'), key: 'employees', className: 'figures', render: (_, { employees }) => employees ?? '—' },
          { title: t('参保人数'), key: 'insured', className: 'figures', render: (_, { insuredPersons }) => insuredPersons ?? '—' },
          { title: t('连续零值年数'), dataIndex: 'yearsRunning', className: 'figures' },
        ]}
      />
      <div className="room-tools">
        {mayAct(viewer, 'EXPORT_REPORTS') && <Export asked={asked} />}
        {rows.length > 0 && (
          <Download
            name={`${place.year} ${t('零值年报')}`}
            head={[t('统一社会信用代码'), t('主体'), t('类型'), t('报送日期'), t('从业人数'), t('参保人数'), t('连续零值年数')]}
            rows={rows.map((one) => [one.enterprise.uscc, one.enterprise.name, kindOf(one), one.submittedOn, one.employees, one.insuredPersons, one.yearsRunning])}
          />
        )}
      </div>
    </div>
  );
}

function kindOf({ filerKind, size }: Row): string {
  return [filerKind && term('FilerKind', filerKind), size && term('ReportSize', size)].filter(Boolean).join(' · ');
}

/** The filter as it stands in the address, without dots, which part the address. */
function textOf({ kinds, sizes, employeesAtLeast, isLate }: ZeroValueFilter): string {
  const members = [kinds?.map((kind) => `kind=${kind}`), sizes?.map((size) => `size=${size}`), employeesAtLeast ? [`least=${employeesAtLeast}`] : [], typeof isLate === 'boolean' ? [`late=${isLate}`] : []];
  return members.flatMap((one) => one ?? []).join('&');
}

/** What an address says that is not known does not narrow. */
function filterOf(text: string): ZeroValueFilter {
  const told = new URLSearchParams(text);
  const kinds = told.getAll('kind').filter((one) => valuesOf('FilerKind').includes(one)) as FilerKind[];
  const sizes = told.getAll('size').filter((one) => valuesOf('ReportSize').includes(one)) as ReportSize[];
  const least = Number(told.get('least'));
  const late = told.get('late');
  return {
    ...(kinds.length > 0 && { kinds }),
    ...(sizes.length > 0 && { sizes }),
    ...(Number.isInteger(least) && least > 0 && { employeesAtLeast: least }),
    ...(late !== null && { isLate: late === 'true' }),
  };
}

type Typed = { kinds?: FilerKind[]; sizes?: ReportSize[]; employeesAtLeast?: string; isLate?: string };

function optionsOf(list: 'FilerKind' | 'ReportSize') {
  return valuesOf(list).map((value) => ({ value, label: term(list, value) }));
}

function Filters({ filter, choose }: { filter: ZeroValueFilter; choose: (filter: ZeroValueFilter) => void }) {
  const initial = { ...filter, employeesAtLeast: filter.employeesAtLeast ?? '', isLate: typeof filter.isLate === 'boolean' ? (filter.isLate ? 'late' : 'timely') : undefined };
  const apply = ({ kinds, sizes, employeesAtLeast, isLate }: Typed) =>
    choose({
      ...(kinds?.length && { kinds }),
      ...(sizes?.length && { sizes }),
      ...(employeesAtLeast && { employeesAtLeast: Number(employeesAtLeast) }),
      ...(isLate && { isLate: isLate === 'late' }),
    });
  const wide = { minWidth: '11rem' };
  return (
    <Form className="room-tools" layout="vertical" initialValues={initial} onValuesChange={(_, typed: Typed) => apply(typed)}>
      <Form.Item name="kinds" label={t('主体类型')}>
        <Select mode="multiple" allowClear maxTagCount={1} style={wide} options={optionsOf('FilerKind')} placeholder={t('全部')} />
      </Form.Item>
      <Form.Item name="sizes" label={t('规模')}>
        <Select mode="multiple" allowClear maxTagCount={1} style={wide} options={optionsOf('ReportSize')} placeholder={t('全部')} />
      </Form.Item>
      <Form.Item name="employeesAtLeast" label={t('从业人数不少于')}>
        <Input inputMode="numeric" style={{ width: '8rem' }} />
      </Form.Item>
      <Form.Item name="isLate" label={t('报送时间')}>
        <Select
          allowClear
          style={wide}
          placeholder={t('全部')}
          options={[
            { value: 'late', label: t('逾期') },
            { value: 'timely', label: t('按期') },
          ]}
        />
      </Form.Item>
    </Form>
  );
}

type Asked = { year: number; regionCode: string | null; filter: ZeroValueFilter };

function Export({ asked }: { asked: Asked }) {
  const { notification } = App.useApp();
  const [form] = Form.useForm<{ purpose: string; format: ExportFormat }>();
  const [isOpen, setOpen] = useState(false);
  const [share, setShare] = useState<Share | null>(null);
  const { isBusy, failure, act } = useAct();
  const start = (typed: { purpose: string; format: ExportFormat }) =>
    act(async () => {
      const { exportZeroValueReports } = await ask(ExportZeroValueReportsDocument, { input: { ...asked, ...typed } }, NO_ABORT);
      refuse(exportZeroValueReports.userErrors);
      if (!exportZeroValueReports.job) return;
      const file = await followed<{ url?: string; rows?: number }>(exportZeroValueReports.job.id, setShare);
      setShare(null);
      setOpen(false);
      notification.success({
        duration: false,
        title: t('已导出 {count} 条', { count: file.rows ?? 0 }),
        description: <a href={file.url}>{t('下载文件')}</a>,
      });
    });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('导出名单')}</Button>
      <Modal open={isOpen} title={t('导出零值年报名单')} onCancel={() => setOpen(false)} onOk={form.submit} confirmLoading={isBusy} okText={t('导出')}>
        <Form form={form} layout="vertical" initialValues={{ format: 'XLSX' }} onFinish={(typed) => void start(typed)}>
          <Form.Item name="purpose" label={t('用途（4 到 200 个字）')} rules={[{ required: true, min: 4, max: 200 }]}>
            <Input />
          </Form.Item>
          <Form.Item name="format" label={t('格式')}>
            <Select options={valuesOf('ExportFormat').map((value) => ({ value, label: term('ExportFormat', value) }))} />
          </Form.Item>
        </Form>
        {share && <Progress percent={share.total ? Math.round((100 * share.done) / share.total) : 0} aria-label={t('导出进度')} />}
        {failure && <Failed failure={failure} />}
      </Modal>
    </>
  );
}
