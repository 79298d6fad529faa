// Two gateways that know nothing of each other, both running in this process: one composed graph in,
// one way to ask it out.

import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { parse, validate } from 'graphql';

import { none } from './suite.mjs';

/** The supergraph of subgraphs, each `{ name, sdl, url }`. */
export function supergraph(subgraphs) {
  const { supergraphSdl, errors } = composeServices(subgraphs.map(({ name, sdl, url }) => ({ name, url, typeDefs: parse(sdl) })));
  none((errors ?? []).map(({ message }) => message));
  return supergraphSdl;
}

/** By name: what starts a gateway of a supergraph. It has `ask(query, variables)`, which gives the whole answer, and `stop()`. */
export const gateways = { '@apollo/gateway': apollo, '@graphql-hive/gateway': hive };

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

async function apollo(supergraphSdl) {
  // Its telemetry would look for a cloud around this machine.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const buildService = ({ url }) => new RemoteGraphQLDataSource({ url });
  const gateway = new ApolloGateway({ supergraphSdl, buildService, logger: silent });
  const { executor, schema } = await gateway.load();
  const ask = async (query, variables = {}) => {
    const document = parse(query);
    // Apollo's server would have done this before it asks its gateway.
    const errors = validate(schema, document);
    if (errors.length > 0) return { errors };
    const request = { query, variables };
    const usual = { queryHash: query, operationName: null, context: {}, cache: new Map(), logger: silent, metrics: {} };
    return executor({ request, document, schema, ...usual });
  };
  return { ask, stop: () => gateway.stop() };
}

async function hive(supergraphSdl) {
  const pages = { graphiql: false, landingPage: false };
  const runtime = createGatewayRuntime({ supergraph: supergraphSdl, logging: false, maskedErrors: false, ...pages });
  const ask = async (query, variables = {}) => {
    const response = await runtime.fetch('http://gateway.invalid/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };
  return { ask, stop: () => runtime.dispose() };
}
