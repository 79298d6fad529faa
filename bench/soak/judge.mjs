// 判定 What an answer is: right, an error that is told as it should be, a wrong answer, or none at all.

import { agrees } from './oracle.mjs';

const CHINESE = /[\u4e00-\u9fff]/;
/** A failure on the server's side can be found in its log. */
const REFERENCE = /[0-9a-f]{8}-\d{6}/;
/** Samples that are kept of each outcome and code. */
const SAMPLES = 3;

/**
 * @returns {{ outcome: 'right' | 'error' | 'wrong' | 'malformed', code?: string, detail?: string }}
 */
export function judged(request, answer) {
  if (answer.failure) return { outcome: 'malformed', code: answer.failure, detail: 'no answer' };
  const parsed = json(answer.text);
  if (parsed === undefined) return { outcome: 'malformed', code: `status ${answer.status}`, detail: answer.text.slice(0, 400) };
  const { data, errors } = parsed;
  if (errors) return ofErrors(errors, answer, data, request.whole);
  if (answer.status !== 200) return { outcome: 'malformed', code: `status ${answer.status}`, detail: answer.text.slice(0, 400) };
  const wrong = request.wrong(data, answer.text, answer.headers);
  return wrong ? { outcome: 'wrong', detail: String(wrong).slice(0, 1000) } : { outcome: 'right' };
}

/** Errors have a code, Chinese, and a reference if the fault is the server's; what else is told is right. */
export function ofErrors(errors, answer, data, whole) {
  const code = errors[0]?.extensions?.code ?? 'none';
  const detail = JSON.stringify({ status: answer.status, errors }).slice(0, 600);
  const isWhole = ({ message, extensions }) =>
    typeof extensions?.code === 'string' && CHINESE.test(message) && (extensions.code !== 'INTERNAL' || hasReference(message, extensions));
  if (errors.length === 0 || !errors.every(isWhole)) return { outcome: 'malformed', code, detail };
  if (code === 'CREDENTIAL_INVALID') return { outcome: 'wrong', code, detail: `a session that holds is refused: ${detail}` };
  if (whole && !agrees(data, whole)) return { outcome: 'wrong', code, detail: `beside errors: ${JSON.stringify(data).slice(0, 600)}` };
  return { outcome: 'error', code: answer.status && answer.status !== 200 ? `${answer.status} ${code}` : code, detail };
}

const hasReference = (message, { reference }) => REFERENCE.test(reference ?? '') || REFERENCE.test(message);

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 记录 Every answer with its times, and samples of what was not right. */
export class Tally {
  answers = [];
  samples = new Map();

  /** `due` is when the request was to be sent: a client that waits is late, too. */
  note({ kind, due, sent, ms, outcome, code, detail }) {
    this.answers.push({ kind, due, sent, at: sent + ms, ms, outcome, code });
    if (outcome === 'right') return;
    const key = `${outcome} ${kind} ${code ?? ''}`.trim();
    const kept = this.samples.get(key) ?? [];
    if (kept.length < SAMPLES) this.samples.set(key, [...kept, { at: new Date().toISOString(), detail }]);
  }
}
