/**
 * Takes the pictures of docs/pictures anew, from a run. The taker is TypeScript like the tests whose page models it uses, so it
 * is bundled first; the screens must have been built (scripts/build-renderer.mjs).
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outfile = join(root, 'test-results', 'take-pictures.mjs');
mkdirSync(dirname(outfile), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['test/e2e/take-pictures.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
  define: { __ATOLL_VERSION__: '"pictures"', __ATOLL_BUILD__: '"pictures"' },
});
const { takePictures } = await import(pathToFileURL(outfile).href);
const taken = await takePictures(join(root, 'docs', 'pictures'), join(root, 'dist', 'renderer'));
rmSync(outfile);
console.log(`${taken.length} pictures in docs/pictures`);
process.exit(0);
