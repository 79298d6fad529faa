// Apollo's subgraph compatibility schema behind our door (examples/products): the cases that a subgraph
// library is judged by, asked with an unmodified client, and the composition with its two neighbours.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

import { ask, target } from './graph.mjs';
import { none, Suite } from './suite.mjs';

const STARTED_WITHIN_SECONDS = 20;
const suite = new Suite('products');
const server = spawn(`${target}/debug/examples/products`, ['127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const lines = createInterface(server.stdout);
const [url] = await once(lines, 'line', { signal: AbortSignal.timeout(STARTED_WITHIN_SECONDS * 1000) });

const entity = (type, fields, representation) =>
  ask(`query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} ${fields} } }`, { r: [{ __typename: type, ...representation }] }, url);
const same = (found, expected) => {
  const [a, b] = [found, expected].map((value) => JSON.stringify(value));
  none(a === b ? '' : `got ${a}, expected ${b}`);
};
const { _service } = await ask('{ _service { sdl } }', {}, url);
const has = (pattern) => none(pattern.test(_service.sdl) ? '' : `the SDL has no ${pattern}`);

const product = { id: 'apollo-federation', sku: 'federation', package: '@apollo/federation' };
const FIELDS = '{ id sku package variation { id } dimensions { size weight unit } createdBy { email name totalProductsCreated } research { study { caseNumber description } outcome } }';
const WHOLE = {
  ...product,
  variation: { id: 'OSS' },
  dimensions: { size: 'small', weight: 1, unit: 'kg' },
  createdBy: { email: 'support@apollographql.com', name: 'Jane Smith', totalProductsCreated: 1337 },
  research: [{ study: { caseNumber: '1234', description: 'Federation Study' }, outcome: null }],
};

await suite.check('introspection', async () => same((await ask('{ __schema { queryType { name } } }', {}, url)).__schema.queryType.name, 'Query'));
await suite.check('@link', () => has(/extend schema @link\(\s*url: "https:\/\/specs.apollo.dev\/federation\/v2/));
await suite.check('product', async () => same((await ask(`{ product(id: "apollo-federation") ${FIELDS} }`, {}, url)).product, WHOLE));
await suite.check('a deprecated field', async () => {
  const { deprecatedProduct } = await ask('{ deprecatedProduct(sku: "apollo-federation-v1", package: "@apollo/federation-v1") { reason createdBy { email } } }', {}, url);
  same(deprecatedProduct, { reason: 'Migrate to Federation V2', createdBy: { email: 'support@apollographql.com' } });
});
for (const [name, key] of [
  ['@key of one field', { id: product.id }],
  ['@key of several fields', { sku: product.sku, package: product.package }],
  ['@key of a field of a field', { sku: product.sku, variation: { id: 'OSS' } }],
]) {
  await suite.check(name, async () => same((await entity('Product', FIELDS, key))._entities[0], WHOLE));
}
await suite.check('@key of a composite object', async () => {
  const { _entities } = await entity('ProductResearch', '{ study { caseNumber description } }', { study: { caseNumber: '1235' } });
  same(_entities[0], { study: { caseNumber: '1235', description: 'Studio Study' } });
});
await suite.check('@key of another type', async () => {
  const { _entities } = await entity('DeprecatedProduct', '{ reason }', { sku: 'apollo-federation-v1', package: '@apollo/federation-v1' });
  same(_entities[0], { reason: 'Migrate to Federation V2' });
});
await suite.check('an unknown entity is null', async () => same((await entity('Product', '{ id }', { id: 'none' }))._entities, [null]));
await suite.check('an incomplete key is refused', async () => {
  const refused = await entity('Product', '{ id }', { sku: 'federation' }).catch(({ message }) => message);
  none(/sku package/.test(refused) ? '' : JSON.stringify(refused));
});
await suite.check('@requires', async () => {
  const given = { email: 'support@apollographql.com', totalProductsCreated: 1337, yearsOfEmployment: 10 };
  same((await entity('User', '{ averageProductsCreatedPerYear email name }', given))._entities[0], { averageProductsCreatedPerYear: 134, email: given.email, name: 'Jane Smith' });
});
await suite.check('@interfaceObject', async () => {
  has(/type Inventory @interfaceObject @key\(fields: "id"\)|type Inventory @key\(fields: "id"\) @interfaceObject/);
  same((await entity('Inventory', '{ deprecatedProducts { sku } }', { id: 'apollo-oss' }))._entities[0], { deprecatedProducts: [{ sku: 'apollo-federation-v1' }] });
});
for (const [name, pattern] of [
  ['@provides', /@provides\(fields: "totalProductsCreated"\)/],
  ['@external', /totalProductsCreated: Int @external/],
  ['@shareable', /type ProductDimension @shareable|size: String @shareable/],
  ['@tag', /@tag\(name: "internal"\)/],
  ['@override', /@override\(from: "users"\)/],
  ['@inaccessible', /unit: String @inaccessible/],
  ['@composeDirective', /@composeDirective\(name: "@custom"\)/],
]) {
  await suite.check(name, () => has(pattern));
}
await suite.check('composes with its neighbours', () => {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';
  const users = `${link} type Query { user: User } type User @key(fields: "email") { email: ID! name: String totalProductsCreated: Int @shareable yearsOfEmployment: Int! }`;
  const inventory = `${link} type Query { stock: Inventory } interface Inventory @key(fields: "id") { id: ID! } type Oss implements Inventory @key(fields: "id") { id: ID! } type Product @key(fields: "id") { id: ID! inStock: Boolean }`;
  const services = Object.entries({ products: _service.sdl, users, inventory });
  const { errors } = composeServices(services.map(([name, sdl]) => ({ name, url: `http://${name}.invalid`, typeDefs: parse(sdl) })));
  none((errors ?? []).map(({ message }) => message));
});
server.kill();
suite.close();
