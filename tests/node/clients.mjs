// What partners are given to begin with: the TypeScript client builds from the golden SDL and gets
// its answers from the running server, and every request of the .http collection is in order.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { ask, project, url } from './graph.mjs';
import { none, Suite } from './suite.mjs';

const PACKAGE = project('clients/typescript');
const COLLECTION = project('clients/http/qinxin.http');

const suite = new Suite('clients');
const client = await suite.check('typescript: is generated and passes the strict compiler', () => {
  // Compilers tell their findings on standard output.
  try {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: PACKAGE, stdio: 'pipe' });
  } catch ({ stdout, stderr }) {
    throw new Error(`${stdout}${stderr}`);
  }
  return import(pathToFileURL(`${PACKAGE}/dist/index.js`));
});
if (client) await asked(client);

for (const { title, send, refusedWith } of requests(readFileSync(COLLECTION, 'utf8'))) {
  await suite.check(`http: ${title}`, async () => {
    const response = await send();
    const answers = [await response.json()].flat();
    const errors = answers.flatMap(({ errors }) => errors ?? []);
    if (response.status !== (refusedWith ?? 200)) throw new Error(`status ${response.status}`);
    none(refusedWith ? '' : errors.map(({ message }) => message));
  });
}
await suite.check('http: the hashes are those of the documents', () => {
  const persisted = [...readFileSync(COLLECTION, 'utf8').matchAll(/"query": "(.*)",\n.*"sha256Hash": "(\w+)"/g)];
  none(persisted.length === 0 && 'there are none');
  none(persisted.map(([, query, hash]) => createHash('sha256').update(query).digest('hex') !== hash && `not of ${query}`));
});
suite.close();

async function asked({ QinxinClient, QinxinError, CityEnterprisesDocument, CreditCheckDocument }) {
  const { enterprises } = await ask('{ enterprises(first: 1) { nodes { uscc name } } }');
  const [{ uscc, name }] = enterprises.nodes;
  const qinxin = new QinxinClient({ url });

  await suite.check('typescript: asks the running server', async () => {
    const { enterprise } = await qinxin.run(CreditCheckDocument, { uscc });
    none(enterprise?.name === name ? '' : `found ${JSON.stringify(enterprise)}`);
    const page = await qinxin.run(CityEnterprisesDocument, { regionCode: '610100', first: 3 });
    none(page.enterprises.nodes.length === 3 ? '' : `found ${JSON.stringify(page)}`);
  });
  await suite.check('typescript: a refusal is an error with a code', async () => {
    const error = await qinxin.run(CreditCheckDocument, { uscc: 'wrong' }).catch((error) => error);
    none(error instanceof QinxinError && error.code === 'INVALID_INPUT' ? '' : `found ${error}`);
  });
  await suite.check('typescript: sends the key, and comes again once when asked to', async () => {
    const keys = [];
    const busy = (headers) => {
      keys.push(headers.get('x-api-key'));
      const answer = { errors: [{ message: '调用超过配额', extensions: { code: 'QUOTA_EXCEEDED' } }] };
      return Response.json(answer, { status: 429, headers: { 'retry-after': '0' } });
    };
    const partner = new QinxinClient({ url, apiKey: 'key', fetch: async (_, { headers }) => busy(headers) });
    const error = await partner.run(CreditCheckDocument, { uscc }).catch((error) => error);
    none(error.code === 'QUOTA_EXCEEDED' && error.status === 429 ? '' : `found ${error}`);
    none(keys.join() === 'key,key' ? '' : `sent ${keys}`);
  });
}

/** The requests of a collection: a title after ###, comments, a line, headers, an empty line, a body. */
function requests(text) {
  const values = Object.fromEntries([...text.matchAll(/^@(\w+) = (.*)$/gm)].map(([, name, value]) => [name, value]));
  values.endpoint = url;
  return text.split(/^###\s*/m).slice(1).map((block) => {
    const [title, ...lines] = block.split('\n');
    const told = lines.filter((line) => !line.startsWith('#')).join('\n');
    const [head, ...body] = told.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => values[name]).split('\n\n');
    const [line, ...headers] = head.split('\n');
    const [method, address] = line.split(' ');
    const options = { method, headers: headers.map((header) => header.split(': ')) };
    if (method === 'POST') options.body = body.join('\n\n');
    // The key in the file is none.
    return { title, send: () => fetch(address, options), refusedWith: block.includes('{{apiKey}}') ? 401 : undefined };
  });
}
