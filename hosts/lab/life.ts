import { spawn } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, note, run } from '../../contract';
import { throwIfCancelled } from '../cancelled';
import { homeError, inHome } from '../home-errors';
import { commandEnvironment, runProcess } from '../shells/spawn';
import type { LabEntry, LabTarget } from '../shells/lab';
import { findInit, identify, lives, readIdentity, writeIdentity, type LabIdentity } from './identity';
import { INIT_SCRIPT } from './init-script';
import { AS_NAMESPACE_ROOT, isRootless, labNamespaces } from './namespaces';
import { labPaths, type LabPaths } from './paths';

/**
 * A lab is ready in 0.1 s, unless the kernel is deleting another network namespace with many bridges: creating one waits for that
 * (pernet_ops_rwsem), machine-wide.
 */
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 10_000;

/** Starts that are running in this process, by the lab's folder: concurrent callers get the same lab. */
const STARTING = new Map<string, Promise<LabIdentity>>();
/** Labs that this process removes, by their folder: a connection that is made again at that moment must not start them again. */
const REMOVING = new Set<string>();

/** One lab of a home: start, find, stop, remove. It outlives the engine; all its state is in its folder. */
export class Lab implements LabTarget {
  readonly name: string;
  readonly paths: LabPaths;
  private identity: LabIdentity | null = null;

  /** `called`: its host's name, for errors; a lab whose host is gone has only its id. */
  constructor(home: string, id: string, called = id.slice(0, 8)) {
    this.name = `lab ${called}`;
    this.paths = labPaths(home, id);
  }

  get sockDir(): string {
    return this.paths.sock;
  }

  /** The running lab's identity; null if it does not run. A reused pid is never trusted. */
  find(): LabIdentity | null {
    const known = this.identity ?? readIdentity(this.paths.identity);
    this.identity = known && lives(known) ? known : null;
    return this.identity;
  }

  enter(): LabEntry {
    const identity = this.find();
    if (!identity) {
      throw new AppError('HOST_UNREACHABLE', `The ${this.name} is not running`, {
        remedy: note('Activate its host to start it.'),
      });
    }
    // In a lab that is half built, a shell would still see folders of this computer.
    if (this.isStarting()) throw new AppError('HOST_UNREACHABLE', `The ${this.name} is still starting`);
    return { pid: identity.pid, rootless: identity.rootless };
  }

  /**
   * Starts the lab if it does not run. Its former bridges and running VMs are gone then; disks and definitions remain.
   * @throws AppError NOT_SUPPORTED if this computer lacks support (no user namespaces, ...), HOST_COMMAND_FAILED
   */
  async start(signal: AbortSignal): Promise<LabIdentity> {
    const { root } = this.paths;
    if (REMOVING.has(root)) throw new AppError('HOST_UNREACHABLE', `The ${this.name} is being removed`);
    const starting = STARTING.get(root);
    if (starting) return starting;
    const start = this.startOnce(signal).finally(() => STARTING.delete(root));
    STARTING.set(root, start);
    return start;
  }

  private async startOnce(signal: AbortSignal): Promise<LabIdentity> {
    const running = this.find() ?? (await this.recover());
    if (running) return this.untilReady(running, signal);
    throwIfCancelled(signal);
    const log = await inHome(this.paths.root, async () => {
      await mkdir(this.paths.root, { recursive: true, mode: 0o700 });
      await writeFile(this.paths.init, INIT_SCRIPT, { mode: 0o700 });
      await chmod(this.paths.init, 0o700);
      return openSync(this.paths.log, 'w', 0o600);
    });
    this.identity = await this.launch(log, isRootless(), signal);
    return this.identity;
  }

  private isStarting(): boolean {
    return existsSync(this.paths.starting);
  }

  /** Waits for a lab that another process starts. */
  private async untilReady(identity: LabIdentity, signal: AbortSignal): Promise<LabIdentity> {
    const end = performance.now() + START_TIMEOUT_MS;
    while (this.isStarting()) {
      throwIfCancelled(signal);
      if (!lives(identity)) return this.startOnce(signal);
      if (performance.now() > end)
        throw new AppError('HOST_UNREACHABLE', `The ${this.name} did not start within ${START_TIMEOUT_MS / 1000} s`);
      await sleep(20);
    }
    return identity;
  }

  /** Finds a running lab whose identity file is lost or damaged. */
  private async recover(): Promise<LabIdentity | null> {
    if (!(await this.isLocked())) return null;
    const found = findInit(this.paths.init, this.paths.root, isRootless());
    if (found) await writeIdentity(this.paths.identity, found);
    return (this.identity = found);
  }

