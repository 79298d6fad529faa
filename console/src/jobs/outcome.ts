// 任务结果 What came of a job, in a sentence, and where its file is. The result is JSON whose members depend on the kind.
import { t } from '../shared/text.ts';

type Told = {
  url?: string;
  rows?: number;
  expiresAt?: string;
  whole?: boolean;
  entries?: number;
  brokenAt?: number | null;
  message?: string;
  reports?: number;
  new?: number;
  cleared?: number;
  branches?: { receiptNumber?: string | null }[];
};
export type Outcome = { text: string; file: string };

export function outcomeOf(result: string | null): Outcome {
  const told = read(result);
  if (told.url) return { text: t('已导出 {count} 条', { count: told.rows ?? 0 }), file: isGone(told) ? '' : told.url };
  return { text: sentenceOf(told), file: '' };
}

function sentenceOf({ message, whole, entries, brokenAt, reports, branches, ...told }: Told): string {
  if (message) return message;
  if (whole === true) return t('审计链完整，共 {count} 条，没有发现改动。', { count: entries ?? 0 });
  if (whole === false) return t('审计链不完整：自第 {place} 条起与摘要不符，请保全现场并立即上报。', { place: brokenAt ?? '?' });
  if (reports !== undefined) return t('比对 {reports} 份，新发现 {found} 项，消除 {cleared} 项', { reports, found: told.new ?? 0, cleared: told.cleared ?? 0 });
  if (branches) return t('已报送 {done} 户，共 {all} 户', { done: branches.filter(({ receiptNumber }) => receiptNumber).length, all: branches.length });
  return '';
}

/** A file is kept for a week. */
function isGone({ expiresAt }: Told): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) < Date.now();
}

function read(result: string | null): Told {
  try {
    const told: unknown = JSON.parse(result ?? '{}');
    return typeof told === 'object' && told !== null ? told : {};
  } catch {
    return {};
  }
}
