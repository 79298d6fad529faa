// 答复 An answer as it comes, paragraph by paragraph. Where a stream does not get through (a proxy, a browser), the same
// question is asked once more and answered whole. Answers are kept for the way back.
import { useEffect, useState } from 'react';
import { alsoForget, ask, type GraphFailure, listen, toFailure } from '../graphql/client.ts';
import { AskAssistant, type AssistantAnswer, type QuestionContext, StreamAnswer } from './asked.ts';

/** A stream that tells nothing for so long does not get through. */
const PATIENCE_MS = 5000;
const KEPT_ANSWERS = 20;
/** By question and context. */
const KEPT = new Map<string, AssistantAnswer>();
alsoForget(() => KEPT.clear());

export type Answering = {
  /** Whole. */
  answer: AssistantAnswer | null;
  /** What has come so far. */
  text: string;
  failure: GraphFailure | null;
  loading: boolean;
  retry: () => void;
};
type Held = { key: string; attempt: number; text: string; answer: AssistantAnswer | null; failure: GraphFailure | null };

export function useAnswer(question: string, context: QuestionContext | null): Answering {
  const key = JSON.stringify([question, context]);
  const [attempt, setAttempt] = useState(0);
  const [held, setHeld] = useState<Held>({ key: '', attempt: 0, text: '', answer: null, failure: null });

  useEffect(() => {
    const [asked, given] = JSON.parse(key) as [string, QuestionContext | null];
    if (!asked || KEPT.has(key)) return undefined;
    const abort = new AbortController();
    const stream = new AbortController();
    let text = '';
    let isOver = false;
    const tell = (more: Partial<Held>) => {
      if (!abort.signal.aborted) setHeld({ key, attempt, text, answer: null, failure: null, ...more });
    };
    const settle = (answer: AssistantAnswer) => {
      keep(key, answer);
      tell({ answer });
    };
    const askWhole = () => {
      if (isOver || abort.signal.aborted) return;
      isOver = true;
      ask(AskAssistant, { question: asked, context: given }, abort.signal)
        .then(({ askAssistant }) => settle(askAssistant))
        .catch((cause: unknown) => tell({ failure: toFailure(cause) }));
    };
    let patience = setTimeout(askWhole, PATIENCE_MS);
    const heard = ({ assistantAnswer: part }: { assistantAnswer: { text: string | null; answer: AssistantAnswer | null } }) => {
      clearTimeout(patience);
      if (isOver) return;
      if (part.answer) {
        // The stream ends by itself.
        isOver = true;
        settle(part.answer);
        return;
      }
      patience = setTimeout(askWhole, PATIENCE_MS);
      text += part.text ?? '';
      tell({});
    };
    listen(StreamAnswer, { question: asked, context: given }, stream.signal, heard, askWhole);
    return () => {
      clearTimeout(patience);
      if (!isOver) stream.abort();
      abort.abort();
    };
  }, [key, attempt]);

  const kept = KEPT.get(key) ?? null;
  const isHeld = held.key === key && held.attempt === attempt;
  return {
    answer: kept,
    text: isHeld ? held.text : '',
    failure: isHeld && !kept ? held.failure : null,
    loading: question !== '' && !kept && !(isHeld && held.failure),
    retry: () => setAttempt(attempt + 1),
  };
}

function keep(key: string, answer: AssistantAnswer): void {
  KEPT.set(key, answer);
  const [oldest] = KEPT.keys();
  if (KEPT.size > KEPT_ANSWERS && oldest !== undefined) KEPT.delete(oldest);
}
