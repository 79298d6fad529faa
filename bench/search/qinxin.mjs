// Qinxin as its users reach it: the field `search` over HTTP, without a filter of families.

import { existsSync, statSync, utimesSync, writeFileSync } from 'node:fs';

import { bytes, freePort, httpClient, run, start, timed } from './process.mjs';
import { penaltyId } from './records.mjs';

const QUERY = `query Search($text: String!) { search(query: $text, first: 10) { edges { node {
  __typename ... on Enterprise { uscc } ... on Penalty { documentNumber enterprise { uscc } }
} } } }`.replace(/\s+/g, ' ');
const EXPLAIN = `query Explain($text: String!) { search(query: $text, first: 3) { isApproximate totalCount edges { score node {
  __typename ... on Enterprise { name legalRepresentative } ... on Penalty { documentNumber violation enterprise { name } }
} } } }`.replace(/\s+/g, ' ');
const HEADERS = { 'content-type': 'application/json' };

export class Qinxin {
  name = 'Qinxin';
  #settings;
  #server;
  #client;

  /** @param settings binary, data (folder of `qinxin generate`), work (folder for what is made here) */
  constructor(settings) {
    this.#settings = settings;
  }

  /** Builds the index anew if the program is newer than it, and serves. */
  async load() {
    const { binary, data, work } = this.#settings;
    const stamp = `${work}/qinxin.indexed`;
    let seconds;
    if (!existsSync(stamp) || statSync(stamp).mtimeMs !== statSync(binary).mtimeMs) {
      seconds = await timed(() => run(binary, ['index', 'rebuild', '--data-dir', data]));
      writeFileSync(stamp, String(seconds));
      utimesSync(stamp, new Date(), statSync(binary).mtime);
    }
    await this.#serve();
    return { seconds, bytes: await bytes(`${data}/index`) };
  }

  async #serve() {
    const { binary, data, work } = this.#settings;
    const port = await freePort();
    this.#client = httpClient(port);
    const isReady = async () => (await this.#client.ask('GET', '/readyz')).status === 200;
    const args = ['serve', '--mode', 'production', '--listen', `127.0.0.1:${port}`, '--data-dir', data];
    this.#server = await start(binary, args, `${work}/qinxin.log`, isReady);
  }

  async #data(query, text) {
    const { status, text: answer } = await this.#client.ask('POST', '/graphql', JSON.stringify({ query, variables: { text } }), HEADERS);
    const { data, errors } = JSON.parse(answer);
    if (status !== 200 || errors) throw new Error(`${text}: ${status} ${answer}`);
    return data.search;
  }

  async ask({ text }) {
    const { edges } = await this.#data(QUERY, text);
    return edges.map(({ node }) => (node.__typename === 'Enterprise' ? node.uscc : penaltyId(node.enterprise.uscc, node.documentNumber)));
  }

  /** What a request costs that searches nothing. */
  async askNothing() {
    await this.#client.ask('POST', '/graphql', '{"query":"query Nothing { __typename }"}', HEADERS);
  }

  /** The first hits in words, for people. */
  async explain({ text }) {
    const { isApproximate, totalCount, edges } = await this.#data(EXPLAIN, text);
    const words = ({ node, score }) =>
      `${node.__typename === 'Enterprise' ? `${node.name} ${node.legalRepresentative}` : `${node.documentNumber} ${node.violation} ${node.enterprise.name}`} (${score.toFixed(1)})`;
    return { total: `${totalCount}${isApproximate ? ' approximate' : ''}`, hits: edges.map(words) };
  }

  async close() {
    this.#client?.close();
    await this.#server?.stop();
  }
}
