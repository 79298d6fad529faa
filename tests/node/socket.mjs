// A WebSocket as far as the hardening checks need one, without a package: they send what a package would not.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';

/** A WebSocket as far as the checks need one: texts go out, texts come in. */
export class Socket {
  heard = [];
  isClosed = false;
  #socket;
  #bytes;
  #tell;

  constructor(status, socket, first, heard) {
    Object.assign(this, { status, closed: new Promise((resolve) => socket.once('close', resolve)).then(() => (this.isClosed = true)) });
    this.#socket = socket;
    this.#bytes = first;
    this.#tell = heard;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      while (this.#frame());
    });
  }

  say(message) {
    const bytes = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
    const length = bytes.length < 126 ? [bytes.length] : bytes.length < 65_536 ? [126, ...number(bytes.length, 2)] : [127, ...number(bytes.length, 8)];
    // A mask of zeros leaves the bytes as they are.
    this.#socket.write(Buffer.concat([Buffer.from([0x81, length[0] | 0x80, ...length.slice(1), 0, 0, 0, 0]), bytes]));
  }

  leave() {
    this.#socket.destroy();
  }

  /** Takes a frame off what has come, if a whole one has. */
  #frame() {
    if (this.#bytes.length < 4) return false;
    const short = this.#bytes[1] & 0x7f;
    const [from, length] = short < 126 ? [2, short] : short === 126 ? [4, this.#bytes.readUInt16BE(2)] : [10, Number(this.#bytes.readBigUInt64BE(2))];
    if (this.#bytes.length < from + length) return false;
    const [kind, body] = [this.#bytes[0] & 0xf, this.#bytes.subarray(from, from + length)];
    this.#bytes = this.#bytes.subarray(from + length);
    if (kind === 1) {
      this.heard.push(`${body}`);
      this.#tell(`${body}`);
    }
    if (kind === 8) this.#socket.destroy();
    return true;
  }
}

/** Opens a WebSocket at an address; `heard` is told every text that comes. */
export function open(url, headers, heard) {
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-protocol': 'graphql-transport-ws', 'sec-websocket-key': randomBytes(16).toString('base64') };
  const asked = request(new URL('/graphql/ws', url), { headers: { ...headers, ...upgrade }, agent: false }).end();
  const refused = once(asked, 'response').then(([response]) => ({ status: response.statusCode, heard: [], leave: () => asked.destroy() }));
  const taken = once(asked, 'upgrade').then(([response, socket, first]) => new Socket(response.statusCode, socket, first, heard));
  return Promise.race([refused, taken]);
}

/** A number as so many bytes, the first the greatest. */
export function number(value, bytes) {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(value));
  return buffer.subarray(8 - bytes);
}
