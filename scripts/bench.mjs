// `npm run bench [-- networks|vms|services|drift|start|scale|promises|api|screens|map|ssh|stretch ...] [--json | --table]`: figures as ratios, never a pass or a fail by
// time. `-- vms --count 1,10`: only so many VMs at once. `--table` prints them as the rows of docs/performance.md.
import { buildAndRun, ensureNodeModules } from './lib/setup.mjs';

/** As the engine of a home like the bench's is started (app/memory.ts). */
const FLAGS = ['--expose-gc', '--max-semi-space-size=2'];

ensureNodeModules();
process.exit(await buildAndRun('bench', 'test/bench/main.ts', process.argv.slice(2), FLAGS));
