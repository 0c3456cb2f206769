import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Pipe, RunOptions, RunResult, Shell, StreamHandle } from '../shell';
import { connectUnix, pipeProcess, runProcess, streamProcess, type Invocation } from './spawn';

/** The process to enter: PID 1 of the lab as this computer numbers it, and whether the lab has a user namespace. */
export interface LabEntry {
  readonly pid: number;
  readonly rootless: boolean;
}

/** What a LabShell needs to know of its lab. */
export interface LabTarget {
  /** For log and errors, for example `lab blue`. */
  readonly name: string;
  /** The folder of this computer that the lab sees as /run/atoll. */
  readonly sockDir: string;
  /** Finds the running lab, sure that the pid is not another's by now. Throws AppError HOST_UNREACHABLE when it does not run. */
  enter(): LabEntry;
}

const SOCKETS = '/run/atoll/';
const DIES_WITH_PARENT = ['setpriv', '--pdeathsig', 'KILL', '--'];

/** Runs commands inside a lab: in its user, mount, network and pid namespaces. */
export class LabShell implements Shell {
  readonly name: string;

  constructor(private readonly lab: LabTarget) {
    this.name = lab.name;
  }

  async run(argv: readonly string[], options?: RunOptions): Promise<RunResult> {
    return runProcess(this.inside(argv, argv), options);
  }

  async script(script: string, args: readonly string[], options?: RunOptions): Promise<RunResult> {
    return runProcess(this.inside(['sh', '-c', script, 'sh', ...args], ['sh', '-c', '...', ...args]), options);
  }

  async stream(argv: readonly string[], onLine: (line: string) => void): Promise<StreamHandle> {
    return streamProcess(this.dyingWithUs(argv), onLine);
  }

  async pipe(argv: readonly string[]): Promise<Pipe> {
    return pipeProcess(this.dyingWithUs(argv));
  }

  /**
   * Both the command and the nsenter above it must die with us. setns(2) into a user namespace raises the capabilities,
   * and the kernel then forgets the death signal (commit_creds), so the user namespace is entered first, the signal set
   * after it, and the other namespaces by a second nsenter.
   */
  private dyingWithUs(argv: readonly string[]): Invocation {
    const { pid, rootless } = this.lab.enter();
    const userFirst = rootless ? ['nsenter', '-t', String(pid), '-U', '--preserve-credentials', '--'] : [];
    const rest = ['nsenter', '-t', String(pid), '-m', '-n', '-p', '--'];
    const full = [...userFirst, ...DIES_WITH_PARENT, ...rest, ...DIES_WITH_PARENT, ...argv];
    return { host: this.name, argv: full, shown: argv };
  }

  /** Sockets in /run/atoll are in a folder of this computer; others are reached through the lab's root in /proc. */
  async connect(socketPath: string): Promise<Duplex> {
    if (socketPath.startsWith(SOCKETS))
      return connectUnix(this.name, join(this.lab.sockDir, socketPath.slice(SOCKETS.length)));
    return connectUnix(this.name, join('/proc', String(this.lab.enter().pid), 'root', socketPath));
  }

  async close(): Promise<void> {
    // Nothing is kept open between commands; the lab goes on.
  }

  private inside(argv: readonly string[], shown: readonly string[]): Invocation {
    const { pid, rootless } = this.lab.enter();
    const user = rootless ? ['-U', '--preserve-credentials'] : [];
    return { host: this.name, argv: ['nsenter', '-t', String(pid), ...user, '-m', '-n', '-p', '--', ...argv], shown };
  }
}
