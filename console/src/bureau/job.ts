// 任务 Looks at a job until it is over, and gives what came of it.
import { ask, GraphFailure, NO_ABORT } from '../graphql/client.ts';
import { t } from '../shared/text.ts';
import { BureauJobDocument } from './generated/graphql.ts';

const PAUSE_MS = 700;
export type Share = { done: number; total: number | null };

export async function followed<Result>(id: string, tell: (share: Share) => void): Promise<Result> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const { job } = await ask(BureauJobDocument, { id }, NO_ABORT, { anew: true });
    if (!job || job.status === 'FAILED') throw new GraphFailure(job?.error ?? t('任务没有完成，请稍后重试。'), 'CONSOLE');
    if (job.status === 'DONE') return JSON.parse(job.result ?? '{}') as Result;
    tell({ done: job.done, total: job.total });
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
