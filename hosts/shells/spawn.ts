import { run } from '../../contract';
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import { CommandError } from '../command-error';
import type { Pipe, RunOptions, RunResult, StreamHandle } from '../shell';
import type { Channel } from './persistent/channel';
import { Budget, FRAME_BYTES, Gathered, HostMisbehaves } from './limits';
import { eachLine } from './lines';
import { DEFAULT_TIMEOUT_MS, cancelled, isOk, timedOut, unreachableSocket, type Spoken } from './outcome';

/** What to start, and how messages describe it. */
export interface Invocation extends Spoken {
  readonly argv: readonly string[];
}

/**
 * How long a command's leftover processes can hold its output open. `unshare --map-auto`, for one, leaves its helper waiting
 * forever if the kernel refuses the namespace.
 */
const LINGER_MS = 500;
const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** ip, nft and libvirtd are in sbin folders that an ordinary user's PATH lacks; English output, because some of it is parsed. */
export function commandEnvironment(): Record<string, string> {
  const path = new Set([...(process.env['PATH'] ?? '').split(':').filter(Boolean), ...SBIN]);
  return { PATH: [...path].join(':'), LC_ALL: 'C.UTF-8', HOME: process.env['HOME'] ?? '/' };
}

/**
 * Runs a command to its end.
 * @throws CommandError for an exit code that is not in `okExits`, for a timeout, and (exit 127, as in a shell) for a missing
 * command
 * @throws AppError CANCELLED if the signal was aborted
 */
export function runProcess(invocation: Invocation, options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    if (options.signal?.aborted) return reject(cancelled(invocation));
    const child = start(invocation, ['pipe', 'pipe', 'pipe']);
    const out = new Gathered();
    const err = new Gathered();
    const room = new Budget(options.maxBytes ?? FRAME_BYTES);
    let ending: 'timeout' | 'cancelled' | 'too_much' | null = null;
    let linger: NodeJS.Timeout | undefined;
    const end = (why: 'timeout' | 'cancelled' | 'too_much'): void => {
      ending ??= why;
      killGroup(child);
    };
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const timer = setTimeout(() => end('timeout'), timeoutMs);
    const onAbort = (): void => end('cancelled');
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      clearTimeout(linger);
      options.signal?.removeEventListener('abort', onAbort);
    };

    const take = (into: Gathered, bytes: Buffer): void => {
      if (room.take(bytes.length)) into.add(bytes);
      else end('too_much');
    };
    child.stdout?.on('data', (bytes: Buffer) => take(out, bytes));
    child.stderr?.on('data', (bytes: Buffer) => take(err, bytes));
    child.on('error', (error: NodeJS.ErrnoException) => {
      settle();
      reject(notStarted(invocation, error));
    });
    child.on('exit', () => (linger = setTimeout(() => killGroup(child), LINGER_MS)));
    child.on('close', (code) => {
      settle();
      if (ending === 'too_much')
        return reject(
          new HostMisbehaves(invocation.host, `sent too much in answer to ${invocation.shown[0] ?? 'a command'}`),
        );
      const result = { exit: code ?? 137, stdout: out.bytes().toString(), stderr: err.bytes().toString() };
      if (ending === 'cancelled') return reject(cancelled(invocation));
      if (ending === 'timeout') return reject(timedOut(invocation, timeoutMs, result.stderr));
      if (isOk(result.exit, options.okExits)) return resolve(result);
      return reject(new CommandError(invocation.host, invocation.shown, result.exit, result.stderr));
    });
    // A command can end without reading its input (EPIPE); its exit code is decisive.
    child.stdin?.on('error', (error) => err.add(Buffer.from(`\nstdin: ${error.message}`)));
    child.stdin?.end(options.stdin ?? '');
  });
}

/**
 * Starts a command that keeps running and passes each line of its stdout to `onLine`.
 * @throws CommandError if it can't be started
 */
export function streamProcess(invocation: Invocation, onLine: (line: string) => void): Promise<StreamHandle> {
  return new Promise((resolve, reject) => {
    const child = start(invocation, ['ignore', 'pipe', 'ignore']);
    child.once('error', (error: NodeJS.ErrnoException) => reject(notStarted(invocation, error)));
    const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
    const kill = (): void => {
      if (child.exitCode === null && child.signalCode === null) killGroup(child);
    };
    let fault: HostMisbehaves | null = null;
    const breakOff = (): void => {
      fault = new HostMisbehaves(
        invocation.host,
        `sent a line of more than 1 MiB from ${invocation.shown[0] ?? 'a watcher'}`,
      );
      kill();
    };
    if (child.stdout) eachLine(child.stdout, onLine, breakOff);
    child.once('spawn', () => resolve({ ended, fault: () => fault, kill }));
  });
}

