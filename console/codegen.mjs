// 类型生成 Typed documents out of the schema and the `.graphql` files beside the components: each becomes a text
// with the types of its answer and of its variables (graphql-codegen's client preset), in `generated/` of its area,
// so that a screen loads its own questions alone. A document that does not fit the schema ends the build.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildASTSchema, extendSchema, isEnumType, isObjectType, parse, printSchema } from 'graphql';

const ROOT = dirname(fileURLToPath(import.meta.url));
/** What is agreed on but not yet in the golden SDL. */
const EXPECTED = join(ROOT, 'expected.graphql');
const SCALARS = { ID: 'string', Date: 'string', DateTime: 'string', Decimal: 'string', RegionCode: 'string', Uscc: 'string', Upload: 'File' };

const read = (file) => parse(readFileSync(file, 'utf8'), { noLocation: false });

/** The golden SDL with what is expected of it. */
export function schemaOf() {
  const schema = buildASTSchema(read(join(ROOT, '../schema/schema.graphql')));
  if (!existsSync(EXPECTED)) return schema;
  // What the schema has by now is taken from it.
  const isNew = (node) => !node.name || node.kind.endsWith('Extension') || !schema.getType(node.name.value);
  const definitions = read(EXPECTED).definitions.filter(isNew).map((node) => {
    const known = new Set(namesIn(schema.getType(node.name?.value)));
    const isMissing = ({ name }) => !known.has(name.value);
    if (node.kind === 'ObjectTypeExtension') return { ...node, fields: node.fields.filter(isMissing) };
    if (node.kind === 'EnumTypeExtension') return { ...node, values: node.values.filter(isMissing) };
    return node;
  });
  return extendSchema(schema, { kind: 'Document', definitions });
}

function namesIn(type) {
  if (isEnumType(type)) return type.getValues().map(({ name }) => name);
  return isObjectType(type) ? Object.keys(type.getFields()) : [];
}

/** Folders of documents, with what they hold. */
function areas() {
  const found = new Map();
  for (const file of readdirSync(join(ROOT, 'src'), { recursive: true })) {
    if (!file.endsWith('.graphql') || file.startsWith('graphiql')) continue;
    const location = join(ROOT, 'src', file);
    const documents = found.get(dirname(location)) ?? [];
    found.set(dirname(location), [...documents, { location, rawSDL: readFileSync(location, 'utf8'), document: read(location) }]);
  }
  return found;
}

async function generate(folder, documents, schema) {
  const target = join(folder, 'generated/');
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: target,
    documents,
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    config: { documentMode: 'string', scalars: SCALARS, strictScalars: false, defaultScalarType: 'string', useTypeImports: true },
    presetConfig: { fragmentMasking: false },
    plugins: [],
    pluginMap: {},
  });
  mkdirSync(target, { recursive: true });
  for (const section of sections.filter(({ filename }) => filename.endsWith('/graphql.ts'))) {
    const text = (await codegen(section)).replaceAll('= new Typed', '= /* @__PURE__ */ new Typed');
    const file = section.filename;
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const schema = schemaOf();
  for (const [folder, documents] of areas()) await generate(folder, documents, schema);
}
