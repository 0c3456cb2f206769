// `npm run bench [-- networks|drift|start|scale|map ...] [--json]`: figures as ratios, never a pass or a fail by time.
import { buildAndRun, ensureNodeModules } from './lib/setup.mjs';

ensureNodeModules();
process.exit(await buildAndRun('bench', 'test/bench/main.ts', process.argv.slice(2), ['--expose-gc']));
