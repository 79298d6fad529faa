// Builds the two pages of the console into `dist`, from where the server embeds them:
// `index.html` for `/`, `graphiql.html` for `/graphiql`, everything else hashed in `/assets`.
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv, type Plugin } from 'vite';
import { antdStyles } from './antd_styles.ts';

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
 * The program of `index.html` and its sheets are fetched at once, though it begins only after the first lines are painted
 * (src/main.ts), which bring their own few rules: on a slow line nobody waits for a sheet to see something. The sheets are
 * linked when the program begins, before those of the screens.
 */
const firstLines: Plugin = {
  name: 'first-lines',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { filename, bundle = {} }) => {
      if (!filename.endsWith('/index.html')) return html;
      const parts = new Map<string, string[]>();
      const take = (name: string) => {
        const part = bundle[name];
        if (part?.type !== 'chunk' || parts.has(name)) return;
        parts.set(name, [...((part as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss ?? [])]);
        for (const other of part.imports) take(other);
      };
      for (const [name, part] of Object.entries(bundle)) if (part.type === 'chunk' && part.facadeModuleId?.endsWith('/src/start.tsx')) take(name);
      const links = [
        ...[...parts.keys()].map((file) => ({ rel: 'rel="modulepreload"', file })),
        ...[...new Set([...parts.values()].flat())].map((file) => ({ rel: 'rel="preload" as="style"', file })),
      ].filter(({ file }) => !html.includes(`"/${file}"`));
      return html.replace('  </head>', `${links.map(({ rel, file }) => `    <link ${rel} crossorigin href="/${file}">\n`).join('')}  </head>`);
    },
  },
};

const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export default defineConfig(({ mode }) => {
  const server = loadEnv(mode, '.', 'QINXIN_')['QINXIN_URL'] ?? 'http://127.0.0.1:8080';
  const proxy = { '/graphql': server, '/exports': server, '/documents': server, '/branch-templates': server, '/oidc': server };
  return {
    plugins: [react(), antdStyles, withoutEmbeddedFonts, firstLines],
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
              // What the first file needs, alone, so that it waits for nothing else.
              { name: 'preload', test: /vite\/preload-helper|\/src\/early\.ts|\/src\/shell\/generated\//, priority: 10 },
              { name: 'react', test: /node_modules\/(react|react-dom|react-router|scheduler)\//, priority: 9 },
              // What every room draws with is one file, not twenty that are asked for one by one.
              { name: 'antd', test: /node_modules\/(antd|@ant-design|@rc-component)\//, minShareCount: 18 },
              // One file of what several screens share, instead of one for every set of them.
              { name: 'shared', test: /\/src\/(graphql|search|shared|shell|assistant|[a-z]+\.)|node_modules\/(urql|wonka|@urql|@0no-co)\//, minShareCount: 2 },
            ],
          },
        },
      },
    },
  };
});