/**
 * Starts a command whose streams belong to the caller.
 * @throws CommandError if it can't be started
 */
export function pipeProcess(invocation: Invocation): Promise<Pipe> {
  return new Promise((resolve, reject) => {
    const child = start(invocation, ['pipe', 'pipe', 'pipe']);
    const { stdin, stdout, stderr } = child;
    child.once('error', (error: NodeJS.ErrnoException) => reject(notStarted(invocation, error)));
    const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
    const close = (): void => {
      if (child.exitCode === null && child.signalCode === null) killGroup(child);
    };
    child.once('spawn', () => {
      if (stdin && stdout && stderr) resolve({ stdin, stdout, stderr, ended, close });
    });
  });
}

/**
 * Starts a command as a channel that is kept open: its three streams. It does not keep this process from exiting.
 * @throws CommandError if it can't be started
 */
export function channelProcess(invocation: Invocation): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const child = start(invocation, ['pipe', 'pipe', 'pipe']);
    const { stdin, stdout, stderr } = child;
    if (!stdin || !stdout || !stderr) throw new Error('a process was started without its streams');
    child.once('error', (error: NodeJS.ErrnoException) => reject(notStarted(invocation, error)));
    const close = (): void => {
      for (const stream of [stdin, stdout, stderr]) stream.destroy();
    };
    // Leftover processes can hold its outputs open.
    child.once('exit', () => setTimeout(close, LINGER_MS).unref());
    const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
    child.unref();
    for (const stream of [stdin, stdout, stderr]) if ('unref' in stream) (stream as Socket).unref();
    child.once('spawn', () => resolve({ stdin, stdout, stderr, ended, close }));
  });
}

/**
 * Connects to a unix socket. A path that does not fit into sockaddr_un (108 bytes with its NUL, unix(7)) is reached through the
 * open folder, /proc/self/fd/N/name.
 * @throws AppError HOST_UNREACHABLE
 */
export async function connectUnix(host: string, path: string): Promise<Socket> {
  if (Buffer.byteLength(path) <= 107) return connected(host, path, path);
  const folder = await open(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY).catch((error: Error) => {
    throw unreachableSocket(host, path, error);
  });
  try {
    return await connected(host, path, `/proc/self/fd/${folder.fd}/${basename(path)}`);
  } finally {
    await folder.close();
  }
}

/** open(2) O_PATH: a handle for any kind of file; Node has no constant for it. */
const O_PATH = 0o10000000;

/**
 * The same for a path of any length whose last part is not followed if it is a link.
 * @throws AppError HOST_UNREACHABLE for a link, as for a path on which nothing listens
 */
export async function connectNoLink(host: string, path: string): Promise<Socket> {
  const found = await open(path, O_PATH | constants.O_NOFOLLOW).catch((error: Error) => {
    throw unreachableSocket(host, path, error);
  });
  try {
    if (!(await found.stat()).isSocket()) throw unreachableSocket(host, path, new Error('it is not a socket'));
    return await connected(host, path, `/proc/self/fd/${found.fd}`);
  } finally {
    await found.close();
  }
}

function connected(host: string, path: string, address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    const onError = (error: Error): void => reject(unreachableSocket(host, path, error));
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

function start(invocation: Invocation, stdio: Array<'pipe' | 'ignore'>): ChildProcess {
  const [command = '', ...args] = invocation.argv;
  // A separate group, so that a kill also reaches child processes (nsenter forks).
  return spawn(command, args, { stdio, detached: true, cwd: '/', env: commandEnvironment() });
}

/** The group keeps its number as long as one member lives, so this also reaches leftover processes. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function notStarted(invocation: Invocation, error: NodeJS.ErrnoException): CommandError {
  const missing = error.code === 'ENOENT';
  const words = missing ? `${invocation.argv[0] ?? ''}: not found` : error.message;
  return new CommandError(
    invocation.host,
    invocation.shown,
    missing ? 127 : 126,
    words,
    missing ? run('system.doctor', {}, 'Install it. Doctor names the package.') : null,
  );
}
