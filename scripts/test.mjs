// `npm test`: every proof there is, in the order in which a failure is cheapest to find. The last line counts them.
// What this machine can't run is skipped by name and counted. As root, what an ordinary user can do is proven as one too.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT, ensureNodeModules } from './lib/setup.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };
/** How many tests were skipped, by the block that says why. */
const skippedBlocks = new Map();
const failures = [];
const scratch = mkdtempSync(path.join(tmpdir(), 'atoll-test-'));
const REPORTERS = ['--reporter=default', '--reporter=./scripts/lib/vitest-report.mjs'];
const bin = (name) => path.join(ROOT, 'node_modules', '.bin', name);

function count(state, name, { block = name, why = '' } = {}) {
  total[state] += 1;
  if (state === 'failed') failures.push(why === '' ? name : `${name}\n      ${why}`);
  if (state === 'skipped') skippedBlocks.set(block, (skippedBlocks.get(block) ?? 0) + 1);
}

/** A check that passes or fails as a whole; runs beside others, prints its output only when it fails. */
function check(name, command, args) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(command, args, { cwd: ROOT });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => (output += `${error.message}\n`));
    child.on('close', (code) => {
      const ok = code === 0;
      count(ok ? 'passed' : 'failed', name);
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      if (!ok) console.log(output.trimEnd());
      resolve(ok);
    });
  });
}

/** Reads a run's report (lib/vitest-report.mjs) into the totals. A run that left no report, or ran nothing, is a failure. */
function tally(label, report, exit) {
  const before = total.failed;
  const { tests, faults } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { tests: [], faults: [] };
  for (const { name, why } of faults) count('failed', `${label}: ${name}`, { why });
  for (const { name, block, state, why } of tests)
    count(state, `${label}: ${name}`, { block: `${label}: ${block}`, why });
  if (tests.length === 0) count('failed', `${label}: no test ran`);
  else if (exit !== 0 && total.failed === before) count('failed', `${label}: the runner ended with exit ${exit}`);
}

const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
const want = (name) => wanted.length === 0 || wanted.includes(name);

/** One run of vitest; its output is printed when it is over, since another run goes on beside it. */
function vitest(label, command, args) {
  const report = path.join(scratch, `${label.replaceAll(/\W+/g, '-')}.json`);
  return new Promise((resolve) => {
    const began = Date.now();
    console.log(`\n== ${label} ...`);
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ATOLL_TEST_REPORT: report },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (exit) => {
      console.log(`\n== ${label} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
      process.stdout.write(Buffer.concat(output));
      tally(label, report, exit ?? 1);
      resolve();
    });
  });
}

const asRoot = (label, project, files = []) =>
  vitest(label, bin('vitest'), ['run', '--project', project, ...REPORTERS, ...files]);

/** The parts that an ordinary user can do, as an ordinary user of this machine. */
const asOrdinaryUser = (label, project, files) =>
  vitest(label, 'bash', ['scripts/as-ordinary-user.sh', project, ...REPORTERS, ...files]);

/** One after the other. */
async function lane(...runs) {
  for (const { name, run } of runs) if (want(name)) await run();
}

ensureNodeModules();
const started = Date.now();
console.log('== static checks');
if (want('static')) {
  const layers = 'contract engine hosts db app main preload server cli renderer test scripts'.split(' ');
  await check('types', bin('tsc'), ['--noEmit', '-p', 'tsconfig.json']);
  await Promise.all([
    check('lint', bin('eslint'), ['.', '--max-warnings=0']),
    check('layers', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', ...layers]),
  ]);
  await check('format', bin('prettier'), ['--check', '--log-level=warn', '.']);
}
if (want('build')) {
  await check('build', process.execPath, ['scripts/build.mjs']);
  await check('build of the screens', process.execPath, ['scripts/build-renderer.mjs']);
}
const isRoot = process.getuid?.() === 0;
const userRuns = [
  ['conformance as an ordinary user', 'conformance', ['test/conformance/hosts']],
  ['unit as an ordinary user', 'unit', ['hosts/free-port']],
  [
    'integration as an ordinary user',
    'integration',
    ['test/integration/lab', 'test/integration/demo', 'test/integration/drift', 'test/integration/outside'],
  ],
];
if (want('user') && !isRoot) console.log('(not root: all runs are those of an ordinary user)');
await lane(
  { name: 'unit', run: () => asRoot('unit and property', 'unit') },
  { name: 'golden', run: () => asRoot('golden', 'golden') },
);
// What is left waits for guests and for the kernel about as much as it works: two at a time take two thirds of the time.
await Promise.all([
  lane(
    { name: 'conformance', run: () => asRoot('conformance', 'conformance') },
    ...(isRoot ? userRuns.map((run) => ({ name: 'user', run: () => asOrdinaryUser(...run) })) : []),
    { name: 'desktop', run: () => asRoot("the desktop's packages", 'desktop') },
    { name: 'deb', run: () => asRoot('the Debian package', 'deb') },
  ),
  lane(
    { name: 'integration', run: () => asRoot('integration', 'integration') },
    { name: 'e2e', run: () => asRoot('screens in a browser', 'e2e') },
  ),
]);
rmSync(scratch, { recursive: true, force: true });

if (skippedBlocks.size > 0) console.log('\nSkipped here:');
for (const [block, tests] of skippedBlocks) console.log(`  ${tests} of ${block}`);
if (failures.length > 0) console.log(`\nFailed:\n  ${failures.join('\n  ')}`);
console.log(`\n${((Date.now() - started) / 60_000).toFixed(1)} minutes`);
console.log(`Tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
