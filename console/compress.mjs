// 压缩 Texts of the bundle are compressed once, here, as well as can be: the server sends what lies ready
// (src/http/assets.rs), and nobody waits for it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const DIST = new URL('dist/', import.meta.url);

for (const file of readdirSync(DIST, { recursive: true })) {
  if (!/\.(js|css|html|svg|json)$/.test(file)) continue;
  const text = readFileSync(new URL(file, DIST));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  const small = brotliCompressSync(text, { params });
  if (small.length < text.length) writeFileSync(new URL(`${file}.br`, DIST), small);
}
