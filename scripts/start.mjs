// `npm start`: from a fresh clone with Node and npm alone to a running demo.
// Options: --yes installs system packages without asking, --simulated never uses a lab.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT, ensureNodeModules, offerSystemPackages, run } from './lib/setup.mjs';

const args = process.argv.slice(2);
const unknown = args.find((arg) => !['--yes', '--simulated'].includes(arg));
if (unknown !== undefined) {
  console.error(
    `error[BAD_INPUT]: unknown option ${JSON.stringify(unknown)}\nhint: npm start [-- --yes] [-- --simulated]`,
  );
  process.exit(2);
}
const atoll = path.join(ROOT, 'bin', 'atoll');

ensureNodeModules();
if (!args.includes('--simulated') && !offerSystemPackages({ yes: args.includes('--yes') })) {
  console.log('Without these packages no lab can run here; the demo will be simulated.\n');
}
for (const script of ['scripts/build.mjs', 'scripts/build-renderer.mjs'])
  if (run(process.execPath, [script, '--quiet']) !== 0) process.exit(1);

console.log('\nWhat this machine can do:');
run(process.execPath, [atoll, 'doctor']);
const doctor = spawnSync(process.execPath, [atoll, 'doctor', '--json'], { encoding: 'utf8' });
const canRunVms = doctor.status === 0 && JSON.parse(doctor.stdout).canRunVms === true;
const simulated = args.includes('--simulated') || !canRunVms;

console.log(simulated ? '\nThe demo, on a simulated host:' : '\nThe demo, with real VMs in a lab of this computer:');
const exit = run(process.execPath, [atoll, 'demo', ...(simulated ? ['--simulated'] : [])]);
if (exit !== 0) process.exit(exit);
run(process.execPath, [atoll, 'map']);
console.log(`
Try next:
  bin/atoll start                 the app with its map, in the browser
  bin/atoll reach web ci          who hears whom, and why not
  bin/atoll network check --all   is it isolated right now, says who
  bin/atoll vm console web        a shell inside the VM (Ctrl-] leaves)
  bin/atoll demo --remove${simulated ? ' --simulated' : ''}   as if nothing had been`);
