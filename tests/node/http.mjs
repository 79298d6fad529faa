// GraphQL over HTTP: the audits of `graphql-http`, each of which must be ok, recommended ones too.

import { serverAudits } from 'graphql-http';

import { url } from './graph.mjs';
import { Suite } from './suite.mjs';

const suite = new Suite('http');
for (const audit of serverAudits({ url })) {
  await suite.check(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    if (result.status === 'ok') return;
    const { status, headers } = result.response;
    throw new Error(`${result.status}: ${result.reason}\n${status} ${headers.get('content-type')}`);
  });
}
suite.close();
