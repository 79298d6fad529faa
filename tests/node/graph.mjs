// Where things are, and what the suites ask the running server, whose address is in QINXIN_TEST_URL.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the project. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
/** Where everything is built. */
export const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
/** The program under test. */
export const binary = process.env.QINXIN_TEST_BIN ?? `${target}/debug/qinxin`;
/** Where the running server answers. */
export const url = `${process.env.QINXIN_TEST_URL ?? 'http://127.0.0.1:8080'}/graphql`;

/** The `data` of an answer; its errors are thrown. Asks the server under test unless told another. */
export async function ask(query, variables = {}, at = url) {
  const response = await fetch(at, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return data;
}

/** The SDL for federation: a file named on the command line, or what the server says. */
export async function federationSdl() {
  const file = process.argv[2];
  if (file) return readFileSync(file, 'utf8');
  const { _service } = await ask('{ _service { sdl } }');
  return _service.sdl;
}

/** A file of the project, by its path from the root. */
export function project(path) {
  return resolve(root, path);
}
