import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, type ErrorCode } from '../contract/app-error';
import type { Remedy } from '../contract/model/remedy';
import { note } from '../contract/remedy';
import { CONTRACT_VERSION } from '../contract/version';
import { type EngineConnection, connectEngine } from './client';
import type { Home } from './home';
import { BUILD, VERSION, isNewer } from './version';

/** How long a new engine may take until it answers; a big store is migrated in this time. */
const START_MS = 60_000;
/** How long a started engine may take to open its socket's first connection. */
const ANSWER_MS = 5_000;
/** How long an old engine may take to end: a command that waits for the kernel (its rtnl lock) cannot be killed. */
const STOP_MS = 30_000;

export interface StartOptions {
  /** The program and arguments that run the daemon; `--home DIR --report` is added. */
  readonly daemon: readonly string[];
}

/** What the daemon says on its descriptor 3 once: that it answers (or what it kept, after `--restore`), or why it can't. */
export type DaemonReport =
  | { readonly ready: true; readonly kept?: string | null }
  | { readonly ready: false; readonly code: ErrorCode; readonly message: string; readonly remedy: Remedy | null };

/**
 * Connects to the home's engine, and starts one in the background when none runs. An older engine (or another build of
 * this version) that runs in the background is ended and replaced: its labs and VMs go on, its jobs are resumed.
 * Throws what kept the engine from starting (STORE_FAILED, FORBIDDEN, ...), or ENGINE_GONE when it does not answer in time.
 */
export async function connectOrStart(home: Home, options: StartOptions): Promise<EngineConnection> {
  const running = await connectEngine(home);
  if (running === null) return start(home, options);
  if (running.info.build === BUILD && running.info.version === VERSION) return running;
  if (running.info.holder !== 'daemon' || isNewer(running.info.version, VERSION)) return accept(running);
  await replace(running);
  return start(home, options);
}

/**
 * Puts a backup in the place of a store that no engine can open. Returns the file that keeps the old one.
 * Throws what a start throws, and STORE_FAILED when the backup is not usable.
 */
export async function restoreWithoutEngine(home: Home, { daemon }: StartOptions, path: string): Promise<string | null> {
  const said = await spawnDaemon(daemon, home, ['--restore', path]);
  if (!said.ready) throw asError(said);
  return said.kept ?? null;
}

/** Another version that is not ours to end: usable as long as it speaks the same contract. */
function accept(connection: EngineConnection): EngineConnection {
  if (connection.info.contract === CONTRACT_VERSION) return connection;
  connection.close();
  throw new AppError(
    'NOT_SUPPORTED',
    `The running engine is Atoll ${connection.info.version}, this command is ${VERSION}: their versions are not compatible.`,
    {
      remedy: note(
        connection.info.holder === 'daemon'
          ? 'Use the newer command.'
          : 'Close the running app, or use the command that came with it.',
      ),
    },
  );
}

async function replace(connection: EngineConnection): Promise<void> {
  await connection.client.system.stop();
  await Promise.race([connection.closed, sleep(STOP_MS, undefined, { ref: false })]);
  connection.close();
}

async function start(home: Home, { daemon }: StartOptions): Promise<EngineConnection> {
  const begun = performance.now();
  for (;;) {
    const said = await spawnDaemon(daemon, home);
    // HOME_LOCKED: another command was faster, or an old engine is still ending. Either way, ask again for a while.
    if (!said.ready && said.code !== 'HOME_LOCKED') throw asError(said);
    const connection = await answering(home, said.ready ? ANSWER_MS : 500);
    if (connection) return connection;
    if (said.ready)
      throw new AppError('ENGINE_GONE', 'The engine was started but does not answer.', {
        remedy: note(`Its log is ${home.log}.`),
      });
    if (performance.now() - begun > STOP_MS) throw asError(said);
  }
}

const asError = ({ code, message, remedy }: Extract<DaemonReport, { ready: false }>) =>
  new AppError(code, message, { remedy });

async function answering(home: Home, ms: number): Promise<EngineConnection | null> {
  const deadline = performance.now() + ms;
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    const connection = await connectEngine(home);
    if (connection || performance.now() > deadline) return connection;
    await sleep(pause);
  }
}

/** Starts the daemon in a session of its own and waits for its one report. */
async function spawnDaemon(
  daemon: readonly string[],
  home: Home,
  extra: readonly string[] = [],
): Promise<DaemonReport> {
  const [program = process.execPath, ...args] = daemon;
  const child = spawn(program, [...args, '--home', home.path, '--report', ...extra], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  try {
    return await Promise.race([report(child), failed(child), timeout(START_MS)]);
  } finally {
    child.stdio[3]?.destroy();
    child.unref();
  }
}

function failed(child: ChildProcess): Promise<DaemonReport> {
  return new Promise((_, reject) => {
    child.once('error', (cause) =>
      reject(new AppError('INTERNAL', `The engine could not be started: ${cause.message}.`, { cause })),
    );
  });
}

async function timeout(ms: number): Promise<DaemonReport> {
  await sleep(ms, undefined, { ref: false });
  return {
    ready: false,
    code: 'ENGINE_GONE',
    message: 'The engine takes too long to start.',
    remedy: note('Its log is engine.log in the home.'),
  };
}

/** One line of JSON. Read to its end, not to the pipe's: a child of the daemon might hold the other end open. */
async function report(child: ChildProcess): Promise<DaemonReport> {
  let text = '';
  for await (const chunk of child.stdio[3] as Readable) {
    text += String(chunk);
    if (text.endsWith('\n')) return JSON.parse(text) as DaemonReport;
  }
  return {
    ready: false,
    code: 'ENGINE_GONE',
    message: 'The engine ended while it started.',
    remedy: note('Its log is engine.log in the home.'),
  };
}
