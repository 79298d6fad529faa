// The documents of the project against the project: links lead somewhere, the make targets and
// subcommands that a reader is told to type exist, the queries of the bench fit the golden SDL.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { buildSchema, parse, validate } from 'graphql';

import { binary, project } from './graph.mjs';
import { none, Suite } from './suite.mjs';

const BENCH = 'bench/graph/queries/';
const read = (path) => readFileSync(project(path), 'utf8');
const documents = readdirSync(project('.')).filter((name) => name.endsWith('.md'));

const suite = new Suite('documents');
for (const name of documents) {
  await suite.check(`${name}: links`, () => none(links(read(name)).filter(leadsNowhere).map((link) => `${link} is not there`)));
}
await suite.check('make targets', () => {
  const targets = [...read('Makefile').matchAll(/^([a-z]+):/gm)].map(([, target]) => target);
  none(told(/\bmake ([a-z]+)\b/g).filter((target) => !targets.includes(target)).map((target) => `no make ${target}`));
});
for (const word of told(/\bqinxin ([a-z]+)\b/g)) {
  await suite.check(`qinxin ${word} --help`, () => execFileSync(binary, [word, '--help'], { stdio: 'pipe' }));
}
for (const name of readdirSync(project(BENCH)).filter((name) => name.endsWith('.graphql'))) {
  await suite.check(`${BENCH}${name} fits the golden SDL`, () => {
    const schema = buildSchema(read('schema/schema.graphql'));
    none(validate(schema, parse(read(BENCH + name))).map(({ message }) => message));
  });
}
suite.close();

/** Relative targets of Markdown links, without the part after #. */
function links(text) {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link.split('#')[0]).filter((link) => link && !/^[a-z]+:/.test(link));
}

function leadsNowhere(link) {
  return !existsSync(project(link));
}

/** What fenced code of all documents tells a reader to type. */
function told(pattern) {
  const code = documents.flatMap((name) => [...read(name).matchAll(/^```[a-z]*\n(.*?)^```/gms)].map(([, block]) => block));
  return [...new Set(code.flatMap((block) => [...block.matchAll(pattern)].map(([, words]) => words)))];
}
