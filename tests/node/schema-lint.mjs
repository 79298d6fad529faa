// The running schema against its golden copy, the rules of Relay (cursor connections, Node) and
// the manners of this graph (names, documentation).

import { readFileSync } from 'node:fs';

import { diff } from '@graphql-inspector/core';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  validateSchema,
} from 'graphql';

import { ask, project } from './graph.mjs';
import { none, Suite } from './suite.mjs';

const golden = buildSchema(readFileSync(process.argv[2] ?? project('schema/schema.graphql'), 'utf8'));

// What a federation library adds and documents elsewhere.
const MACHINERY = new Set(['_Service', '_Entity', '_Any']);
const types = Object.values(golden.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && !MACHINERY.has(type.name),
);
const composite = types.filter((type) => isObjectType(type) || isInterfaceType(type));
const fieldsOf = (type) => Object.values(type.getFields()).filter(({ name }) => !name.startsWith('_'));
const outputFields = composite.flatMap((type) => fieldsOf(type).map((field) => ({ at: `${type.name}.${field.name}`, ...field })));

const suite = new Suite('schema');
await suite.check('the golden SDL is a valid schema', () => none(validateSchema(golden).map(({ message }) => message)));
if (!process.argv[2]) {
  await suite.check('the server has the golden schema', async () => {
    const served = buildClientSchema(await ask(getIntrospectionQuery()));
    const changes = await diff(golden, served);
    none(changes.filter(isOurs).map(({ criticality, message }) => `${criticality.level} ${message}`));
  });
}

await suite.check('connections are those of Relay', () => none(connections().flatMap(connectionProblems)));
await suite.check('edges hold a node and a cursor', () => none(connections().flatMap(edgeProblems)));
await suite.check('fields that return connections take pages', () => none(outputFields.flatMap(pagingProblems)));
await suite.check('PageInfo is that of Relay', () => {
  const wanted = { hasNextPage: 'Boolean!', hasPreviousPage: 'Boolean!', startCursor: 'String', endCursor: 'String' };
  const fields = golden.getType('PageInfo').getFields();
  none(Object.entries(wanted).map(([name, type]) => String(fields[name]?.type) !== type && `PageInfo.${name} should be ${type}`));
});
await suite.check('objects are identified as Relay asks', () => {
  const node = golden.getType('Node');
  const query = golden.getQueryType().getFields();
  none([
    isInterfaceType(node) ? '' : 'Node is no interface',
    String(node.getFields().id?.type) === 'ID!' ? '' : 'Node.id should be ID!',
    query.node && query.node.type === node ? '' : 'Query.node should be a nullable Node',
    query.node?.args.length === 1 && String(query.node.args[0].type) === 'ID!' ? '' : 'Query.node should take id: ID!',
  ]);
});

await suite.check('names are in the usual case', () => none([...typeNameProblems(), ...fieldNameProblems()]));
await suite.check('every type, field, argument, input and value is described', () => none(undescribed()));
await suite.check('types of the domain carry their Chinese term', () =>
  none(domainTypes().map((type) => /\p{Script=Han}/u.test(type.description ?? '') ? '' : `${type.name} has no Chinese term`)));
await suite.check('deprecations give a reason', () =>
  none(outputFields.map(({ at, deprecationReason }) => deprecationReason === 'No longer supported' && `${at} gives none`)));
suite.close();

/** Not what only gateways ask for, which the SDL leaves out; nor directives, which introspection does. */
function isOurs({ type, path = '', message }) {
  return !/^DIRECTIVE_USAGE/.test(type) && !/(^|\.)_|'_(Service|Entity|Any)'/.test(`${path} ${message}`);
}

function connections() {
  return composite.filter(({ name }) => name.endsWith('Connection'));
}

function connectionProblems(type) {
  const { edges, pageInfo } = type.getFields();
  return [
    edges && isListType(getNullableType(edges.type)) ? '' : `${type.name}.edges should be a list`,
    edges && getNamedType(edges.type).name.endsWith('Edge') ? '' : `${type.name}.edges should hold edges`,
    String(pageInfo?.type) === 'PageInfo!' ? '' : `${type.name}.pageInfo should be PageInfo!`,
  ];
}

function edgeProblems(connection) {
  const edge = getNamedType(connection.getFields().edges.type);
  const { node, cursor } = edge.getFields();
  return [
    node && !isListType(getNullableType(node.type)) ? '' : `${edge.name}.node should be one object`,
    cursor && isNonNullType(cursor.type) && isLeafType(getNamedType(cursor.type)) ? '' : `${edge.name}.cursor should be String!`,
  ];
}

function pagingProblems({ at, type, args }) {
  if (!getNamedType(type).name.endsWith('Connection')) return [];
  const takes = (size, cursor) =>
    [size, cursor].every((name) => args.some((arg) => arg.name === name && !isNonNullType(arg.type)));
  return takes('first', 'after') || takes('last', 'before') ? [] : [`${at} takes neither first, after nor last, before`];
}

function typeNameProblems() {
  const values = types.filter(isEnumType).flatMap((type) => type.getValues().map(({ name }) => [`${type.name}.${name}`, name]));
  return [
    ...types.filter(({ name }) => !/^[A-Z][A-Za-z0-9]*$/.test(name)).map(({ name }) => `${name} should be PascalCase`),
    ...values.filter(([, name]) => !/^[A-Z][A-Z0-9_]*$/.test(name)).map(([at]) => `${at} should be UPPER_CASE`),
  ];
}

function fieldNameProblems() {
  const inputs = types.filter(isInputObjectType).flatMap((type) => fieldsOf(type).map(({ name }) => ({ at: `${type.name}.${name}`, name })));
  const args = outputFields.flatMap(({ at, args }) => args.map(({ name }) => ({ at: `${at}(${name})`, name })));
  return [...outputFields, ...inputs, ...args]
    .filter(({ name }) => !/^[a-z][A-Za-z0-9]*$/.test(name))
    .map(({ at }) => `${at} should be camelCase`);
}

function undescribed() {
  const parts = types.flatMap((type) => {
    const described = [{ at: type.name, description: type.description }];
    if (isEnumType(type)) described.push(...type.getValues().map((value) => ({ at: `${type.name}.${value.name}`, ...value })));
    if (isInputObjectType(type)) described.push(...fieldsOf(type).map((field) => ({ at: `${type.name}.${field.name}`, ...field })));
    return described.map(({ at, description }) => ({ at, description }));
  });
  const args = outputFields.flatMap(({ at, args }) => args.map((arg) => ({ at: `${at}(${arg.name})`, description: arg.description })));
  return [...parts, ...outputFields, ...args]
    .filter(({ description }) => !description?.trim())
    .map(({ at }) => `${at} is not described`);
}

/** All but the roots and what Relay prescribes. */
function domainTypes() {
  const prescribed = /^(Query|Mutation|Subscription|Node|PageInfo)$|(Connection|Edge)$/;
  return types.filter(({ name }) => !prescribed.test(name));
}
