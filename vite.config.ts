import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The screens: one static page behind two doors (browser and Electron).
 * Nothing is inlined as a data: URL, since the content security policy of both doors has no `data:` for
 * fonts and scripts.
 */
export default defineConfig({
  root: 'renderer',
  base: '/',
  plugins: [react()],
  cacheDir: process.env['ATOLL_VITE_CACHE'] ?? '../node_modules/.vite-renderer',
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome120',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    sourcemap: true,
  },
});
