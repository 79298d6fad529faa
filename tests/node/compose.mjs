// Federation 2: our SDL and those of two partners that run compose in three composers that know nothing of each
// other, and the whole has the fields of all sides on `Enterprise`.
//
//   node compose.mjs [SDL_FILE]     without a file: what the server at QINXIN_TEST_URL says

import { composeServices as apollo } from '@apollo/composition';
import { composeServices as theguild } from '@theguild/federation-composition';
import { federateSubgraphs } from '@wundergraph/composition';
import { parse, printSchema } from 'graphql';

import { federationSdl } from './graph.mjs';
import { startPartners } from './partners.mjs';
import { none, Suite } from './suite.mjs';

const { partners, stop } = await startPartners();
await stop();
const subgraphs = [{ name: 'qinxin', sdl: await federationSdl() }, ...partners].map(({ name, sdl }) => ({
  name,
  url: `http://${name}.invalid/graphql`,
  typeDefs: parse(sdl),
  definitions: parse(sdl),
}));

const composers = {
  '@apollo/composition': () => supergraph(apollo(subgraphs)),
  '@theguild/federation-composition': () => supergraph(theguild(subgraphs)),
  '@wundergraph/composition': () => {
    const result = federateSubgraphs({ subgraphs, version: '1' });
    none(result.success ? '' : result.errors.map(({ message }) => message));
    return printSchema(result.federatedGraphClientSchema);
  },
};

function supergraph({ errors, supergraphSdl }) {
  none((errors ?? []).map(({ message }) => message));
  return supergraphSdl;
}

const suite = new Suite('compose');
for (const [composer, compose] of Object.entries(composers)) {
  const sdl = await suite.check(`${composer} composes`, compose);
  await suite.check(`${composer} joins Enterprise`, () => {
    const type = parse(sdl).definitions.find(({ kind, name }) => kind === 'ObjectTypeDefinition' && name.value === 'Enterprise');
    const fields = type.fields.map(({ name }) => name.value);
    none(['uscc', 'id', 'name', 'taxCreditGrade', 'taxCreditGradeYear', 'dossier'].filter((field) => !fields.includes(field)).map((field) => `no ${field}`));
  });
}
suite.close();
