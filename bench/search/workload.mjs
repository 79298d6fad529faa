// 负载 Asks a system: once for its hits, then for its speed with one client and with many.

const PERCENTILES = [0.5, 0.95, 0.99];

/** The hits of every query, and the milliseconds that each took. */
export async function hitsOf(system, queries) {
  const answers = [];
  for (const query of queries) {
    const started = performance.now();
    const ids = await system.ask(query);
    answers.push({ query, ids, ms: performance.now() - started });
  }
  return answers;
}

/** One client: rounds over the log until `seconds` are over, or the round that judged if it took them all. */
export async function alone(system, queries, answers, seconds) {
  const judged = answers.map(({ query, ms }) => ({ query, ms }));
  if (judged.reduce((sum, { ms }) => sum + ms, 0) > seconds * 1000) return judged;
  const until = performance.now() + seconds * 1000;
  const measured = [];
  do measured.push(...(await hitsOf(system, queries)));
  while (performance.now() < until);
  return measured;
}

/** Many clients: answers a second. */
export async function crowd(system, queries, clients, seconds) {
  const started = performance.now();
  const until = started + seconds * 1000;
  let answered = 0;
  const client = async (first) => {
    for (let at = first; performance.now() < until; at += 1) {
      await system.ask(queries[at % queries.length]);
      answered += 1;
    }
  };
  const firsts = Array.from({ length: clients }, (_, number) => Math.floor((number * queries.length) / clients));
  await Promise.all(firsts.map(client));
  return answered / ((performance.now() - started) / 1000);
}

/** @returns {{ p50: number, p95: number, p99: number }} in milliseconds */
export function percentiles(measured) {
  const sorted = measured.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return Object.fromEntries(PERCENTILES.map((share) => [`p${share * 100}`, at(share)]));
}

export function byKind(measured) {
  const kinds = {};
  for (const one of measured) (kinds[one.query.kind] ??= []).push(one);
  return Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, of]) => ({ kind, ...percentiles(of) }));
}
