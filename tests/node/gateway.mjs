// Federated gateways in front of the running server and two partners: queries that start on either
// side get the other sides' fields.

import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';

import { ask, federationSdl, url } from './graph.mjs';
import { gateways, supergraph } from './gateways.mjs';
import { dossier, startPartners, TAX_AGENCY, taxCredit } from './partners.mjs';
import { none, Suite } from './suite.mjs';

const suite = new Suite('gateway');
await suite.check('the tests of the example subgraph pass', () => {
  execFileSync(process.execPath, ['--test', TAX_AGENCY], { stdio: 'pipe' });
});

const { partners, stop } = await startPartners();
const supergraphSdl = supergraph([{ name: 'qinxin', sdl: await federationSdl(), url }, ...partners]);

// Individual households, which the tax agency does not grade, are among them.
const { enterprises } = await ask('{ enterprises(first: 20) { nodes { id uscc name } } }');
const expected = enterprises.nodes.map(({ id, uscc, name }) => ({ id, uscc, name, ...taxCredit(uscc), dossier: dossier(id) }));
const graded = expected.filter(({ taxCreditGrade }) => taxCreditGrade !== null);
none(graded.length > 0 && graded.length < expected.length ? '' : 'the first 20 enterprises should be graded in part');

const fields = 'id uscc name taxCreditGrade taxCreditGradeYear dossier';
for (const [name, start] of Object.entries(gateways)) {
  const gateway = await start(supergraphSdl);
  const through = async (query, variables) => {
    const { data, errors } = await gateway.ask(query, variables);
    none((errors ?? []).map(({ message }) => message));
    return data;
  };
  await suite.check(`${name}: from us to the partners, by both keys`, async () => {
    const query = `query ($uscc: Uscc!) { enterprise(uscc: $uscc) { ${fields} } }`;
    same((await through(query, { uscc: graded[0].uscc })).enterprise, graded[0]);
  });
  await suite.check(`${name}: from us to the partners, a list`, async () => {
    const data = await through(`{ enterprises(first: 20) { nodes { ${fields} } } }`);
    same(data.enterprises.nodes, expected);
  });
  await suite.check(`${name}: from a partner to us and on to the other partner`, async () => {
    const query = `query ($codes: [Uscc!]!) { taxpayers(codes: $codes) { ${fields} } }`;
    same((await through(query, { codes: expected.map(({ uscc }) => uscc) })).taxpayers, graded);
  });
  await gateway.stop();
}
await stop();
suite.close();

function same(found, wanted) {
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(found)), wanted)) return;
  throw new Error(`found  ${JSON.stringify(found)}\nwanted ${JSON.stringify(wanted)}`);
}
