// 图查询 One POST to the graph. Either the whole answer comes back or a GraphFailure with the
// server's Chinese sentence and stable code; half an answer is never shown as a whole one.

/** A GraphQL document together with the shape of its answer and of its variables. */
export type Operation<Data, Variables> = {
  readonly text: string;
  /** Only for the type checker; never set. */
  readonly shape?: (variables: Variables) => Data;
};

/** Why a question to the graph was not answered. */
export class GraphFailure extends Error {
  override name = 'GraphFailure';
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

type Body<Data> = {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
};

/**
 * Asks the graph.
 * @throws {GraphFailure} with the server's code, `NETWORK`, or `HTTP_<status>`.
 */
export async function ask<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Data> {
  const response = await post({ query: operation.text, variables }, signal);
  const body: Body<Data> | null = await response.json().catch(() => null);
  const error = body?.errors?.[0];
  if (error) {
    throw new GraphFailure(error.message, error.extensions?.code ?? `HTTP_${response.status}`);
  }
  if (!body?.data) {
    throw new GraphFailure('服务器的答复无法识别，请稍后重试。', `HTTP_${response.status}`);
  }
  return body.data;
}

async function post(body: unknown, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch('/graphql', {
      method: 'POST',
      // Plain JSON comes with status 200 even for a refusal, which browsers would log as a fault of the page.
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new GraphFailure('无法连接服务器，请检查网络后重试。', 'NETWORK');
  }
}

/** A failure the page can show; anything unforeseen is told as such. */
export function toFailure(cause: unknown): GraphFailure {
  return cause instanceof GraphFailure ? cause : new GraphFailure('页面出错，请刷新后重试。', 'CONSOLE');
}
