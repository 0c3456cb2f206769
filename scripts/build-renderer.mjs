/**
 * Builds the screens into dist/renderer. Its own script, because the CLI and the engine must not wait for it:
 * `scripts/build.mjs` is for terminals, this one for windows.
 */
import { build } from 'vite';

await build({
  configFile: new URL('../vite.config.ts', import.meta.url).pathname,
  logLevel: process.argv.includes('--quiet') ? 'error' : 'info',
});
