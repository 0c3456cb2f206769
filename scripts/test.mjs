/**
 * `npm test`: all tests but the slow ones: first static checks beside unit tests, then what needs hosts and browsers. The last line counts them. Tests that this
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
const scratch = mkdtempSync(path.join(tmpdir(), 'atoll-test-'));
const REPORTERS = ['--reporter=default', '--reporter=./scripts/lib/vitest-report.mjs'];
const bin = (name) => path.join(ROOT, 'node_modules', '.bin', name);

function count(state, name, { block = name, why = '' } = {}) {
  total[state] += 1;
  if (state === 'failed') failures.push(why === '' ? name : `${name}\n      ${why}`);
  if (state === 'skipped') skippedBlocks.set(block, (skippedBlocks.get(block) ?? 0) + 1);
}

/** A check that passes or fails as a whole; its output is printed only when it fails. */
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

/** What the projects of vitest.config.ts are called in the summary. */
const TITLES = {
  unit: 'unit and property',
  fuzz: 'hostile input',
  e2e: 'screens in a browser',
  desktop: "the desktop's packages",
  deb: 'the Debian package',
  debian: 'Debian hosts',
  'debian-long': 'Debian hosts with services',
  guests: 'whole systems as guests',
  stretch: 'one network over four hosts',
};

/** Adds a run to the totals. One that left no report, or ran nothing, has failed. */
function tally({ label, suffix = '', exit, tests, faults }) {
  const before = total.failed;
  const titled = ({ project, name }, part = name) => `${TITLES[project] ?? project ?? label}${suffix}: ${part}`;
  for (const fault of faults) count('failed', titled(fault), { why: fault.why });
  for (const test of tests) count(test.state, titled(test), { block: titled(test, test.block), why: test.why });
  if (tests.length === 0 && label !== 'changed') count('failed', `${label}: no test ran`);
  else if (exit !== 0 && total.failed === before) count('failed', `${label}: the runner ended with exit ${exit}`);
}

const USAGE = `npm test [-- PARTS]        without parts: all of them but the slow ones
  static build unit golden fuzz conformance user integration e2e desktop
  slow       parts that take minutes each: deb, and debian, hosts under QEMU
  all        all these parts, slow ones too
  debian-long  hosts under QEMU, with services and beside others: only by its name
  guests     VMs with a whole system, in a browser: only by its name
  stretch    one network over four hosts of two kinds, with guests on each: only by its name
  changed    static, and the tests that import a file that differs from the merge base with origin/main
  --yes      install missing system packages without asking`;

/** Parts that only `npm test -- slow`, or their own name, runs. */
const SLOW = ['debian', 'deb'];
/** Parts that only their own name runs. */
const ALONE = ['debian-long', 'guests', 'stretch', 'changed'];
/** How many files the summary names by the time they took. */
const LONGEST = 30;
const NEED_SYSTEM = [
  'conformance',
  'user',
  'integration',
  'e2e',
  'desktop',
  'debian',
  'deb',
  'debian-long',
  'guests',
  'stretch',
  'changed',
];
const PARTS = ['static', 'build', 'unit', 'golden', 'fuzz', ...NEED_SYSTEM];

const named = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
const unknown = named.filter((name) => !['slow', 'all'].includes(name) && !PARTS.includes(name));
if (unknown.length > 0 || process.argv.includes('--help')) {
  console.log(unknown.length > 0 ? `There is no part ${unknown.join(', ')}.\n\n${USAGE}` : USAGE);
  process.exit(unknown.length > 0 ? 2 : 0);
}
const GROUPS = { slow: SLOW, all: PARTS.filter((name) => !ALONE.includes(name)), changed: ['static', 'changed'] };
const wanted = new Set(named.flatMap((name) => GROUPS[name] ?? [name]));
const want = (name) => (wanted.size === 0 ? ![...SLOW, ...ALONE].includes(name) : wanted.has(name));

/**
 * Runs vitest and adds what lib/vitest-report.mjs reports to `runs`. Of two runs beside each other one is `live`; the output of the
 * other is printed when it has ended. `suffix` is added to what its projects are called in the summary.
 */
