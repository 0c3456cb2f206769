import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { AppError } from '../../contract';
import type { Pipe, RunOptions, RunResult, Shell, StreamHandle } from '../shell';
import { KeptVirsh } from './kept-virsh';
import { PersistentShells } from './persistent/pool';
import type { Work } from './persistent/frame';
import { startSh } from './persistent/root-sh';
import {
  channelProcess,
  connectNoLink,
  connectUnix,
  pipeProcess,
  runProcess,
  streamProcess,
  type Invocation,
} from './spawn';

/** The process to enter: PID 1 of the lab in this computer's numbering, and whether the lab has a user namespace. */
export interface LabEntry {
  readonly pid: number;
  readonly rootless: boolean;
}

/** What a LabShell needs of its lab. */
export interface LabTarget {
  /** For log and errors, for example `lab blue`. */
  readonly name: string;
  /** The folder of this computer that the lab sees as /run/atoll. */
  readonly sockDir: string;
  /** Finds the running lab, excluding a reused pid. Throws AppError HOST_UNREACHABLE if it does not run. */
  enter(): LabEntry;
}

const PLAIN = { kind: 'none' } as const;
const SOCKETS = '/run/atoll/';
const DIES_WITH_PARENT = ['setpriv', '--pdeathsig', 'KILL', '--'];

/**
 * The number of concurrent commands that run in a persistent sh in the lab; further ones get their own process. Four actions on VMs and the two
 * scripts of an observation: with two, Node's fork for the others was a third of the engine's processor time.
 */
const FED_AT_ONCE = 6;
/** An sh reads its input byte by byte: above this a process with a pipe is faster. */
const FED_BYTES = 65_536;

/** The root directory too: a mount namespace's own is not the lab's if Atoll itself runs in a chroot. */
const INTO = ['-m', '-n', '-p', '-r'];

/**
 * Runs commands inside a lab: in its user, mount, network and pid namespaces. Starting a process there takes Node and nsenter some
 * 10 ms, in which the engine does nothing else, so an sh is kept open, as over SSH. It ends with the lab, and with us.
 */
export class LabShell implements Shell {
  readonly name: string;
  readonly virsh = new KeptVirsh((argv) => this.pipe(argv));
  private kept: PersistentShells | null = null;
  private fed = 0;

  constructor(private readonly lab: LabTarget) {
    this.name = lab.name;
  }

  async run(argv: readonly string[], options?: RunOptions): Promise<RunResult> {
    return this.ask({ kind: 'run', argv }, this.spoken(argv, argv), options);
  }

  async script(script: string, args: readonly string[], options?: RunOptions): Promise<RunResult> {
    const spoken = this.spoken(['sh', '-c', script, 'sh', ...args], ['sh', '-c', '...', ...args]);
    return this.ask({ kind: 'script', script, args }, spoken, options);
  }

  async stream(argv: readonly string[], onLine: (line: string) => void): Promise<StreamHandle> {
    return streamProcess(this.dyingWithUs(argv), onLine);
  }

  async pipe(argv: readonly string[]): Promise<Pipe> {
    return pipeProcess(this.dyingWithUs(argv));
  }

  /**
   * Both the command and the nsenter above it must die with us. setns(2) into a user namespace raises the capabilities, and the
   * kernel then clears the death signal (commit_creds), so the user namespace is entered first, the signal set after it, and the
   * other namespaces by a second nsenter.
   */
  private dyingWithUs(argv: readonly string[]): Invocation {
    const { pid, rootless } = this.lab.enter();
    const userFirst = rootless ? ['nsenter', '-t', String(pid), '-U', '--preserve-credentials', '--'] : [];
    const rest = ['nsenter', '-t', String(pid), ...INTO, '--'];
    const full = [...userFirst, ...DIES_WITH_PARENT, ...rest, ...DIES_WITH_PARENT, ...argv];
    return { host: this.name, argv: full, shown: argv };
  }

  /**
   * Sockets in /run/atoll are in a folder of this computer; others are reached through the lab's root in /proc. QEMU writes in that
   * folder: a link that it creates there could lead to any socket of this computer.
   */
  async connect(socketPath: string): Promise<Duplex> {
    if (socketPath.startsWith(SOCKETS))
      return connectNoLink(this.name, join(this.lab.sockDir, socketPath.slice(SOCKETS.length)));
    return connectUnix(this.name, join('/proc', String(this.lab.enter().pid), 'root', socketPath));
  }

  /** The lab keeps running. */
  async close(): Promise<void> {
    this.virsh.close();
    this.kept?.close();
    this.kept = null;
  }

  private async ask(work: Work, spoken: Invocation, options: RunOptions = {}): Promise<RunResult> {
    if (this.fed >= FED_AT_ONCE || (options.stdin?.length ?? 0) > FED_BYTES)
      return runProcess(this.inside(spoken), options);
    this.fed += 1;
    try {
      this.kept ??= new PersistentShells(
        () => startSh((line) => channelProcess(this.dyingWithUs(['sh', '-c', line])), this.name, PLAIN),
        () => this.gone(),
        undefined,
        FED_AT_ONCE,
      );
      return await this.kept.run(work, spoken, options);
    } finally {
      this.fed -= 1;
    }
  }

  /** Why the lab can't be entered; null: it can. */
  private gone(): AppError | null {
    try {
      this.lab.enter();
      return null;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  private spoken(argv: readonly string[], shown = argv): Invocation {
    return { host: this.name, argv, shown };
  }

  private inside({ argv, ...spoken }: Invocation): Invocation {
    const { pid, rootless } = this.lab.enter();
    const user = rootless ? ['-U', '--preserve-credentials'] : [];
    return { ...spoken, argv: ['nsenter', '-t', String(pid), ...user, ...INTO, '--', ...argv] };
  }
}
