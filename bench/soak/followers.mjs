// 订阅者 Those who follow the changes of an enterprise, over WebSocket (`graphql-transport-ws`) or
// server-sent events. After every break, their own or the server's, they come back with the position
// of the last change that they were told.

import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { ofErrors } from './judge.mjs';
import { settings } from './settings.mjs';

const QUERY = `subscription Changes($uscc: Uscc!, $after: Int) {
  recordChanged(uscc: $uscc, after: $after) {
    sequence id record { id ... on Enterprise { uscc } ... on Penalty { enterprise { uscc } } }
  }
}`;
/** How long a connection is used before its owner breaks it. */
const USED = [30_000, 90_000];
/** Share of changes after which it is broken at once: a break may fall within an event of several records. */
const STARTLED = 0.05;
/** How long after a break its owner comes back. */
const AWAY = [200, 1_000];

const between = ([least, most]) => least + Math.random() * (most - least);

export class Follower {
  /** What each connection was told, and from which position on it asked. */
  connections = [];
  breaks = [];
  #isOver = false;
  #leave = () => {};

  constructor({ name, transport, address, credential, uscc, position, tally }) {
    Object.assign(this, { name, transport, address, credential, uscc, position, tally });
  }

  async follow() {
    while (!this.#isOver) {
      const used = setTimeout(() => this.#leave('own'), between(USED));
      const reason = await new Promise((end) => {
        this.#leave = end;
        this.connections.push({ after: this.position, heard: [] });
        this.connection = this.transport === 'ws' ? this.#socket(end) : this.#events(end);
      });
      clearTimeout(used);
      this.connection.close();
      this.breaks.push(`${reason} after ${this.position}`);
      if (!this.#isOver) await sleep(between(AWAY));
    }
  }

  /** 听到的变更 How many changes it was told, those that were told again included. */
  get heard() {
    return this.connections.reduce((sum, { heard }) => sum + heard.length, 0);
  }

  stop() {
    this.#isOver = true;
    this.#leave('over');
  }

  get #asked() {
    return { query: QUERY, variables: { uscc: this.uscc, after: this.position } };
  }

  #take({ data, errors }, end) {
    const note = (judgement) => {
      this.tally.note({ kind: this.transport, due: performance.now(), sent: performance.now(), ms: 0, ...judgement });
      end(`${judgement.outcome} ${judgement.code ?? ''}`);
    };
    if (errors) return note(ofErrors(errors, {}));
    const { sequence, id, record } = data.recordChanged;
    const owner = record?.uscc ?? record?.enterprise?.uscc;
    if (owner !== this.uscc || record.id !== id) return note({ outcome: 'wrong', detail: `${this.uscc} is told ${JSON.stringify(data)}` });
    this.connections.at(-1).heard.push(`${sequence} ${id}`);
    this.position = sequence;
    if (Math.random() < STARTLED) end('own, at once');
    return undefined;
  }

  #socket(ended) {
    const socket = new WebSocket(`ws://${this.address}/graphql/ws`, 'graphql-transport-ws');
    const say = (message) => socket.send(JSON.stringify(message));
    // After a break nothing counts any more that was already on its way.
    let isLeft = false;
    const end = (reason) => {
      isLeft = true;
      ended(reason);
    };
    socket.onopen = () => say({ type: 'connection_init', payload: this.credential });
    socket.onmessage = ({ data }) => {
      if (isLeft) return;
      const message = JSON.parse(data);
      if (message.type === 'connection_ack') say({ id: '1', type: 'subscribe', payload: this.#asked });
      if (message.type === 'ping') say({ type: 'pong' });
      if (message.type === 'next') this.#take(message.payload, end);
      if (message.type === 'error') this.#take({ errors: message.payload }, end);
      if (message.type === 'complete') end('complete');
    };
    socket.onclose = ({ code, reason }) => end(`closed ${code} ${reason}`);
    socket.onerror = () => end('broken');
    return {
      close: () => {
        isLeft = true;
        socket.close();
      },
    };
  }

  #events(ended) {
    const [host, port] = this.address.split(':');
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream', ...this.credential };
    const request = http.request({ host, port, path: '/graphql', method: 'POST', headers, agent: new http.Agent() });
    let isLeft = false;
    const end = (reason) => {
      isLeft = true;
      ended(reason);
    };
    request.once('error', (error) => end(`broken ${error.code ?? ''}`));
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
        const events = text.split('\n\n');
        text = events.pop();
        for (const event of events) if (!isLeft) this.#event(event, end);
      });
      response.once('close', () => end('closed'));
      response.once('error', (error) => end(`broken ${error.code ?? ''}`));
    });
    request.end(JSON.stringify(this.#asked));
    return {
      close: () => {
        isLeft = true;
        request.destroy();
      },
    };
  }

  #event(text, end) {
    const fields = Object.fromEntries(text.split('\n').filter((line) => !line.startsWith(':')).map((line) => line.split(/: ?(.*)/s)));
    if (fields.event === 'next') this.#take(JSON.parse(fields.data), end);
    if (fields.event === 'complete') end('complete');
  }
}

/** Followers for the enterprises that change, with the sessions of the first people. */
export function followers({ address, crowd, facts, position, tally }) {
  return Array.from({ length: settings.subscribers }, (_, index) => {
    const { credential, login } = crowd.people[index % crowd.people.length];
    const { uscc } = facts.followed[index % facts.followed.length];
    const transport = index % 3 === 2 ? 'sse' : 'ws';
    return new Follower({ name: `${transport} ${login}`, transport, address, credential, uscc, position, tally });
  });
}