function run(label, [command, ...args], { live = true, suffix } = {}) {
  const report = path.join(scratch, `${label.replaceAll(/\W+/g, '-')}.json`);
  return new Promise((resolve) => {
    const began = Date.now();
    console.log(`\n== ${label} ...`);
    const child = spawn(command, [...args, ...REPORTERS], {
      cwd: ROOT,
      env: { ...process.env, ATOLL_TEST_REPORT: report },
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (exit) => {
      console.log(`\n== ${label} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
      process.stdout.write(Buffer.concat(output));
      const reported = existsSync(report)
        ? JSON.parse(readFileSync(report, 'utf8'))
        : { tests: [], faults: [], files: [] };
      runs.push({ label, suffix, exit: exit ?? 1, ...reported });
      resolve();
    });
  });
}

/** The projects among `names` that are wanted, in one run with this many files at a time. */
async function runProjects(label, names, workers, options) {
  const projects = names.filter(want);
  if (projects.length === 0) return;
  const args = [...projects.map((name) => `--project=${name}`), `--maxWorkers=${workers}`];
  await run(label, [bin('vitest'), 'run', ...args], options);
}

/** Tests whose imports reach a changed file. Tests that run the built product import little of it: those run when they change themselves. */
const runChanged = () =>
  run('changed', [
    bin('vitest'),
    'run',
    '--changed',
    mergeBase(),
    ...[...SLOW, 'debian-long', 'guests', 'stretch'].map((project) => `--project=!${project}`),
  ]);

/** The parts that an ordinary user can do, as an ordinary user of this machine. */
async function runAsOrdinaryUser() {
  if (!isRoot || !want('user')) return;
  const options = { live: false, suffix: ' as an ordinary user' };
  for (const [project, files] of Object.entries(USER_FILES))
    await run(`${project} as an ordinary user`, ['bash', 'scripts/as-ordinary-user.sh', project, ...files], options);
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

const packages = { yes: process.argv.includes('--yes'), forTests: true, forGuests: want('guests') };
if (NEED_SYSTEM.some(want) && !offerSystemPackages(packages))
  console.log('What needs the missing packages is skipped, by name.\n');
ensureNodeModules();
const isRoot = process.getuid?.() === 0;
if (want('user') && !isRoot) console.log('(not root: all runs are those of an ordinary user)');
const USER_FILES = {
  conformance: ['test/conformance/hosts/lab'],
  integration: ['lab', 'outside.test'].map((name) => `test/integration/${name}`),
  unit: ['hosts/free-port'],
};

async function checkStatically() {
  if (want('static')) {
    await check('types', bin('tsc'), ['-b', 'tsconfigs']);
    await check('lint', bin('eslint'), ['.', '--max-warnings=0']);
    await check('layers', 'npm', ['run', '--silent', 'layers']);
    await check('spelling', 'npm', ['run', '--silent', 'spelling']);
    await check('workflows', process.execPath, ['scripts/lint/workflows.mjs']);
    await check('format', bin('prettier'), ['--check', '--log-level=warn', '.']);
  }
  if (want('build')) {
    await check('build', process.execPath, ['scripts/build.mjs']);
    await check('build of the screens', process.execPath, ['scripts/build-renderer.mjs']);
  }
}

const started = Date.now();
// The longest of all, one file after the other: it waits for one emulated processor, and for Debian's archive before that.
const onDebian = runProjects('debian', ['debian'], 1, { live: false });
// Checks work all the time and tests wait for some of it, so each makes use of what the other leaves.
await Promise.all([checkStatically(), runProjects('unit', ['unit', 'golden', 'fuzz'], 2)]);
if (want('changed')) await runChanged();
await Promise.all([
  onDebian,
  runProjects('system', ['integration', 'conformance', 'e2e', 'desktop'], 4),
  runAsOrdinaryUser().then(() => runProjects('slow', ['deb', 'debian-long', 'guests', 'stretch'], 1, { live: false })),
]);
rmSync(scratch, { recursive: true, force: true });

for (const each of runs) tally(each);
const seconds = runs
  .flatMap(({ suffix = '', files }) => files.map((file) => ({ ...file, name: `${file.name}${suffix}` })))
  .sort((a, b) => b.seconds - a.seconds);
if (seconds.length > LONGEST) {
  console.log('\nWhat took longest, in seconds:');
  for (const file of seconds.slice(0, LONGEST)) console.log(`  ${file.seconds.toFixed(0).padStart(5)} ${file.name}`);
}
if (skippedBlocks.size > 0) console.log('\nSkipped here:');
for (const [block, tests] of skippedBlocks) console.log(`  ${tests} of ${block}`);
if (failures.length > 0) console.log(`\nFailed:\n  ${failures.join('\n  ')}`);
console.log(`\n${((Date.now() - started) / 60_000).toFixed(1)} minutes`);
console.log(`Tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
