// Federated gateways in front of the running server and two partners: queries that start on either
// side get the other sides' fields.

import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';

import { ask, federationSdl, url } from './graph.mjs';
import { gateways, supergraph } from './gateways.mjs';
import { dossier, RECORDS, startPartners, TAX_AGENCY, taxCredit } from './partners.mjs';
import { none, Suite } from './suite.mjs';

const suite = new Suite('gateway');
await suite.check('the tests of the example subgraph pass', () => {
  execFileSync(process.execPath, ['--test'], { cwd: TAX_AGENCY, stdio: 'pipe' });
});

const { partners, stop } = await startPartners();
const supergraphSdl = supergraph([{ name: 'qinxin', sdl: await federationSdl(), url }, ...partners]);

// Individual households, which the tax agency does not grade, are among them.
const { enterprises } = await ask('{ enterprises(first: 20) { nodes { id uscc name } } }');
const expected = enterprises.nodes.map(({ id, uscc, name }) => ({ id, uscc, name, ...taxCredit(uscc), dossier: dossier(id) }));
const graded = expected.filter(({ taxCreditGrade }) => taxCreditGrade !== null);
none(graded.length > 0 && graded.length < expected.length ? '' : 'the first 20 enterprises should be graded in part');

// Records of every kind; which of the rarer ones there are depends on the day.
const OWNERS = ['first: 50, filter: { statuses: [REVOKED] }', 'first: 50, filter: { nameContains: "食品" }'];
const recordsWith = (fields) => Object.keys(RECORDS).map((family) => `${family}(first: 2) { nodes { ${fields} } }`).join(' ');
const listsWith = (fields) => {
  const lists = OWNERS.map((page, index) => `list${index}: enterprises(${page}) { nodes { ${recordsWith(fields)} } }`);
  return `{ ${lists.join(' ')} }`;
};
const records = (data) => {
  const owners = Object.values(data).flatMap(({ nodes }) => nodes);
  const of = (owner, [family, type]) => owner[family].nodes.map((record) => ({ type, ...record }));
  return owners.flatMap((owner) => Object.entries(RECORDS).flatMap((family) => of(owner, family)));
};
const known = records(await ask(listsWith('id enterprise { uscc }')));
const kinds = [...new Set(known.map(({ type }) => type))];

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
  await suite.check(`${name}: from us to a partner, ${known.length} records of ${kinds.length} kinds`, async () => {
    const found = records(await through(listsWith('id dossier')));
    same(found, known.map(({ type, id }) => ({ type, id, dossier: dossier(id) })));
  });
  await suite.check(`${name}: from a partner to us, the same records`, async () => {
    const head = kinds.map((type) => `$${type}: [ID!]!`).join(' ');
    const asked = kinds.map((type) => `filed${type}(ids: $${type}) { id dossier enterprise { uscc } }`).join(' ');
    const of = (wanted) => known.filter(({ type }) => type === wanted);
    const ids = Object.fromEntries(kinds.map((type) => [type, of(type).map(({ id }) => id)]));
    const data = await through(`query (${head}) { ${asked} }`, ids);
    for (const type of kinds) {
      same(data[`filed${type}`], of(type).map(({ id, enterprise }) => ({ id, dossier: dossier(id), enterprise })));
    }
  });
  await gateway.stop();
}
await stop();
suite.close();

function same(found, wanted) {
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(found)), wanted)) return;
  throw new Error(`found  ${JSON.stringify(found)}\nwanted ${JSON.stringify(wanted)}`);
}
