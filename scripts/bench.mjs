// `npm run bench [-- networks|drift|start|scale ...] [--json]`: figures as ratios, never a pass or a fail by time.
import { build } from 'esbuild';
import path from 'node:path';
import { ROOT, ensureNodeModules, run } from './lib/setup.mjs';

ensureNodeModules();
if (run(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] }) !== 0) process.exit(1);
const outfile = path.join(ROOT, 'dist', 'bench.js');
await build({
  entryPoints: [path.join(ROOT, 'test/bench/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
process.exit(run(process.execPath, ['--expose-gc', outfile, ...process.argv.slice(2)]));
