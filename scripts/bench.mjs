// `npm run bench [-- networks|drift|start|scale|screens|map ...] [--json | --table]`: figures as ratios, never a pass or a fail by
// time. `--table` prints them as the rows of docs/performance.md.
import { buildAndRun, ensureNodeModules } from './lib/setup.mjs';

ensureNodeModules();
process.exit(await buildAndRun('bench', 'test/bench/main.ts', process.argv.slice(2), ['--expose-gc']));
