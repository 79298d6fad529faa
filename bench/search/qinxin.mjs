// Qinxin as its users reach it: the field `search` over HTTP, over both families unless told otherwise.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';

import { bytes, forget, freePort, httpClient, memory, processorTime, run, start, watched } from './process.mjs';
import { penaltyId } from './records.mjs';

const QUERY = (operation) => `query ${operation}($text: String!, $filter: SearchFilter) { search(query: $text, filter: $filter, first: 10) { edges { node {
  __typename ... on Enterprise { uscc } ... on Penalty { documentNumber enterprise { uscc } }
} } } }`.replace(/\s+/g, ' ');
const EXPLAIN = `query Explain($text: String!, $filter: SearchFilter) { search(query: $text, filter: $filter, first: 3) { isApproximate isDegraded totalCount edges { score node {
  __typename ... on Enterprise { name legalRepresentative } ... on Penalty { documentNumber violation enterprise { name } }
} } } }`.replace(/\s+/g, ' ');
const SUGGEST = 'query Suggest($prefix: String!) { suggest(prefix: $prefix, first: 10) { name uscc } }';
const HEADERS = { 'content-type': 'application/json' };
/** The operation of the queries whose time inside the server is looked at. */
const TIMED = 'Timed';
/** Counted on its own, as what the console asks is. */
const TYPING = 'Suggest';

/** Records of other families are asked for by no query: they only take a place. */
const idOf = (node) =>
  ({ Enterprise: () => node.uscc, Penalty: () => penaltyId(node.enterprise.uscc, node.documentNumber) })[node.__typename]?.() ?? node.__typename;

const wordsOf = (node) =>
  ({
    Enterprise: () => `${node.name} ${node.legalRepresentative}`,
    Penalty: () => `${node.documentNumber} ${node.violation} ${node.enterprise.name}`,
  })[node.__typename]?.() ?? node.__typename;

const loadAverage = () => readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');

export class Qinxin {
  name = 'Qinxin';
  #settings;
  #server;
  #client;
  #operation = 'Search';

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
    const made = existsSync(stamp) ? JSON.parse(readFileSync(stamp, 'utf8')) : {};
    const program = statSync(binary).mtimeMs;
    if (made.program !== program) {
      const { stdout, seconds, own } = await watched(binary, ['index', 'rebuild', '--data-dir', data]);
      const documents = [...stdout.matchAll(/ (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
      Object.assign(made, { program, seconds, documents, buildMemory: own, buildLoad: loadAverage() });
      writeFileSync(stamp, JSON.stringify(made));
    }
    this.version = (await run(binary, ['--version'])).stdout.trim().split(' ')[1];
    const starts = await this.#starts();
    const [all, stored] = await Promise.all(['', '.store'].map((ending) => bytes(`${data}/index`, ending)));
    return { ...made, starts, bytes: all, stored };
  }

  /** 冷启动 Seconds until the server is ready, and until it has answered a first question: with the files of the index on
   * the disk alone, and with what was read of them still at hand. The last one stays. */
  async #starts() {
    const starts = {};
    for (const way of ['cold', 'warm']) {
      await this.close();
      if (way === 'cold') await forget(`${this.#settings.data}/index`);
      const started = performance.now();
      await this.#serve();
      const ready = (performance.now() - started) / 1000;
      await this.ask({ text: '有限公司', family: 'enterprise' });
      starts[way] = { ready, answered: (performance.now() - started) / 1000, memory: this.memory() };
    }
    return starts;
  }

  /** 内存 What the server holds. */
  memory() {
    return memory(this.#server.pid);
  }

  /** Runs what it is told while the server counts how long it takes over each question. */
  async inside(work) {
    this.#operation = TIMED;
    const result = await work();
    this.#operation = 'Search';
    return { result, inside: await this.#seconds(`${TIMED}|anonymous`) };
  }

  async #seconds(operation) {
    const { text } = await this.#client.ask('GET', '/metrics');
    const at = (quantile) =>
      Number(new RegExp(`^qinxin_operation_seconds\\{operation="(?:${operation})",quantile="${quantile}"\\} (\\S+)`, 'm').exec(text)?.[1] ?? NaN) * 1000;
    return { p50: at('0.5'), p99: at('0.99') };
  }

  /** 联想 Types beginnings one after the other: the time inside the server, and how many were suggested for each. */
  async typing(beginnings) {
    let suggested = 0;
    for (const prefix of beginnings) {
      const body = JSON.stringify({ query: SUGGEST, operationName: TYPING, variables: { prefix } });
      const { status, text } = await this.#client.ask('POST', '/graphql', body, HEADERS);
      const { data, errors } = JSON.parse(text);
      if (status !== 200 || errors) throw new Error(`${prefix}: ${status} ${text}`);
      suggested += data.suggest.length;
    }
    return { ...(await this.#seconds(TYPING)), beginnings: beginnings.length, suggested: suggested / beginnings.length };
  }

  async #serve() {
    const { binary, data, work } = this.#settings;
    const port = await freePort();
    this.#client = httpClient(port);
    const isReady = async () => (await this.#client.ask('GET', '/readyz')).status === 200;
    const args = ['serve', '--mode', 'production', '--listen', `127.0.0.1:${port}`, '--data-dir', data];
    this.#server = await start(binary, args, `${work}/qinxin.log`, isReady, 5);
  }

  async #data(query, { text, family }) {
    const filter = this.#settings.isFiltered ? { families: [family.toUpperCase()] } : undefined;
    // Only operations that are named in the request are told apart from all others.
    const operationName = this.#operation === TIMED ? TIMED : undefined;
    const body = JSON.stringify({ query, operationName, variables: { text, filter } });
    const { status, text: answer } = await this.#client.ask('POST', '/graphql', body, HEADERS);
    const { data, errors } = JSON.parse(answer);
    if (status !== 200 || errors) throw new Error(`${text}: ${status} ${answer}`);
    return data.search;
  }

  async ask(query) {
    const { edges } = await this.#data(QUERY(this.#operation), query);
    return edges.map(({ node }) => idOf(node));
  }

  /** A request that searches nothing: what HTTP and both ends of it cost. */
  async askNothing() {
    await this.#client.ask('POST', '/graphql', '{"query":"query Nothing { __typename }"}', HEADERS);
  }

  /** Milliseconds of processor time that the server has had. */
  processorTime() {
    return processorTime(this.#server.pid);
  }

  /** The first hits in words, for people. */
  async explain(query) {
    const { isApproximate, isDegraded, totalCount, edges } = await this.#data(EXPLAIN, query);
    const words = ({ node, score }) => `${wordsOf(node)} (${score.toFixed(1)})`;
    return { total: `${totalCount}${isApproximate ? ' approximate' : ''}${isDegraded ? ' degraded' : ''}`, hits: edges.map(words) };
  }

  async close() {
    this.#client?.close();
    await this.#server?.stop();
  }
}
