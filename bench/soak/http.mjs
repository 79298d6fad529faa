// Requests as the people of 2,000 desks send them: each session has a connection of its own, which it
// keeps as long as a browser would.

import http from 'node:http';

/** A request without any answer is given up after this time; the verdict is stricter. */
const GIVEN_UP = 60_000;
/** Shorter than the server's patience with an idle connection, so that it is we who close. */
const IDLE = 20_000;

class Desks extends http.Agent {
  getName(options) {
    return `${super.getName(options)}:${options.desk}`;
  }
}

const agent = new Desks({ keepAlive: true, timeout: IDLE });

export class Client {
  #host;
  #port;

  constructor(port) {
    this.#host = '127.0.0.1';
    this.#port = port;
  }

  get address() {
    return `${this.#host}:${this.#port}`;
  }

  /**
   * Sends a body. Never throws: what is no answer has `failure` instead of a status.
   *
   * @returns {Promise<{ status?: number, text: string, headers: object, ms: number, failure?: string }>}
   */
  async post(desk, credential, body) {
    const started = performance.now();
    let answer = await this.#once(desk, credential, body);
    // The server may have closed the kept connection at this very moment: any client asks again.
    if (answer.stale) answer = await this.#once(desk, credential, body);
    return { ...answer, ms: performance.now() - started };
  }

  #once(desk, credential, body) {
    return new Promise((resolve) => {
      const headers = {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        'content-length': Buffer.byteLength(body),
        ...credential,
      };
      const request = http.request({ host: this.#host, port: this.#port, path: '/graphql', method: 'POST', headers, agent, desk });
      const timer = setTimeout(() => request.destroy(new Error('no answer')), GIVEN_UP);
      const failed = (error) => {
        clearTimeout(timer);
        const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE') && !request.res;
        resolve({ text: '', headers: {}, failure: error.code ?? error.message, stale });
      };
      request.once('error', failed);
      request.once('response', (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.once('error', failed);
        response.once('end', () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString(), headers: response.headers });
        });
      });
      request.end(body);
    });
  }

  /** The `data` of an answer that must succeed; waits when the server says that it is busy. */
  async ask(desk, credential, query, variables = {}) {
    for (let tries = 0; ; tries += 1) {
      const answer = await this.post(desk, credential, JSON.stringify({ query, variables }));
      const { data, errors } = answer.text ? JSON.parse(answer.text) : { errors: [{ message: answer.failure }] };
      if (!errors) return data;
      const isBusy = answer.status === 503 && tries < 20;
      if (!isBusy) throw new Error(`${query}: ${answer.status} ${JSON.stringify(errors)}`);
      const seconds = Number(answer.headers['retry-after'] ?? 1);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }

  close() {
    agent.destroy();
  }
}

/** 凭证 How a session or a partner shows who it is. */
export const bearer = (token) => ({ authorization: `Bearer ${token}` });
export const apiKey = (key) => ({ 'x-api-key': key });
export const nobody = {};
