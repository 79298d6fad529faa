// Never run, only compiled: what the types allow, and that they do not allow the rest.

import { CreditCheckDocument, QinxinClient, RegionsDocument, SearchDocument } from '../src/index.js';

declare const apiKey: string | undefined;
const qinxin = new QinxinClient({ url: 'http://127.0.0.1:8080/graphql', apiKey });

const { enterprise } = await qinxin.run(CreditCheckDocument, { uscc: '91610113MF9CY2MK7B' });
export const listed: boolean | undefined = enterprise?.creditSummary.activeSeriousViolation;
export const capital: string | null | undefined = enterprise?.registeredCapitalWan;

await qinxin.run(RegionsDocument);
await qinxin.run(RegionsDocument, { parent: '610000' });

const { search } = await qinxin.run(SearchDocument, { query: '食品' });
export const found = search.nodes.map((node) => {
  if (node.__typename === 'Penalty') return node.documentNumber;
  return node.__typename === 'Enterprise' ? node.name : undefined;
});

// @ts-expect-error the code is required
await qinxin.run(CreditCheckDocument);
// @ts-expect-error no such variable
await qinxin.run(CreditCheckDocument, { code: '91610113MF9CY2MK7B' });
// @ts-expect-error not asked for
enterprise?.phone;
