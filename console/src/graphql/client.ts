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

/** A question that has no answer by then is given up. */
const TIMEOUT_MS = 15_000;

type Body<Data> = {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
};

/**
 * Asks the graph, as the holder of an interface key if one is given.
 * @throws {GraphFailure} with the server's code, `NETWORK`, `TIMEOUT`, or `HTTP_<status>`.
 */
export async function ask<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
  apiKey = '',
): Promise<Data> {
  const { status, body } = await post<Data>({ query: operation.text, variables }, signal, apiKey);
  const error = body?.errors?.[0];
  if (error) {
    throw new GraphFailure(withoutPath(error.message), error.extensions?.code ?? `HTTP_${status}`);
  }
  if (!body?.data) {
    throw new GraphFailure('服务器的答复无法识别，请稍后重试。', `HTTP_${status}`);
  }
  return body.data;
}

/** The path of the input before a sentence (`$uscc：`) is for programs; readers of the console see one input. */
function withoutPath(message: string): string {
  return message.replace(/^\$?[\w.[\]]+：/, '');
}

async function post<Data>(
  question: unknown,
  signal: AbortSignal,
  apiKey: string,
): Promise<{ status: number; body: Body<Data> | null }> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      // Plain JSON comes with status 200 even for a refusal, which browsers would log as a fault of the page.
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(apiKey && { 'x-api-key': apiKey }),
      },
      body: JSON.stringify(question),
      signal: AbortSignal.any([signal, timeout]),
    });
    const text = await response.text();
    return { status: response.status, body: read(text) };
  } catch (cause) {
    if (signal.aborted) throw cause;
    if (timeout.aborted) throw new GraphFailure('服务器超过 15 秒没有答复，请稍后重试。', 'TIMEOUT');
    throw new GraphFailure('无法连接服务器，请检查网络后重试。', 'NETWORK');
  }
}

/** `null` for what is no JSON, such as the page of a proxy. */
function read<Data>(text: string): Body<Data> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A failure the page can show; anything unforeseen is told as such. */
export function toFailure(cause: unknown): GraphFailure {
  return cause instanceof GraphFailure ? cause : new GraphFailure('页面出错，请刷新后重试。', 'CONSOLE');
}
