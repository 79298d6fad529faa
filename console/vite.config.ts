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

/**
 * The program of `index.html` and what it imports are fetched at once, though it begins only after the first lines are
 * painted (src/main.ts). Sheets stand behind these lines, which bring their own few rules: on a slow line nobody waits
 * for a sheet to see something. The program waits for them all the same.
 */
const firstLines: Plugin = {
  name: 'first-lines',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { filename, bundle = {} }) => {
      if (!filename.endsWith('/index.html')) return html;
      const seen = new Set<string>();
      const parts = new Set<string>();
      const take = (name: string) => {
        const part = bundle[name];
        if (part?.type !== 'chunk' || seen.has(name)) return;
        seen.add(name);
        // Sheets of what is imported come before one's own.
        for (const other of part.imports) take(other);
        parts.add(name);
      };
      for (const [name, part] of Object.entries(bundle)) if (part.type === 'chunk' && part.facadeModuleId?.endsWith('/src/start.tsx')) take(name);
      const sheets = new Set([...parts].flatMap((name) => [...((bundle[name] as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss ?? [])]));
      const known = (file: string) => html.includes(`"/${file}"`);
      const preloads = [...parts].filter((file) => !known(file)).map((file) => `    <link rel="modulepreload" crossorigin href="/${file}">\n`);
      const linked = html.match(/^ *<link rel="stylesheet"[^>]*>\n/gm) ?? [];
      const added = [...sheets].filter((file) => !known(file)).map((file) => `    <link rel="stylesheet" crossorigin href="/${file}">\n`);
      const rest = linked.reduce((text, sheet) => text.replace(sheet, ''), html);
      return rest.replace('  </head>', `${preloads.join('')}  </head>`).replace('  </body>', `${[...linked, ...added].join('')}  </body>`);
    },
  },
};

const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export default defineConfig(({ mode }) => {
  const server = loadEnv(mode, '.', 'QINXIN_')['QINXIN_URL'] ?? 'http://127.0.0.1:8080';
  const proxy = { '/graphql': server, '/exports': server, '/documents': server, '/branch-templates': server, '/oidc': server };
  return {
    plugins: [react(), withoutEmbeddedFonts, firstLines],
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
              // Alone, so that the first file waits for nothing else.
              { name: 'preload', test: /vite\/preload-helper/, priority: 10 },
              { name: 'react', test: /node_modules\/(react|react-dom|react-router|scheduler)\// },
              // One file of what several screens share, instead of one for every set of them.
              { name: 'shared', test: /\/src\/(graphql|search|shared|shell|assistant|[a-z]+\.)|node_modules\/(urql|wonka|@urql|@0no-co)\//, minShareCount: 2 },
            ],
          },
        },
      },
    },
  };
});
