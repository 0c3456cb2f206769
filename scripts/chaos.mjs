// `npm run chaos [-- --points N --hosts N --seed S --json --record FILE --minutes M]`: kills the engine with -9 at random points of its work, on a lab,
// simulated hosts and 30 hosts over SSH, and looks each time whether anything is lost or left. `npm test` does 10 points with
// 3 hosts over SSH, this does 200. With --record the same command, run again, does the points that are left; --minutes ends it
// after the point that is running by then.
import { buildAndRun, ensureNodeModules } from './lib/setup.mjs';

ensureNodeModules();
process.exit(await buildAndRun('chaos', 'test/chaos/main.ts', process.argv.slice(2)));
