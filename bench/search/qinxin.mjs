// Qinxin as its users reach it: the field `search` over HTTP, over both families unless told otherwise.

import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';

import { bytes, freePort, httpClient, run, start, timed } from './process.mjs';
import { penaltyId } from './records.mjs';

const QUERY = `query Search($text: String!, $filter: SearchFilter) { search(query: $text, filter: $filter, first: 10) { edges { node {
  __typename ... on Enterprise { uscc } ... on Penalty { documentNumber enterprise { uscc } }
} } } }`.replace(/\s+/g, ' ');
const EXPLAIN = `query Explain($text: String!, $filter: SearchFilter) { search(query: $text, filter: $filter, first: 3) { isApproximate totalCount edges { score node {
  __typename ... on Enterprise { name legalRepresentative } ... on Penalty { documentNumber violation enterprise { name } }
} } } }`.replace(/\s+/g, ' ');
const HEADERS = { 'content-type': 'application/json' };

export class Qinxin {
  name = 'Qinxin';
  #settings;
  #server;
  #client;

  /**
   * @param settings binary, data (folder of `qinxin generate`), work (folder for what is made here),
   *   isFiltered: whether a query asks only for the family that it is about
   */
  constructor(settings) {
    this.#settings = settings;
  }

  /** Builds the index anew if the program is newer than it, and serves. */
  async load() {
    const { binary, data, work } = this.#settings;
    const stamp = `${work}/qinxin.indexed`;
    if (!existsSync(stamp) || statSync(stamp).mtimeMs !== statSync(binary).mtimeMs) {
      const seconds = await timed(() => run(binary, ['index', 'rebuild', '--data-dir', data]));
      writeFileSync(stamp, String(seconds));
      utimesSync(stamp, new Date(), statSync(binary).mtime);
    }
    await this.#serve();
    this.version = (await run(binary, ['--version'])).stdout.trim().split(' ')[1];
    return { seconds: Number(readFileSync(stamp, 'utf8')), bytes: await bytes(`${data}/index`) };
  }

  async #serve() {
    const { binary, data, work } = this.#settings;
    const port = await freePort();
    this.#client = httpClient(port);
    const isReady = async () => (await this.#client.ask('GET', '/readyz')).status === 200;
    const args = ['serve', '--mode', 'production', '--listen', `127.0.0.1:${port}`, '--data-dir', data];
    this.#server = await start(binary, args, `${work}/qinxin.log`, isReady);
  }

  async #data(query, { text, family }) {
    const filter = this.#settings.isFiltered ? { families: [family.toUpperCase()] } : undefined;
    const body = JSON.stringify({ query, variables: { text, filter } });
    const { status, text: answer } = await this.#client.ask('POST', '/graphql', body, HEADERS);
    const { data, errors } = JSON.parse(answer);
    if (status !== 200 || errors) throw new Error(`${text}: ${status} ${answer}`);
    return data.search;
  }

  async ask(query) {
    const { edges } = await this.#data(QUERY, query);
    return edges.map(({ node }) => (node.__typename === 'Enterprise' ? node.uscc : penaltyId(node.enterprise.uscc, node.documentNumber)));
  }

  /** A request that searches nothing: what HTTP and both ends of it cost. */
  async askNothing() {
    await this.#client.ask('POST', '/graphql', '{"query":"query Nothing { __typename }"}', HEADERS);
  }

  /** The first hits in words, for people. */
  async explain(query) {
    const { isApproximate, totalCount, edges } = await this.#data(EXPLAIN, query);
    const words = ({ node, score }) =>
      `${node.__typename === 'Enterprise' ? `${node.name} ${node.legalRepresentative}` : `${node.documentNumber} ${node.violation} ${node.enterprise.name}`} (${score.toFixed(1)})`;
    return { total: `${totalCount}${isApproximate ? ' approximate' : ''}`, hits: edges.map(words) };
  }

  async close() {
    this.#client?.close();
    await this.#server?.stop();
  }
}