  private async launch(log: number, rootless: boolean, signal: AbortSignal): Promise<LabIdentity> {
    const [command = '', ...args] = labNamespaces(rootless, ['bash', this.paths.init, this.paths.root]);
    // `detached` is setsid(2): a lab must not end with our terminal or our process group.
    const child = spawn(command, args, {
      detached: true,
      cwd: '/',
      env: commandEnvironment(),
      stdio: ['pipe', log, log, 'pipe'],
    });
    closeSync(log);
    const stop = new AbortController();
    const giveUp = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(START_TIMEOUT_MS)]);
    child.once('error', () => stop.abort());
    // A leftover process can hold the pipe open: unshare's helper for --map-auto does if namespaces are forbidden.
    child.once('exit', () => stop.abort());
    child.stdin?.on('error', () => stop.abort());
    const words = readWords(child.stdio[3] as Readable, giveUp);
    let identity: LabIdentity | null = null;
    try {
      await expectWord(words, 'born');
      identity = identify(childOf(child.pid ?? 0), rootless);
      if (!identity) throw new Error('the lab ended while it was starting');
      await writeIdentity(this.paths.identity, identity);
      child.stdin?.end('go\n');
      await expectWord(words, 'ready');
      return identity;
    } catch (error) {
      if (identity) killPid(identity.pid);
      if (child.pid !== undefined) killPid(-child.pid);
      throwIfCancelled(signal);
      throw homeError(this.paths.root, error) ?? (await this.startFailed(error));
    } finally {
      stop.abort();
      child.unref();
    }
  }

  private async startFailed(cause: unknown): Promise<AppError> {
    const said = (await readFile(this.paths.log, 'utf8')).trim().slice(-1000);
    const last = said.split('\n').at(-1) ?? '';
    return new AppError('NOT_SUPPORTED', `The ${this.name} could not be started${last ? `: ${last}` : ''}`, {
      remedy: run('system.doctor', {}, 'Doctor lists what this computer lacks and how to fix it.'),
      cause,
    });
  }

  /** Ends every process of the lab. Its bridges and mounts disappear with the namespaces. */
  async stop(signal: AbortSignal): Promise<void> {
    const identity = this.find() ?? (await this.recover());
    if (!identity) return;
    const processes = () => existsSync(`/proc/${identity.pid}`) && lives(identity);
    killPid(identity.pid);
    const end = performance.now() + STOP_TIMEOUT_MS;
    while (processes() || (await this.isLocked())) {
      throwIfCancelled(signal);
      if (performance.now() > end)
        throw new AppError('HOST_COMMAND_FAILED', `The ${this.name} did not end within ${STOP_TIMEOUT_MS / 1000} s`);
      await sleep(5);
    }
    this.identity = null;
    await rm(this.paths.identity, { force: true });
  }

  /** Stops the lab and removes its folder, with the disks in it. A start that is running is waited for; no other one begins. */
  async remove(signal: AbortSignal): Promise<void> {
    const { root } = this.paths;
    REMOVING.add(root);
    try {
      await STARTING.get(root)?.catch(() => undefined);
      await this.stop(signal);
      await this.removeFolder(signal);
    } finally {
      REMOVING.delete(root);
    }
  }

  private async removeFolder(signal: AbortSignal): Promise<void> {
    if (!existsSync(this.paths.root)) return;
    if (isRootless() && (await removedAsOurselves(this.paths.root))) return;
    // As an ordinary user, files owned by our subuids can only be removed by their namespace's root.
    const asOwner = isRootless() ? AS_NAMESPACE_ROOT : [];
    const argv = [...asOwner, 'rm', '-rf', '--one-file-system', '--', this.paths.root];
    await runProcess({ host: this.name, argv, shown: ['rm', '-rf', this.paths.root] }, { signal });
  }

  /** Whether a running lab holds the lock, whatever its identity file says. */
  async isLocked(): Promise<boolean> {
    if (!existsSync(this.paths.lock)) return false;
    const argv = ['flock', '-n', '-E', '75', this.paths.lock, 'true'];
    return (await runProcess({ host: this.name, argv, shown: argv }, { okExits: [0, 75] })).exit === 75;
  }
}

/** Removes a folder without root; false if it contains files of other ids. */
async function removedAsOurselves(folder: string): Promise<boolean> {
  try {
    await rm(folder, { recursive: true, force: true });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') return false;
    throw error;
  }
}

/** The only child of a process; 0: none. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] || 0);
}

/** A negative pid means the process group of that number. */
function killPid(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Lines from the lab's INIT. Ends when INIT closes its end, or at the deadline. */
async function* readWords(stream: Readable, giveUp: AbortSignal): AsyncGenerator<string, void, void> {
  const close = (): void => void stream.destroy();
  // The deadline can already have passed: the start waited for the disk before.
  if (giveUp.aborted) close();
  else giveUp.addEventListener('abort', close, { once: true });
  let rest = '';
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if (!giveUp.aborted) throw error;
  } finally {
    giveUp.removeEventListener('abort', close);
    stream.destroy();
  }
}

async function expectWord(words: AsyncGenerator<string, void, void>, word: string): Promise<void> {
  const next = await words.next();
  if (next.done || next.value !== word)
    throw new Error(`expected ${word}, the lab ended or said ${String(next.value)}`);
}
