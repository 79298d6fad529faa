// The four queries as request bodies in the words of each system, and the proof that all systems
// answer them with the same rows.

import { readFileSync, writeFileSync } from 'node:fs';

const VARIETY = 2000;
const SAMPLE = 25;

const here = (path) => new URL(path, import.meta.url);

/** Name, what it asks, and the least ratio to the peer that it must reach. */
export const QUERIES = [
  { name: '1_by_code', title: 'one enterprise by code', atLeast: 1.5 },
  { name: '2_city_nested', title: '20 of a city by date, each with 5 penalties and 5 reports', atLeast: 3 },
  { name: '3_city_filtered', title: 'city + status + capital, sorted, with total count', atLeast: 50 },
  { name: '4_three_levels', title: 'three levels: enterprise, 20 penalties and count, their enterprise, 10 reports', atLeast: 1.5 },
];

/** Each system's words for what `draw.sql` drew. */
const VARIABLES = {
  qinxin: {
    city: ({ city_code }) => String(city_code),
    capital: ({ capital_wan }) => ({ capitalWan: String(capital_wan) }),
  },
  postgraphile: {
    city: ({ city_code }) => city_code,
    capital: ({ capital_wan }) => ({ capitalFen: String(capital_wan * 1_000_000) }),
  },
};

const FOLDERS = { qinxin: 'queries/', postgraphile: 'postgraphile/queries/' };

function variables(words, name, draw) {
  const { city, capital } = VARIABLES[words];
  switch (name) {
    case '1_by_code':
      return draw.enterprises.map(({ uscc }) => ({ uscc }));
    case '2_city_nested':
      return draw.enterprises.map((row) => ({ city: city(row) }));
    case '3_city_filtered':
      return draw.enterprises.map((row) => ({ city: city(row), status: row.status, ...capital(row) }));
    default:
      return draw.punished.map((uscc) => ({ uscc }));
  }
}

/** Writes one body a line and returns where, and the bodies. */
export function bodies(words, name, draw, folder) {
  const query = readFileSync(here(`${FOLDERS[words]}${name}.graphql`), 'utf8').replace(/^#.*\n/gm, '').replace(/\s+/g, ' ').trim();
  const lines = variables(words, name, draw).slice(0, VARIETY).map((variables) => JSON.stringify({ query, variables }));
  const file = `${folder}/${words}-${name}.txt`;
  writeFileSync(file, lines.join('\n'));
  return { file, lines };
}

/** The text of one answer. */
export async function post(url, body) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return response.text();
}

// What identifies a row; amounts and enums are spelt differently by each system.
const IDENTITY = new Set(['uscc', 'documentNumber', 'year', 'totalCount', 'establishedOn', 'decidedOn', 'submittedOn']);

function identity(value) {
  if (Array.isArray(value)) return value.map(identity);
  if (value === null || typeof value !== 'object') return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, IDENTITY.has(key) ? inner : identity(inner)]).filter(([, inner]) => inner !== undefined),
  );
}

function rowsIn(value) {
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + 1 + rowsIn(item), 0);
  if (value === null || typeof value !== 'object') return 0;
  return Object.values(value).reduce((sum, item) => sum + rowsIn(item), 0);
}

/**
 * Asks every system the same sample and throws unless all answer without errors and with the same
 * rows in the same order. Returns the rows of lists in an answer, on average.
 */
export async function sameAnswers(systems, name) {
  const sample = systems[0].bodies[name].lines.slice(0, SAMPLE);
  let rows = 0;
  for (const index of sample.keys()) {
    const answers = [];
    for (const { title, url, bodies } of systems) {
      const { data, errors } = JSON.parse(await post(url, bodies[name].lines[index]));
      if (errors || !data?.enterprise && !data?.enterprises) {
        throw new Error(`${title}, ${name}: ${JSON.stringify(errors ?? data)}\n${bodies[name].lines[index]}`);
      }
      answers.push({ title, seen: JSON.stringify(identity(data)) });
      rows += rowsIn(data) / systems.length / sample.length;
    }
    const other = answers.find(({ seen }) => seen !== answers[0].seen);
    if (other) {
      throw new Error(`${name}: different answers to ${sample[index]}\n${answers[0].title}: ${answers[0].seen}\n${other.title}: ${other.seen}`);
    }
  }
  return rows;
}
