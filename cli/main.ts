import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { type Home, resolveHome } from '../app/home';
import { memoryFlags } from '../app/memory';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { Connector } from './connect';
import type { Context } from './context';
import type { Input } from './input';
import { Output } from './output';
import { type Dispatch, buildProgram, fromCommander } from './program';
import { reportError } from './report-error';
import type { CommandSpec } from './spec';
import { inTypedWords } from './typed-field';

/** The daemon's bundle is beside the CLI's. */
const daemonOf = (home: Home): string[] => [
  process.execPath,
  '--enable-source-maps',
  ...memoryFlags(home.store),
  fileURLToPath(new URL('./daemon.js', import.meta.url)),
];

/**
 * The RPC library asks of each value that it sends whether it is a FormData, and with that name Node loads its whole fetch (15 ms), which
 * no command needs.
 */
function withoutFetch(): void {
  Object.defineProperty(globalThis, 'FormData', { value: class FormData {}, configurable: true, writable: true });
}

const dispatch: Dispatch = async (spec: CommandSpec, input: Input) => {
  const home = resolveHome(input.text('home'));
  const daemon = daemonOf(home);
  const connector = new Connector(home, daemon);
  const context: Context = {
    input,
    out: await Output.open(input.flag('json')),
    home,
    engine: () => connector.start(),
    runningEngine: () => connector.running(),
    daemon,
  };
  // That one becomes the engine.
  if (spec.path[0] !== 'start') withoutFetch();
  try {
    const run = await spec.run();
    await run(context);
  } catch (error) {
    throw inTypedWords(error, spec);
  } finally {
    connector.close();
  }
};

async function main(args: readonly string[]): Promise<void> {
  process.stdout.on('error', stdoutFailed);
  // If no output is possible, the exit code still reports the result.
  process.stderr.on('error', () => undefined);
  if (args[0] === '__complete') {
    const { complete } = await import('./complete');
    process.stdout.write((await complete(args.slice(args[1] === '--' ? 2 : 1))).map((line) => `${line}\n`).join(''));
    return;
  }
  const program = buildProgram(
    dispatch,
    args.find((word) => !word.startsWith('-')),
  );
  if (args.length === 0) return program.outputHelp();
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) return main(['version']);
  await program.parseAsync([...args], { from: 'user' });
}

/** A reader that closes early (`| head`) is not an error; a full disk is one. */
function stdoutFailed(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  reportError(
    new AppError('INTERNAL', `The answer could not be written: ${error.message}.`, {
      remedy: note('What was asked for may have been done all the same.'),
      cause: error,
    }),
    false,
  );
  process.exit();
}

const args = process.argv.slice(2);
try {
  await main(args);
} catch (error) {
  const known = error instanceof CommanderError ? fromCommander(error, args) : error;
  // Everything after `--` is data, never an option.
  const end = args.indexOf('--');
  if (known !== null) reportError(known, (end < 0 ? args : args.slice(0, end)).includes('--json'));
}
