// Serves the subgraph on loopback: a gateway on the same machine, or a proxy before it, is the only
// caller. PORT is the port (default 4101; 0 takes a free one); the line printed says where it is.

import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';

import { schema } from './subgraph.mjs';

// The landing page would be loaded from elsewhere, and traces are for a cloud: an agency's network has
// neither.
const plugins = [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginInlineTraceDisabled()];
const server = new ApolloServer({ schema, plugins });
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(process.env.PORT ?? 4101) },
});
console.log(`税务子图 tax subgraph: ${url}`);
