// 先问 What a screen asks first is asked while its program is still on the way: on a slow line every answer takes its time.
// An answer is taken once, by whoever asks the same thing (graphql/client.ts).

/** As long as the client of the graph waits. */
const TIMEOUT_MS = 15_000;
const begun = new Map<string, Promise<Response>>();
const nameOf = (operation: string, variables: unknown) => `${operation} ${JSON.stringify(variables ?? {})}`;

/** Asks now; the data, or `null`, for whom more depends on it. */
export async function askEarly<Data>(operation: { toString(): string; readonly __apiType?: (variables: never) => Data }, variables: object): Promise<Data | null> {
  const query = operation.toString();
  const [, operationName = ''] = /^\s*query (\w+)/.exec(query) ?? [];
  const answer = fetch('/graphql', {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ operationName, query, variables }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  begun.set(nameOf(operationName, variables), answer);
  try {
    return ((await (await answer).clone().json()) as { data: Data | null }).data;
  } catch {
    // Whoever takes the answer tells of it.
    return null;
  }
}

/** The answer to the same request, if it was asked for before and nobody has taken it. */
export function askedBefore(body: unknown): Promise<Response> | undefined {
  if (begun.size === 0 || typeof body !== 'string') return undefined;
  const { operationName, variables } = JSON.parse(body) as { operationName?: string; variables?: unknown };
  const name = nameOf(operationName ?? '', variables);
  const answer = begun.get(name);
  begun.delete(name);
  return answer;
}
