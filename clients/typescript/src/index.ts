// A client of Qinxin 秦信: one method that takes an operation and its variables and gives the typed
// answer. Nothing else is needed at run time; everything else is generated from the schema.

import type { TypedDocumentString } from './generated/operations.js';

export * from './generated/operations.js';

/** 错误 One error of an answer. */
export interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly [name: string]: unknown };
}

/** Thrown for answers with errors. `message` is the server's Chinese sentence, `code` is stable. */
export class QinxinError extends Error {
  override readonly name = 'QinxinError';

  constructor(
    readonly status: number,
    readonly errors: readonly GraphError[],
  ) {
    super(errors.map(({ message }) => message).join('\n'));
  }

  /** 错误码 Of the first error, such as `INVALID_INPUT` or `QUOTA_EXCEEDED`. */
  get code(): string | undefined {
    return this.errors[0]?.extensions?.code;
  }
}

export interface QinxinOptions {
  /** Address of the endpoint, such as `https://credit.example/graphql`. */
  readonly url: string;
  /** 接口密钥 Of a partner client. */
  readonly apiKey?: string | undefined;
  /** 会话令牌 Of a user who signed in with `wantsToken`. */
  readonly token?: string | undefined;
  /** Used in place of the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

/** The variables of an operation; none need be given if all are optional. */
type Given<Variables> = Record<never, never> extends Variables ? [variables?: Variables] : [variables: Variables];

const MILLISECONDS = 1000;
/** Who is told to wait longer than this gets the error instead. */
const WAIT_SECONDS_AT_MOST = 60;

export class QinxinClient {
  readonly #options: QinxinOptions;

  constructor(options: QinxinOptions) {
    this.#options = options;
  }

  /**
   * Asks an operation: `client.run(CreditCheckDocument, { uscc })`.
   *
   * @throws {QinxinError} if there are errors in the answer, or it is none of GraphQL.
   */
  async run<Data, Variables>(operation: TypedDocumentString<Data, Variables>, ...[variables]: Given<Variables>): Promise<Data> {
    const query = operation.toString();
    const body = JSON.stringify({ query, variables });
    let response = await this.#post(body);
    const wait = waitSeconds(response);
    // Over quota nothing was done. A server that is overloaded may have done it, so that only queries
    // are asked again.
    if (wait !== undefined && (response.status === 429 || !query.trimStart().startsWith('mutation'))) {
      await new Promise((resolve) => setTimeout(resolve, wait * MILLISECONDS));
      response = await this.#post(body);
    }
    return data<Data>(response);
  }

  #post(body: string): Promise<Response> {
    const { url, apiKey, token, fetch: send = fetch } = this.#options;
    const headers = new Headers({ 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' });
    if (apiKey !== undefined) headers.set('X-Api-Key', apiKey);
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
    return send(url, { method: 'POST', headers, body });
  }
}

/** The seconds of `Retry-After`, if the server asks to come again and the wait is bearable. */
function waitSeconds({ status, headers }: Response): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const seconds = Number(headers.get('retry-after') ?? NaN);
  return seconds >= 0 && seconds <= WAIT_SECONDS_AT_MOST ? seconds : undefined;
}

async function data<Data>(response: Response): Promise<Data> {
  const text = await response.text();
  const answer = parsed(text) as { data?: Data | null; errors?: GraphError[] } | undefined;
  if (answer?.errors?.length) throw new QinxinError(response.status, answer.errors);
  if (answer?.data) return answer.data;
  // Something between the client and the server answered, such as a proxy.
  const code = `HTTP_${response.status}`;
  throw new QinxinError(response.status, [{ message: `${code} ${text.slice(0, 200)}`, extensions: { code } }]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
