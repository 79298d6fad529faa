// Two neighbours of Qinxin in a federated graph, each at an address of its own. The tax agency is
// the example that partners are given (examples/partner-subgraph): it knows enterprises by their
// credit code and has a list of its own. The archive knows them and their records by our `id`, so
// that a query from one to the other has to go through us.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';

import { buildSchema, graphql } from 'graphql';

import { find } from '../../examples/partner-subgraph/register.mjs';
import { ask, project } from './graph.mjs';

const STARTED_WITHIN_SECONDS = 20;
export const TAX_AGENCY = project('examples/partner-subgraph');

/** The SDL of the tax agency as its file says, for those who need no running agency. */
export const taxSdl = readFileSync(`${TAX_AGENCY}/schema.graphql`, 'utf8');

/** 记录 The records of an enterprise that the archive has dossiers of, by the field that lists them. */
export const RECORDS = {
  penalties: 'Penalty',
  inspections: 'Inspection',
  licences: 'Licence',
  repairs: 'CreditRepair',
  annualReports: 'AnnualReport',
  abnormalListings: 'AbnormalListing',
  seriousViolations: 'SeriousViolation',
  notices: 'Notice',
};
const ARCHIVED = ['Enterprise', ...Object.values(RECORDS)];

const archive = ARCHIVED.map((type) => `type ${type} @key(fields: "id") { id: ID! dossier: String! }`).join('\n');
const archiveQuery = ARCHIVED.map((type) => `filed${type}(ids: [ID!]!): [${type}!]!`).join('\n');

/** The SDL of the archive. */
export const archiveSdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { ${archiveQuery} }
  ${archive}
`;

// What a federation library would add to a subgraph.
const machinery = `
  type Query { ${archiveQuery} _entities(representations: [_Any!]!): [_Entity]! }
  directive @key(fields: String!) repeatable on OBJECT
  scalar _Any
  union _Entity = ${ARCHIVED.join(' | ')}
`;

/** What the tax agency says of the holder of a code; all is null for those it does not grade. */
export function taxCredit(uscc) {
  const { taxCreditGrade, taxCreditGradeYear } = find(uscc) ?? { taxCreditGrade: null, taxCreditGradeYear: null };
  return { taxCreditGrade, taxCreditGradeYear };
}

/** The dossier that the archive keeps under an id. */
export const dossier = (id) => `卷宗 ${id}`;

/** Starts both; `stop` ends them. */
export async function startPartners() {
  const started = await Promise.all([startTaxAgency(), startArchive()]);
  const partners = started.map(({ name, sdl, url }) => ({ name, sdl, url }));
  return { partners, stop: () => Promise.all(started.map(({ stop }) => stop())) };
}

/** The example as a partner runs it: a process that listens on a free port and says which. */
async function startTaxAgency() {
  const agency = spawn(process.execPath, ['server.mjs'], {
    cwd: TAX_AGENCY,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A suite that breaks off leaves nothing running.
  process.once('exit', () => agency.kill());
  const ended = once(agency, 'exit');
  const url = await Promise.race([
    spokenUrl(agency.stdout),
    ended.then(([status]) => Promise.reject(new Error(`the tax agency ended with ${status}`))),
  ]);
  const { _service } = await ask('{ _service { sdl } }', {}, url);
  const stop = () => agency.kill() && ended;
  return { name: 'tax', sdl: _service.sdl, url, stop };
}

async function spokenUrl(output) {
  const lines = createInterface({ input: output, signal: AbortSignal.timeout(STARTED_WITHIN_SECONDS * 1000) });
  for await (const line of lines) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error(`the tax agency did not listen within ${STARTED_WITHIN_SECONDS} s`);
}

async function startArchive() {
  const schema = buildSchema(archive + machinery);
  const filed = (__typename, id) => ({ __typename, id, dossier: dossier(id) });
  const rootValue = {
    ...Object.fromEntries(ARCHIVED.map((type) => [`filed${type}`, ({ ids }) => ids.map((id) => filed(type, id))])),
    _entities: ({ representations }) => representations.map(({ __typename, id }) => filed(__typename, id)),
  };
  const server = createServer(async (request, response) => {
    const { query, variables } = await json(request);
    const answer = await graphql({ schema, source: query, variableValues: variables, rootValue });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { name: 'archive', sdl: archiveSdl, url: `http://127.0.0.1:${server.address().port}/`, stop };
}
