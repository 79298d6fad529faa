// 助手所问 What the assistant is asked.
import type { AskAssistantQuery } from './generated/graphql.ts';

export { AskAssistantDocument as AskAssistant } from './generated/graphql.ts';

/** 助手答复 An answer with its citations, or the nearest topics. */
export type AssistantAnswer = AskAssistantQuery['askAssistant'];
