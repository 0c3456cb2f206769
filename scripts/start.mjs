// `npm start`: from a fresh clone with Node and npm alone to the open app; see scripts/lib/options.mjs for what it takes.
// install -> packages (asked) -> build -> what this machine can do -> the app, in Electron or the browser.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { readOptions, USAGE } from './lib/options.mjs';
import { ROOT, ensureNodeModules, offerSystemPackages, run } from './lib/setup.mjs';
import { canOpenStore, electronBinary, offerElectron } from './lib/electron.mjs';

const ATOLL = path.join(ROOT, 'bin', 'atoll');
const atoll = (...args) => run(process.execPath, [ATOLL, ...args]);

const isInteractive = process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Whether a window could be seen by the person who typed this. */
function hasDisplay() {
  if (process.platform === 'linux') return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  return !process.env.SSH_CONNECTION;
}

const options = optionsOrEnd(process.argv.slice(2));
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
prepare();
const canRunVms = tellDoctor();
const simulated = options.simulated || !canRunVms;
if (options.terminal) process.exit(demoHere());
process.exitCode = await openApp();

function optionsOrEnd(args) {
  try {
    return readOptions(args);
  } catch (error) {
    console.error(`error[BAD_INPUT]: ${error.message}\nhint: ${USAGE}`);
    return process.exit(2);
  }
}

function prepare() {
  ensureNodeModules();
  if (!options.simulated && !offerSystemPackages(options)) {
    console.log('Without these packages no lab can run here; what is shown will be simulated.\n');
  }
  // bin/atoll builds itself when it is stale.
  if (run(process.execPath, ['scripts/build-renderer.mjs', '--quiet', '--if-stale']) !== 0) process.exit(1);
}

/** Says in a few lines what doctor found; its whole table is a command and a screen of its own. Returns whether VMs run here. */
function tellDoctor() {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ATOLL, 'doctor', '--json'], { encoding: 'utf8' });
  if (status !== 0) {
    console.error(`What this machine can do could not be found out:\n${stderr}`);
    return false;
  }
  const { checks, canRunLab, canRunVms, accelerated } = JSON.parse(stdout);
  console.log('\nWhat this machine can do:');
  console.log(`  labs ${canRunLab ? 'run here' : 'do not run here yet'}, simulated data centers do`);
  console.log(
    `  VMs ${canRunVms ? `run here, ${accelerated ? 'with' : 'without'} hardware acceleration` : 'do not run here yet'}`,
  );
  const gaps = checks.filter(({ state }) => state !== 'ok').map(({ title }) => title);
  if (gaps.length > 0) console.log(`  could be better: ${gaps.join(', ')} (remedies: bin/atoll doctor, or its screen)`);
  return canRunVms;
}

/** The demo in this terminal; returns the exit code. */
function demoHere() {
  const exit = makeDemo();
  if (exit !== 0) return exit;
  atoll('map');
  console.log(tryNext([['bin/atoll start', 'the app with its map, in the browser']]));
  return 0;
}

function makeDemo() {
  console.log(simulated ? '\nThe demo, on a simulated host:' : '\nThe demo, with real VMs in a lab of this computer:');
  return atoll('demo', ...(simulated ? ['--simulated'] : []));
}

/** The demo has said what to look at, in the words of an installed Atoll. */
function tryNext(first) {
  const lines = [...first, [`bin/atoll demo --remove${simulated ? ' --simulated' : ''}`, 'as if nothing had been']];
  const width = Math.max(...lines.map(([command]) => command.length)) + 3;
  return `\nIn this checkout atoll is bin/atoll. And then:\n${lines.map(([command, words]) => `  ${command.padEnd(width)}${words}\n`).join('')}`;
}

/** Opens the app and stays with it to its end; resolves with the exit code. */
async function openApp() {
  const isSeen = options.open && hasDisplay();
  // The browser alone has a port.
  if (isSeen && options.port === null) {
    const binary = await electron();
    if (binary !== null && (await openElectron(binary)) === 0) return 0;
  }
  // Nobody sees a first run that offers the demo with one click: it is made, and the link leads to it.
  if (!isSeen && isFresh()) {
    const exit = makeDemo();
    if (exit !== 0) return exit;
    console.log(tryNext([]));
  }
  const port = options.port === null ? [] : ['--port', String(options.port)];
  return stay(process.execPath, [ATOLL, 'start', ...port, ...(isSeen ? [] : ['--no-open'])]);
}

async function electron() {
  const binary = electronBinary() ?? (isInteractive ? await offerElectron(ask) : null);
  if (binary === null || canOpenStore(binary)) return binary;
  console.log('Electron is here, but the store is not compiled for it: the browser is taken.');
  return null;
}

function openElectron(binary) {
  if (run(process.execPath, ['scripts/build-desktop.mjs']) !== 0) return 1;
  console.log('\nAtoll opens in a window of its own; closing it ends the app, labs and VMs go on.');
  return stay(binary, [ROOT]);
}

/** Whether the home has nothing yet. */
function isFresh() {
  const { stdout } = spawnSync(process.execPath, [ATOLL, 'host', 'list', '--json'], { encoding: 'utf8' });
  return stdout.trim() === '[]';
}

async function ask(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** Runs a program that is ended by Ctrl-C, which a terminal sends to it as well: this process waits for its end. */
function stay(program, args) {
  const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit' });
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
