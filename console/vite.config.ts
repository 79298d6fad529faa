// Builds the two pages of the console into `dist`, from where the server embeds them:
// `index.html` for `/`, `graphiql.html` for `/graphiql`, everything else hashed in `/assets`.
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv, type Plugin } from 'vite';

/** GraphiQL's sheet carries 370 kB of Latin fonts as data addresses; the reader's own fonts serve as well. */
const withoutEmbeddedFonts: Plugin = {
  name: 'without-embedded-fonts',
  enforce: 'pre',
  transform: {
    filter: { id: /graphiql\/dist\/style\.css$/ },
    handler: (code) => ({ code: code.replace(/@font-face\s*\{[^}]*\}/g, ''), map: null }),
  },
};

/** Sheets stand behind what the page shows until the program is loaded, which brings its own few lines of style:
 * on a slow line nobody waits for them to see something. The program waits for them all the same. */
const sheetsLast: Plugin = {
  name: 'sheets-last',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { filename }) => {
      if (!filename.endsWith('/index.html')) return html;
      const sheets = html.match(/^ *<link rel="stylesheet"[^>]*>\n/gm) ?? [];
      const rest = sheets.reduce((text, sheet) => text.replace(sheet, ''), html);
      return rest.replace('  </body>', `${sheets.join('')}  </body>`);
    },
  },
};

const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export default defineConfig(({ mode }) => {
  const server = loadEnv(mode, '.', 'QINXIN_')['QINXIN_URL'] ?? 'http://127.0.0.1:8080';
  const proxy = { '/graphql': server, '/exports': server, '/oidc': server };
  return {
    plugins: [react(), withoutEmbeddedFonts, sheetsLast],
    appType: 'mpa',
    server: { proxy },
    // Under the policy that the server sends in production (src/http/headers.rs).
    preview: { proxy, headers: { 'content-security-policy': POLICY } },
    build: {
      // Every browser that runs the console knows `modulepreload`.
      modulePreload: { polyfill: false },
      // Files instead of data addresses, so that a strict content security policy fits.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 650,
      rolldownOptions: {
        input: ['index.html', 'graphiql.html'],
        // Libraries mark modules for React's server side; there is none here.
        checks: { moduleLevelDirective: false },
        output: {
          codeSplitting: {
            groups: [
              { name: 'react', test: /node_modules\/(react|react-dom|react-router|scheduler)\// },
              // One file of what several screens share, instead of one for every set of them.
              { name: 'shared', test: /\/src\/(graphql|search|shared|shell|assistant|[a-z]+\.)|vite\/preload-helper|node_modules\/(urql|wonka|@urql|@0no-co)\//, minShareCount: 2 },
            ],
          },
        },
      },
    },
  };
});
