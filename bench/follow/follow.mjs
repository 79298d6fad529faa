// 跟随 Records changes at a steady rate, one transaction each as the product's own loaders do it, and asks
// the search for some of them until they are found. Run by run.sh.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { loadAverage, place } from '../soak/settings.mjs';
import { cpu, rows, startServer } from '../soak/systems.mjs';

const rate = Number(process.env.CHANGES || 500);
const seconds = Number(process.env.SECONDS_LONG || 30);
/** One change of so many is looked for. */
const PROBED = 50;
/** Milliseconds between two questions for the same change, and until it is given up. */
const AGAIN = 10;
const GIVEN_UP = 20_000;
/** Changes are sent in lots of this many milliseconds. */
const LOT = 20;
const QUERY = 'query Found($text: String!) { search(query: $text, first: 1) { nodes { ... on Enterprise { name } } } }';

/** One session of psql, which answers in the order in which it is told. */
class Recorder {
  #psql = spawn('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', place.url], { stdio: ['pipe', 'pipe', 'inherit'] });
  #waiting = [];

  constructor() {
    createInterface({ input: this.#psql.stdout }).on('line', () => this.#waiting.shift()?.(performance.now()));
  }

  /** The moment at which the change is known to be committed. */
  change(id, name) {
    const committed = new Promise((resolve) => this.#waiting.push(resolve));
    this.#psql.stdin.write(
      `BEGIN; LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE; UPDATE enterprises SET name = '${name}' WHERE id = ${id};
       INSERT INTO outbox (recorded_at, family, act, first_id, last_id) VALUES (now(), 'enterprises', 'UPSERT', ${id}, ${id}); COMMIT;
       \\echo committed\n`,
    );
    return committed;
  }

  end() {
    this.#psql.stdin.end();
  }
}

async function isFound(port, name) {
  const body = JSON.stringify({ query: QUERY, variables: { text: `"${name}"` } });
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data.search.nodes[0]?.name === name;
}

/** Milliseconds from the commit until the search tells it. */
async function visibleAfter(port, name, committed) {
  const at = await committed;
  while (performance.now() - at < GIVEN_UP) {
    if (await isFound(port, name)) return performance.now() - at;
    await sleep(AGAIN);
  }
  return Infinity;
}

const server = await startServer();
const ids = (await rows('SELECT id FROM enterprises ORDER BY id LIMIT 20000')).map(({ id }) => id);
const recorder = new Recorder();
const letters = [...'天地玄黄宇宙洪荒日月盈昃辰宿列张'];
const word = (number) => [...number.toString(16).padStart(6, '0')].map((digit) => letters[parseInt(digit, 16)]).join('');

const before = cpu(server.pid);
const began = performance.now();
const probes = [];
let recorded = 0;
let last;
while (performance.now() - began < seconds * 1000) {
  const due = Math.floor(((performance.now() - began) / 1000) * rate);
  for (; recorded < due; recorded += 1) {
    const name = `西安${word(recorded)}商贸有限公司`;
    last = recorder.change(ids[recorded % ids.length], name);
    if (recorded % PROBED === 0) probes.push(visibleAfter(server.port, name, last));
  }
  await sleep(LOT);
}
await last;
const lasted = (performance.now() - began) / 1000;
const times = (await Promise.all(probes)).sort((a, b) => a - b);
const after = cpu(server.pid);
recorder.end();
await server.stop();

const at = (share) => Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))]);
const page = `# Follower of the search index

Written by \`bench/follow/run.sh\`. Enterprises are renamed in PostgreSQL, one transaction each, at a steady rate;
one of ${PROBED} is asked for by its new name, every ${AGAIN} ms, from the moment at which its commit is known until the
search tells it. Load, database, server and questions share the cores.

- ${new Date().toISOString().slice(0, 16).replace('T', ' ')}, load average ${loadAverage()}
- ${Number(process.env.ENTERPRISES).toLocaleString('en')} enterprises; ${recorded.toLocaleString('en')} changes in ${lasted.toFixed(1)} s, ${Math.round(recorded / lasted)} a second (asked for: ${rate})
- the server used ${((100 * (after.own - before.own)) / lasted).toFixed(0)} % of a core

| changes looked for | found after, p50 ms | p99 ms | most ms | limit, p99 ms |
|---:|---:|---:|---:|---:|
| ${times.length} | ${at(0.5)} | ${at(0.99)} | ${Math.round(times.at(-1))} | 1,000 |
`;
writeFileSync(`${place.results}/follow.md`, page);
console.log(page);
process.exitCode = at(0.99) <= 1000 ? 0 : 1;
