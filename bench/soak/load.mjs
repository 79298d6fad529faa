// 负载 An open loop: requests go out at their time, whether earlier ones were answered or not.

import { setTimeout as sleep } from 'node:timers/promises';

import { judged } from './judge.mjs';

/** Sends for so many seconds; done when the last answer is there. */
export async function load({ client, mix, tally, rate, seconds }) {
  const started = performance.now();
  const open = new Set();
  for (let number = 0; number < rate * seconds; number += 1) {
    const due = started + (number * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 1) await sleep(wait);
    const answered = send(client, mix.next(), tally, due).finally(() => open.delete(answered));
    open.add(answered);
  }
  await Promise.all(open);
}

async function send(client, request, tally, due) {
  const sent = performance.now();
  const answer = await client.post(request.desk, request.credential, request.body);
  const { outcome, code, detail } = judged(request, answer);
  tally.note({ kind: request.kind, due, sent, ms: answer.ms, outcome, code, detail });
  if (outcome === 'right') {
    if (request.onDone) request.onDone(JSON.parse(answer.text).data);
  } else {
    request.onUnsure?.();
  }
}
