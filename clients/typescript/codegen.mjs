// Writes src/generated/operations.ts: for every operation in src/operations its text and the types
// of its variables and its answer. Only the engine of graphql-codegen and two plugins, without its
// command line, which would bring some 250 packages more.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';

const SCHEMA = '../../schema/schema.graphql';
const OPERATIONS = 'src/operations/';
const OUTPUT = 'src/generated/operations.ts';

const here = (path) => new URL(path, import.meta.url);
const read = (path) => readFileSync(here(path), 'utf8');

// What goes over the wire is JSON: every scalar of ours is a string there. Decimals stay strings,
// because a number of JavaScript would lose their last digits.
const STRINGS = ['Date', 'DateTime', 'Decimal', 'RegionCode', 'Uscc'];
// A new scalar stops the generator until it stands here.
const scalars = { ...Object.fromEntries(STRINGS.map((name) => [name, 'string'])), _Any: 'never', Upload: 'Blob' };

const documents = readdirSync(here(OPERATIONS))
  .sort()
  .map((name) => ({ location: OPERATIONS + name, document: parse(read(OPERATIONS + name)) }));

const output = await codegen({
  filename: OUTPUT,
  schema: parse(read(SCHEMA)),
  documents,
  config: { scalars, documentMode: 'string', enumsAsTypes: true, useTypeImports: true, strictScalars: true },
  plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
  pluginMap: { typescriptOperations, typedDocumentNode },
});
mkdirSync(here('src/generated'), { recursive: true });
writeFileSync(here(OUTPUT), output);
