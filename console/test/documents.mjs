// 文档检查 Every example is valid against the schema (the console's own documents are when they are generated), and every
// value of the enums that the console shows has its Chinese word.
import { readdirSync, readFileSync } from 'node:fs';
import { isEnumType, parse, validate } from 'graphql';
import { schemaOf } from '../codegen.mjs';

const VOCABULARIES = ['../src/shared/vocabulary.json', '../src/developers/vocabulary.json'];
const FOLDERS = ['../src/graphiql/examples/', '../../schema/examples/'];

const schema = schemaOf();
const complaints = [...documentsThatDoNotFit(), ...valuesWithoutWord()];
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length === 0 ? 0 : 1;

function documentsThatDoNotFit() {
  return FOLDERS.flatMap((folder) => {
    const url = new URL(folder, import.meta.url);
    return readdirSync(url)
      .filter((name) => name.endsWith('.graphql'))
      .flatMap((name) => {
        const document = parse(readFileSync(new URL(name, url), 'utf8'));
        return validate(schema, document).map((error) => `${name}: ${error.message}`);
      });
  });
}

function valuesWithoutWord() {
  return VOCABULARIES.flatMap((file) => {
    const words = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
    return Object.entries(words).flatMap(([name, terms]) => {
      const type = schema.getType(name);
      if (!isEnumType(type)) return [`${file}: the graph has no enum ${name}`];
      const values = type.getValues().filter(({ name: value }) => !(value in terms));
      return values.map(({ name: value }) => `${file}: ${name}.${value} has no word`);
    });
  });
}
