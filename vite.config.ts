import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * What the page loads first: the script that connects to the engine, and the first screen; each with all that it imports is one file.
 * Everything else loads when it is shown.
 */
const CONNECTION = /renderer[\\/]api[\\/]begin\.ts$|vite[\\/]preload-helper/;
const FIRST_SCREEN = /renderer[\\/]start\.tsx$/;

/**
 * Preloads the first screen, which the page's script only imports when it runs. Its style sheet is preloaded, not linked: a script
 * waits for linked ones, and the one that connects needs none; `import()` waits for it.
 */
const preloadFirstScreen: Plugin = {
  name: 'atoll-preload-first-screen',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((name) => /^assets\/(first-screen|start)-[^/]+\.(js|css)$/.test(name))
        .map((name) => ({
          tag: 'link',
          injectTo: 'head' as const,
          attrs: {
            ...(name.endsWith('.css') ? { rel: 'preload', as: 'style' } : { rel: 'modulepreload' }),
            crossorigin: true,
            href: `/${name}`,
          },
        })),
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
      treeshake: { moduleSideEffects: (id) => !/[\\/](contract|english)[\\/](?!.*node_modules)/.test(id) },
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
