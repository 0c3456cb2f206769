/**
 * Takes the pictures of docs/pictures again, from a run; `pictures.mjs FOLDER` those of every screen at both sizes, to look at. The taker is TypeScript like the tests whose page models it uses, so it
 * is bundled first; the screens must have been built (scripts/build-renderer.mjs).
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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
const SMALL = { width: 1280, height: 800 };
const LARGE = { width: 1920, height: 1080 };
/** What the README and the guides show. */
const SHOWN = ['first-run', 'map', 'map-web', 'networks-detail-isolation', 'setup-networks', 'console'];
const [wanted] = process.argv.slice(2);
const folder = wanted === undefined ? join(root, 'docs', 'pictures') : resolve(wanted);
const taken = await takePictures(folder, join(root, 'dist', 'renderer'), {
  sizes: wanted === undefined ? [SMALL] : [SMALL, LARGE],
  isWanted: (name) => wanted !== undefined || SHOWN.includes(name),
});
rmSync(outfile);
console.log(`${taken.length} pictures in ${folder}`);
process.exit(0);
