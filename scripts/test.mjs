/**
 * `npm test`: all tests but the slow ones, ordered so that the cheapest failures come first. The last line counts them. Tests that this
 * machine can't run are skipped by name and counted. As root, tests of what an ordinary user can do also run as one.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT, ensureNodeModules, offerSystemPackages } from './lib/setup.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };
/** How many tests were skipped, by the block that says why. */
const skippedBlocks = new Map();
const failures = [];
/** The runs of vitest, in the order in which they ended. */
const runs = [];
/** If more files than this fail, it is not by chance, and none is run again. */
const FEW_FILES = 6;
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

/** Adds a run to the totals. One that left no report, or ran nothing, has failed. */
function tally({ label, exit, tests, faults }) {
  const before = total.failed;
  for (const { name, why } of faults) count('failed', `${label}: ${name}`, { why });
  for (const { name, block, state, why } of tests)
    count(state, `${label}: ${name}`, { block: `${label}: ${block}`, why });
  if (tests.length === 0 && label !== 'changed') count('failed', `${label}: no test ran`);
  else if (exit !== 0 && total.failed === before) count('failed', `${label}: the runner ended with exit ${exit}`);
}

const USAGE = `npm test [-- PARTS]        without parts: all of them but the slow ones
  static build unit golden fuzz conformance user integration e2e desktop
  slow       parts that take many minutes each: deb
  all        all parts, slow ones too
  changed    static, and the tests that import a file that differs from the merge base with origin/main
  --yes      install missing system packages without asking`;

/** Parts that only `npm test -- slow`, or their own name, runs. */
const SLOW = ['deb'];
const NEED_SYSTEM = ['conformance', 'user', 'integration', 'e2e', 'desktop', 'deb', 'changed'];
const PARTS = ['static', 'build', 'unit', 'golden', 'fuzz', ...NEED_SYSTEM];

const named = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
const unknown = named.filter((name) => !['slow', 'all'].includes(name) && !PARTS.includes(name));
if (unknown.length > 0 || process.argv.includes('--help')) {
  console.log(unknown.length > 0 ? `There is no part ${unknown.join(', ')}.\n\n${USAGE}` : USAGE);
  process.exit(unknown.length > 0 ? 2 : 0);
}
const GROUPS = { slow: SLOW, all: PARTS.filter((name) => name !== 'changed'), changed: ['static', 'changed'] };
const wanted = new Set(named.flatMap((name) => GROUPS[name] ?? [name]));
const want = (name) => (wanted.size === 0 ? !SLOW.includes(name) && name !== 'changed' : wanted.has(name));

/**
 * One run of vitest, with what lib/vitest-report.mjs reports: { label, start, exit, tests, faults }. Its output is printed when
 * it has ended, since another run prints beside it. `start` gives the command, its arguments and, to run only some, files.
 */
function vitest(label, start, files) {
  const report = path.join(scratch, `${runs.length}-${label.replaceAll(/\W+/g, '-')}.json`);
  const [command, ...args] = start;
  return new Promise((resolve) => {
    const began = Date.now();
    console.log(`\n== ${label} ...`);
    const child = spawn(command, [...args, ...REPORTERS, ...files], {
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
      const said = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { tests: [], faults: [] };
      resolve({ label, start, exit: exit ?? 1, ...said });
    });
  });
}

async function run(label, start, files = []) {
  runs.push(await vitest(label, start, files));
}

/** Tests whose imports reach a changed file. Tests that run the built product import little of it: those run when they change themselves. */
const runChanged = () =>
  run('changed', [bin('vitest'), 'run', '--changed', mergeBase(), ...SLOW.map((project) => `--project=!${project}`)]);

const asRoot = (label, project, files) => run(label, [bin('vitest'), 'run', '--project', project], files);

/** The parts that an ordinary user can do, as an ordinary user of this machine. */
const asOrdinaryUser = (label, project, files) => run(label, ['bash', 'scripts/as-ordinary-user.sh', project], files);

const failedFiles = ({ tests, faults }) => [
  ...new Set([...tests.filter(({ state }) => state === 'failed'), ...faults].map(({ file }) => file)),
];

/**
 * Runs the files that failed beside other runs again, alone: a real fault fails again. What passes then counts as passed, and is
 * reported by name with its first failure.
 */
