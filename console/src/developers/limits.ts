// 限额 What the limits are called and counted in.
import type { ServiceLimits } from './asked.ts';
import { parted } from '../shared/format.ts';
import { t } from '../shared/text.ts';

type Meaning = { title: string; unit: string };

const MEANINGS: Record<keyof ServiceLimits, Meaning> = {
  bodyBytes: { title: '请求体', unit: '字节' },
  uploadBytes: { title: '上传文件的请求体', unit: '字节' },
  uploads: { title: '一次上传的文件', unit: '个' },
  documentBytes: { title: '语句长度', unit: '字节' },
  tokens: { title: '语句词数', unit: '个' },
  depth: { title: '字段层数', unit: '层' },
  complexity: { title: '估算规模（答复最多含多少字段，分页按满页计）', unit: '个字段' },
  aliases: { title: '一条语句的别名', unit: '个' },
  rootFields: { title: '一次操作的根字段', unit: '个' },
  directives: { title: '单个字段的指令', unit: '个' },
  batch: { title: '一批请求', unit: '个' },
  entities: { title: '一次联邦引用（_entities）', unit: '个' },
  listItems: { title: '其他列表输入', unit: '项' },
  pageSize: { title: '每页条数上限', unit: '条' },
  defaultPageSize: { title: '不写 first、last 时每页条数', unit: '条' },
  executionSeconds: { title: '处理时限', unit: '秒' },
  concurrentRequests: { title: '每个接口用户同时处理的请求', unit: '个' },
};

export type Limit = { name: string; title: string; value: string };

/** The limits in the order of the table above. */
export function limitsOf(limits: ServiceLimits): Limit[] {
  const names = Object.keys(MEANINGS) as (keyof ServiceLimits)[];
  return names.map((name) => ({ name, title: t(MEANINGS[name].title), value: valueOf(name, limits[name]) }));
}

function valueOf(name: keyof ServiceLimits, value: number): string {
  if (name === 'batch' && value === 0) return t('不接受批量');
  const { unit } = MEANINGS[name];
  const exact = `${parted(value)} ${t(unit)}`;
  return unit === '字节' ? t('{size}（{exact}）', { size: sizeOf(value), exact }) : exact;
}

/** Bytes in the largest unit of which there is a whole one. */
function sizeOf(bytes: number): string {
  const [size, unit] = bytes >= 1 << 20 ? [bytes / (1 << 20), 'MB'] : [bytes / 1024, 'KB'];
  return `${Number(size.toFixed(1))} ${unit}`;
}
