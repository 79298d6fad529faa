// Two made-up neighbours of Qinxin in a federated graph. The tax bureau knows enterprises by
// their credit code and owns a list of them; the archive knows them by our `id`, so that a query
// from one to the other has to go through us.

import { buildSchema, graphql } from 'graphql';

const federation = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

// What a federation library would add to a subgraph.
const machinery = `
  directive @key(fields: String!) repeatable on OBJECT
  scalar _Any
  union _Entity = Enterprise
  extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
`;

const tax = `
  scalar Uscc
  type Enterprise @key(fields: "uscc") {
    uscc: Uscc!
    taxCreditGrade: String!
  }
  type Query {
    taxpayers(codes: [Uscc!]!): [Enterprise!]!
  }
`;

const archive = `
  type Enterprise @key(fields: "id") {
    id: ID!
    dossier: String!
  }
`;

/** The grade that the tax bureau gives to the holder of a code. */
export const taxCreditGrade = (uscc) => 'ABCDM'[uscc.charCodeAt(17) % 5];
/** The dossier that the archive keeps under an id. */
export const dossier = (id) => `卷宗 ${id}`;

const taxpayer = ({ uscc }) => ({ __typename: 'Enterprise', uscc, taxCreditGrade: taxCreditGrade(uscc) });
const archived = ({ id }) => ({ __typename: 'Enterprise', id, dossier: dossier(id) });

export const partners = [
  partner('tax', tax, tax, {
    taxpayers: ({ codes }) => codes.map((uscc) => taxpayer({ uscc })),
    _entities: ({ representations }) => representations.map(taxpayer),
  }),
  partner('archive', archive, `type Query ${archive}`, {
    _entities: ({ representations }) => representations.map(archived),
  }),
];

function partner(name, types, typesWithQuery, rootValue) {
  const schema = buildSchema(typesWithQuery + machinery);
  const answer = ({ query, variables }) => graphql({ schema, source: query, variableValues: variables, rootValue });
  return { name, sdl: federation + types, answer };
}