async function onceMoreAlone() {
  const shaky = [];
  const failed = runs
    .map((each) => ({ first: each, files: failedFiles(each) }))
    .filter(({ files }) => files.length > 0);
  if (failed.flatMap(({ files }) => files).length > FEW_FILES) return shaky;
  for (const { first, files } of failed) {
    if (files.includes(null)) continue;
    const again = await vitest(`${first.label}, again and alone`, first.start, files);
    if (again.tests.length === 0) continue;
    const isAgain = ({ file }) => files.includes(file);
    const stillFailed = new Set(
      [...again.tests, ...again.faults].filter(({ why }) => why !== '').map(({ name }) => name),
    );
    for (const { name, why } of [...first.faults, ...first.tests])
      if (why !== '' && !stillFailed.has(name)) shaky.push(`${first.label}: ${name}\n      ${why}`);
    first.tests = [...first.tests.filter((test) => !isAgain(test)), ...again.tests];
    first.faults = [...first.faults.filter((fault) => !isAgain(fault)), ...again.faults];
    first.exit = again.exit;
  }
  return shaky;
}

/** One after the other. */
async function lane(...parts) {
  for (const { name, run } of parts) if (want(name)) await run();
}

/** Where this branch left origin/main; where there is no such branch, the last commit. */
function mergeBase() {
  for (const ref of ['origin/main', 'main']) {
    try {
      return execFileSync('git', ['merge-base', 'HEAD', ref], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch {
      // No such branch here.
    }
  }
  return 'HEAD';
}

if (NEED_SYSTEM.some(want) && !offerSystemPackages({ yes: process.argv.includes('--yes'), forTests: true }))
  console.log('What needs the missing packages is skipped, by name.\n');
ensureNodeModules();
const started = Date.now();
console.log('== static checks');
if (want('static')) {
  await check('types', bin('tsc'), ['-b', 'tsconfigs']);
  await Promise.all([
    check('lint', bin('eslint'), ['.', '--max-warnings=0']),
    check('layers', 'npm', ['run', '--silent', 'layers']),
    check('spelling', 'npm', ['run', '--silent', 'spelling']),
    check('workflows', process.execPath, ['scripts/lint/workflows.mjs']),
  ]);
  await check('format', bin('prettier'), ['--check', '--log-level=warn', '.']);
}
if (want('build')) {
  await check('build', process.execPath, ['scripts/build.mjs']);
  await check('build of the screens', process.execPath, ['scripts/build-renderer.mjs']);
}
const isRoot = process.getuid?.() === 0;
const userPart = (...args) => (isRoot ? [{ name: 'user', run: () => asOrdinaryUser(...args) }] : []);
const USER_INTEGRATION = ['lab', 'demo', 'drift', 'outside'].map((name) => `test/integration/${name}`);
if (want('user') && !isRoot) console.log('(not root: all runs are those of an ordinary user)');
await lane(
  { name: 'unit', run: () => asRoot('unit and property', 'unit') },
  { name: 'golden', run: () => asRoot('golden', 'golden') },
  { name: 'fuzz', run: () => asRoot('hostile input', 'fuzz') },
  { name: 'changed', run: runChanged },
);
// What is left waits for guests and for the kernel about as much as it works: two at a time take two thirds of the time.
await Promise.all([
  lane(
    { name: 'conformance', run: () => asRoot('conformance', 'conformance') },
    ...userPart('conformance as an ordinary user', 'conformance', ['test/conformance/hosts']),
    { name: 'e2e', run: () => asRoot('screens in a browser', 'e2e') },
    { name: 'desktop', run: () => asRoot("the desktop's packages", 'desktop') },
    { name: 'deb', run: () => asRoot('the Debian package', 'deb') },
  ),
  lane(
    { name: 'integration', run: () => asRoot('integration', 'integration') },
    ...userPart('integration as an ordinary user', 'integration', USER_INTEGRATION),
    ...userPart('unit as an ordinary user', 'unit', ['hosts/free-port']),
  ),
]);
const shaky = await onceMoreAlone();
rmSync(scratch, { recursive: true, force: true });

for (const each of runs) tally(each);
const triedAgain = runs.flatMap(({ label, tests }) =>
  tests.filter(({ tries, state }) => tries > 1 && state === 'passed').map(({ name }) => `${label}: ${name}`),
);
if (triedAgain.length > 0) console.log(`\nPassed when they were tried again:\n  ${triedAgain.join('\n  ')}`);
if (shaky.length > 0) console.log(`\nFailed beside others, passed alone:\n  ${shaky.join('\n  ')}`);
if (skippedBlocks.size > 0) console.log('\nSkipped here:');
for (const [block, tests] of skippedBlocks) console.log(`  ${tests} of ${block}`);
if (failures.length > 0) console.log(`\nFailed:\n  ${failures.join('\n  ')}`);
console.log(`\n${((Date.now() - started) / 60_000).toFixed(1)} minutes`);
console.log(`Tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
