// The same questions, asked of the server directly and through federated gateways, have the same
// answers. The gateways plan, split and join by their own reading of the specification, so that
// they are a second opinion on ours.

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { buildSchema } from 'graphql';

import { gateways, supergraph } from './gateways.mjs';
import { ask, federationSdl, project, url } from './graph.mjs';
import { archiveSdl, RECORDS, taxSdl } from './partners.mjs';
import { dice, questions } from './questions.mjs';
import { none, Suite } from './suite.mjs';

const SEED = 20260701;
const QUESTIONS = 500;
// All go through the one, every fifth through the other.
const EVERY = { '@apollo/gateway': 1, '@graphql-hive/gateway': 5 };
const AT_ONCE = 4;
const TOLD = 5;

const suite = new Suite('differential');
const golden = buildSchema(readFileSync(project('schema/schema.graphql'), 'utf8'));
const draw = questions(golden, await knownValues(), dice(SEED));
const drawn = Array.from({ length: QUESTIONS }, draw);
const direct = await each(drawn, asked);

await suite.check(`${QUESTIONS} questions are answered or refused as they should be`, () => {
  none(drawn.flatMap((question, index) => {
    const { errors } = direct[index];
    if (Boolean(errors) !== question.isValid) return [];
    return told(question, errors ? errors.map(({ message }) => message).join(' ') : 'should be refused');
  }).slice(0, TOLD));
});

// The partners need not run: nobody asks for their fields, the gateways only have to plan around them.
const neighbours = [
  { name: 'tax', sdl: taxSdl, url: 'http://tax.invalid' },
  { name: 'archive', sdl: archiveSdl, url: 'http://archive.invalid' },
];
const supergraphSdl = supergraph([{ name: 'qinxin', sdl: await federationSdl(), url }, ...neighbours]);
for (const [name, start] of Object.entries(gateways)) {
  const gateway = await start(supergraphSdl);
  const sample = drawn.flatMap((question, index) => (index % EVERY[name] === 0 ? { question, wanted: direct[index] } : []));
  await suite.check(`${sample.length} of them have the same answers through ${name}`, async () => {
    const differences = await each(sample, async ({ question, wanted }) => {
      const found = await gateway.ask(question.query, question.variables);
      return difference(question, wanted, found);
    });
    const found = differences.filter(Boolean);
    none(found.length > 0 ? [`${found.length} differ`, ...found.slice(0, TOLD)] : []);
  });
  await gateway.stop();
}
suite.close();

async function asked({ query, variables }) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

/** What is different, '' if nothing is. */
function difference(question, wanted, found) {
  const [left, right] = [wanted, found].map(({ data, errors }) => ({ data: plain(data), hasErrors: (errors ?? []).length > 0 }));
  // What we refuse as a whole has no data; a gateway that passed it on shows the fields as null.
  if (wanted.errors && wanted.data === undefined) right.data = allNull(right.data) ? null : right.data;
  return isDeepStrictEqual(left, right) ? '' : told(question, `direct  ${JSON.stringify(wanted)}\ngateway ${JSON.stringify(found)}`);
}

function allNull(data) {
  return data === null || Object.values(data).every((value) => value === null);
}

/** Without the prototypes of whoever made it; nothing is null. */
function plain(data) {
  return JSON.parse(JSON.stringify(data ?? null));
}

function told({ query, variables }, problem) {
  return `${query}\n${JSON.stringify(variables)}\n${problem}`;
}

/** Does an act for every item, a few at a time, and gives the results in order. */
async function each(items, act) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await act(items[index]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/** Real values of the running server to ask with. */
async function knownValues() {
  const families = Object.keys(RECORDS);
  const pages = families.map((family) => `${family}(first: 3) { nodes { id } edges { cursor } }`).join(' ');
  const { young, revoked, food, fined } = await ask(`{
    young: enterprises(first: 20) { edges { cursor } nodes { ...Known } }
    revoked: enterprises(first: 40, filter: { statuses: [REVOKED] }) { nodes { ...Known } }
    food: enterprises(first: 40, filter: { nameContains: "食品" }) { nodes { ...Known } }
    fined: search(query: "罚款", filter: { families: [PENALTY] }, first: 20) { nodes { ... on Penalty { documentNumber } } }
  }
  fragment Known on Enterprise { id uscc name legalRepresentative region { code parent { code } } ${pages} }`);
  const nodes = [young, revoked, food].flatMap(({ nodes }) => nodes);
  const records = (family) => nodes.flatMap((node) => node[family].nodes.map(({ id }) => id));
  const cursors = (family) => nodes.flatMap((node) => node[family].edges.map(({ cursor }) => cursor));
  return {
    uscc: nodes.map(({ uscc }) => uscc),
    ids: [...nodes.map(({ id }) => id), ...families.flatMap(records)],
    names: nodes.map(({ name }) => name),
    representatives: nodes.map(({ legalRepresentative }) => legalRepresentative),
    documentNumbers: fined.nodes.map(({ documentNumber }) => documentNumber),
    regionCodes: ['610000', ...new Set(nodes.flatMap(({ region }) => [region?.code, region?.parent?.code]).filter(Boolean))],
    cursors: {
      enterprises: young.edges.map(({ cursor }) => cursor),
      ...Object.fromEntries(families.map((family) => [family, cursors(family)])),
    },
  };
}
