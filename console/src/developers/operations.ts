// 接口操作 How root fields are named and found.
import type { ApiOperation } from './asked.ts';
import { term } from './words.ts';
import { t } from '../shared/text.ts';

const ROOTS: Record<string, string> = { QUERY: 'Query', MUTATION: 'Mutation', SUBSCRIPTION: 'Subscription' };

/** The place of an operation in the schema, `Query.enterprise`: unique, so also its anchor. */
export function coordinateOf({ kind, name }: ApiOperation): string {
  return `${ROOTS[kind] ?? kind}.${name}`;
}

/** What the right is called; whoever may ask at all may ask for an operation without one. */
export function rightOf({ act }: ApiOperation): string {
  return act === null ? t('不限') : term('Act', act);
}

/** Operations that hold every word of a text, in whatever is shown of them. */
export function matching(operations: ApiOperation[], text: string): ApiOperation[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return operations.filter((operation) => {
    const { kind, name, description, signature } = operation;
    const shown = [term('ApiOperationKind', kind), name, description, signature, rightOf(operation)];
    const all = shown.join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
