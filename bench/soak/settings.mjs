// What a run is asked for, by environment, and the limits it is judged by.

import { readFileSync } from 'node:fs';

const number = (name, otherwise) => Number(process.env[name] || otherwise);

export const settings = {
  /** 会话 Sessions that are open all the time. */
  sessions: number('SESSIONS', 2000),
  /** Length of the load. */
  minutes: number('MINUTES', 10),
  enterprises: number('ENTERPRISES', 20_000),
  /** Requests a second, whether the server keeps up or not. */
  rate: number('RATE', 150),
  /** The same seed draws the same requests. */
  seed: number('SEED', 1),
  /** 订阅 Connections that follow changes, two of three over WebSocket. */
  subscribers: number('SUBSCRIBERS', 100),
  /** Enterprises whose records change; a subscriber follows one of them. */
  followed: 40,
  /** Changes recorded a second. */
  changes: number('CHANGES', 2),
  /** 接口用户 Partner clients, each with a key. */
  partners: 10,
  /** Accounts whose password is changed all the time; they hold none of the counted sessions. */
  spares: 20,
  /** How many accounts are made and signed in side by side. */
  enrolled: 8,
  /** Seconds between the stop of PostgreSQL and its start. */
  down: number('DOWN', 10),
};

/** 限额 What the verdict is about. */
export const limits = {
  /** Seconds after PostgreSQL accepts connections again in which errors are still allowed. */
  grace: 5,
  /** Seconds that the server gives a request (schema/src/limits.rs), and what the way may add. */
  execution: 20,
  slack: 1,
  /** Milliseconds of the 95th percentile, over all requests outside the outage. */
  p95: 500,
  /** Share of failed requests outside the outage. */
  errors: 0.001,
  /** Share by which the memory of the server may grow. */
  growth: 0.05,
  /** Seconds until those who follow have been told everything after the last change. */
  told: 20,
};

/** What the shell has prepared. */
export const place = {
  binary: process.env.BINARY,
  work: process.env.WORK,
  postgres: process.env.POSTGRES_DIR,
  url: process.env.POSTGRES_URL,
  results: process.env.RESULTS,
};

export function loadAverage() {
  return readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs `act` on all items, at most `lanes` at a time. */
export async function each(items, lanes, act) {
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) await act(item, index);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
