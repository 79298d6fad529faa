// 助手所问 What the assistant is asked.
import type { AnswerPartsFragment, QuestionContext as Context } from './generated/graphql.ts';

export { AskAssistantDocument as AskAssistant, AssistantAnswerDocument as StreamAnswer } from './generated/graphql.ts';

/** 助手答复 An answer with its citations, or the nearest topics. */
export type AssistantAnswer = AnswerPartsFragment;
/** 语境 What the person who asks has before them. */
export type QuestionContext = Context;
