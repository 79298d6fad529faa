// What a gateway relies on: grades by reference, null for what is not known, and no errors.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { graphql } from 'graphql';

import { schema } from './subgraph.mjs';

const GRADED = '91130708MU9Q5NRL3U';
const HOUSEHOLD = '92469006MRWK8R6E5D';
const WRONG_CHECK = '91130708MU9Q5NRL3X';

async function ask(source, variableValues) {
  const { data, errors } = await graphql({ schema, source, variableValues });
  assert.equal(errors, undefined);
  return JSON.parse(JSON.stringify(data));
}

test('references are resolved, unknown ones are null', async () => {
  const source = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Enterprise { uscc taxCreditGrade taxCreditGradeYear } }
  }`;
  const codes = [GRADED, HOUSEHOLD, WRONG_CHECK, 'x'];
  const representations = codes.map((uscc) => ({ __typename: 'Enterprise', uscc }));
  const { _entities } = await ask(source, { representations });
  const [first, ...others] = _entities;
  assert.equal(first.uscc, GRADED);
  assert.match(first.taxCreditGrade, /^[ABMCD]$/);
  assert.ok([2024, 2025].includes(first.taxCreditGradeYear));
  assert.deepEqual(others, [null, null, null]);
});

test('taxpayers leaves out what is unknown', async () => {
  const { taxpayers } = await ask(`{ taxpayers(codes: ["${HOUSEHOLD}", "${GRADED}"]) { uscc } }`);
  assert.deepEqual(taxpayers, [{ uscc: GRADED }]);
});

test('the SDL is served with its link and key', async () => {
  const { _service } = await ask('{ _service { sdl } }');
  assert.match(_service.sdl, /federation\/v2\.5/);
  assert.match(_service.sdl, /type Enterprise\s+@key\(fields: "uscc"\)/);
});
