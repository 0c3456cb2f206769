import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * What the page loads first: the script that connects to the engine, and the first screen; each with all that it imports is one file.
 * Everything else loads when it is shown.
 */
const CONNECTION = /renderer[\\/]api[\\/]begin\.ts$|vite[\\/]preload-helper/;
const FIRST_SCREEN = /renderer[\\/]start\.tsx$/;

/** Of the files that are made: how the page preloads those that the first picture needs. */
const PRELOADS: ReadonlyArray<readonly [file: RegExp, attributes: Record<string, string>]> = [
  [/^assets\/(?:first-screen|start)-[^/]+\.js$/, { rel: 'modulepreload' }],
  [/^assets\/first-screen-[^/]+\.css$/, { rel: 'preload', as: 'style' }],
  [/^assets\/RedHat(?:Text|Display)VF-(?!Italic)[^/]+\.woff2$/, { rel: 'preload', as: 'font', type: 'font/woff2' }],
];

/**
 * Preloads the first screen, which the page's script only imports when it runs. Its style sheet is preloaded, not linked: a script
 * waits for linked ones, and the one that connects needs none; `import()` waits for it. Its fonts are: a text whose font has not
 * arrived three seconds after it was first shown keeps the fallback (`font-display: fallback`), and a busy computer can take longer.
 */
const preloadFirstScreen: Plugin = {
  name: 'atoll-preload-first-screen',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle }) =>
      Object.keys(bundle ?? {}).flatMap((name) =>
        PRELOADS.filter(([file]) => file.test(name)).map(([, attributes]) => ({
          tag: 'link',
          injectTo: 'head' as const,
          attrs: { ...attributes, crossorigin: true, href: `/${name}` },
        })),
      ),
  },
};

/**
 * The screens: one static page behind two doors (browser and Electron).
 * Nothing is inlined as a data: URL, since the content security policy of both doors has no `data:` for
 * fonts and scripts.
 */
export default defineConfig({
  root: 'renderer',
  base: '/',
  plugins: [react(), preloadFirstScreen],
  cacheDir: process.env['ATOLL_VITE_CACHE'] ?? '../node_modules/.vite-renderer',
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome120',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_200,
    sourcemap: true,
    rolldownOptions: {
      // One module of the contract has an effect: it replaces zod's own error messages.
      treeshake: {
        moduleSideEffects: (id) => !/[\\/](contract|english)[\\/](?!.*node_modules|model[\\/]issue-words)/.test(id),
      },
      output: {
        codeSplitting: {
          groups: [
            { name: 'connection', test: CONNECTION, priority: 2 },
            { name: 'first-screen', test: FIRST_SCREEN, priority: 1 },
          ],
        },
      },
    },
  },
});
