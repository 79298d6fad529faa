// A federated gateway in front of the running server and two partners: queries that start on
// either side get the other sides' fields.

import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { parse } from 'graphql';

import { ask, federationSdl, url } from './graph.mjs';
import { dossier, partners, taxCreditGrade } from './partners.mjs';
import { none, Suite } from './suite.mjs';

const { supergraphSdl, errors } = composeServices(
  [{ name: 'qinxin', sdl: await federationSdl() }, ...partners].map(({ name, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
);
none((errors ?? []).map(({ message }) => message));

// Its telemetry would look for a cloud around this machine.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';
const gateway = new ApolloGateway({
  supergraphSdl,
  buildService: ({ name }) => {
    const partner = partners.find((partner) => partner.name === name);
    return partner ? { process: ({ request }) => partner.answer(request) } : new RemoteGraphQLDataSource({ url });
  },
});
const { executor, schema } = await gateway.load();
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

async function throughGateway(query, variables) {
  const { data, errors } = await executor({
    request: { query, variables },
    document: parse(query),
    queryHash: query,
    operationName: null,
    context: {},
    cache: new Map(),
    schema,
    logger: silent,
    metrics: {},
  });
  none((errors ?? []).map(({ message }) => message));
  return data;
}

const { enterprises } = await ask('{ enterprises(first: 5) { nodes { id uscc name } } }');
const expected = enterprises.nodes.map(({ id, uscc, name }) => ({
  id,
  uscc,
  name,
  taxCreditGrade: taxCreditGrade(uscc),
  dossier: dossier(id),
}));

const suite = new Suite('gateway');
const fields = 'id uscc name taxCreditGrade dossier';
await suite.check('from us to the partners, by both keys', async () => {
  const data = await throughGateway(`query ($uscc: Uscc!) { enterprise(uscc: $uscc) { ${fields} } }`, {
    uscc: expected[0].uscc,
  });
  same(data.enterprise, expected[0]);
});
await suite.check('from us to the partners, a list', async () => {
  const data = await throughGateway(`{ enterprises(first: 5) { nodes { ${fields} } } }`);
  same(data.enterprises.nodes, expected);
});
await suite.check('from a partner to us and on to the other partner', async () => {
  const data = await throughGateway(`query ($codes: [Uscc!]!) { taxpayers(codes: $codes) { ${fields} } }`, {
    codes: expected.map(({ uscc }) => uscc),
  });
  same(data.taxpayers, expected);
});
suite.close();
await gateway.stop();

function same(found, wanted) {
  const [left, right] = [found, wanted].map((value) => JSON.stringify(value));
  if (left !== right) throw new Error(`found  ${left}\nwanted ${right}`);
}
