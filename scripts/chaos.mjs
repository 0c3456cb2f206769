// `npm run chaos [-- --points N --seed S --json]`: kills the engine with -9 at random points of its work, and looks each
// time whether anything is lost or left. `npm test` does 10 points, this does 200 (about half an hour on two cores).
import { build } from 'esbuild';
import path from 'node:path';
import { ROOT, ensureNodeModules, run } from './lib/setup.mjs';

ensureNodeModules();
if (run(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] }) !== 0) process.exit(1);
const outfile = path.join(ROOT, 'dist', 'chaos.js');
await build({
  entryPoints: [path.join(ROOT, 'test/chaos/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
process.exit(run(process.execPath, [outfile, ...process.argv.slice(2)]));
