import type { Duplex } from 'node:stream';
import { AppError, type HostSecrets, type LocalHow, note, run } from '../../../contract';
import type { Pipe, RunOptions, RunResult, Shell, StreamHandle } from '../../shell';
import { KeptVirsh } from '../kept-virsh';
import type { Channel, OpenChannel } from '../persistent/channel';
import { pipeThrough } from '../persistent/pipe';
import { PersistentShells } from '../persistent/pool';
import { type Elevation, startSh } from '../persistent/root-sh';
import { socketThrough } from '../persistent/socket';
import { watcher } from '../persistent/watcher';
import { connectUnix } from '../spawn';
import { PkexecRoot } from './by-pkexec';
import { hereChannel } from './here-channel';

export interface LocalTarget {
  readonly how: LocalHow;
  /** `${command} cannot be run` */
  enter(): readonly string[];
  secrets(): Promise<HostSecrets | null>;
}

const NAME = 'this computer';

/** Runs commands as root on this computer: directly, by sudo, or by polkit. It keeps shells open, but never stores a password. */
export class LocalRootShell implements Shell {
  readonly name = NAME;
  readonly virsh = new KeptVirsh((argv) => this.pipe(argv));
  private kept: { readonly shells: PersistentShells; readonly pkexec: PkexecRoot | null } | null = null;

  constructor(private readonly target: LocalTarget) {}

  /**
   * Makes sure that it is root.
   * @throws AppError FORBIDDEN (no sudo, no password or a wrong one, a dismissed prompt), NOT_SUPPORTED
   */
  async open(signal: AbortSignal): Promise<void> {
    if (this.kept) return;
    if (process.platform !== 'linux')
      throw new AppError('NOT_SUPPORTED', 'Only a Linux computer can be a host itself', {
        remedy: note('Add a Linux host over SSH, or a simulated one.'),
      });
    const pkexec = this.elevation === 'pkexec' ? new PkexecRoot(NAME, () => this.target.enter()) : null;
    const shells = new PersistentShells(
      () => this.startSh(),
      () => gone(),
    );
    this.kept = { shells, pkexec };
    try {
      const { stdout } = await this.run(['id', '-u'], { signal });
      if (stdout.trim() !== '0') throw new AppError('FORBIDDEN', `Atoll did not become root on ${NAME}`);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async run(argv: readonly string[], options?: RunOptions): Promise<RunResult> {
    return this.opened.shells.run({ kind: 'run', argv }, { host: NAME, shown: argv }, options);
  }

  async script(script: string, args: readonly string[], options?: RunOptions): Promise<RunResult> {
    const spoken = { host: NAME, shown: ['sh', '-c', '...', ...args] };
    return this.opened.shells.run({ kind: 'script', script, args }, spoken, options);
  }

  async stream(argv: readonly string[], onLine: (line: string) => void): Promise<StreamHandle> {
    return watcher(await this.session(), NAME, argv, onLine);
  }

  async pipe(argv: readonly string[]): Promise<Pipe> {
    return pipeThrough(await this.session(), NAME, argv);
  }

  async connect(socketPath: string): Promise<Duplex> {
    if (this.elevation === 'none' && this.target.enter().length === 0) return connectUnix(NAME, socketPath);
    return socketThrough(await this.session(), NAME, socketPath);
  }

  /** A root sh at its prompt; for uploads and the like (upload.ts). */
  async session(): Promise<Channel> {
    void this.opened;
    return this.startSh();
  }

  async close(): Promise<void> {
    const { kept } = this;
    this.kept = null;
    this.virsh.close();
    kept?.shells.close();
    kept?.pkexec?.close();
  }

  private get elevation(): 'none' | 'sudo' | 'pkexec' {
    return process.getuid?.() === 0 ? 'none' : this.target.how.via;
  }

  private startSh(): Promise<Channel> {
    const { target } = this;
    const here: OpenChannel = (command) => hereChannel([...target.enter(), 'sh', '-c', command]);
    const how: Elevation =
      this.elevation === 'sudo'
        ? { kind: 'sudo', password: async () => sudoPasswordOf(await target.secrets()) }
        : { kind: 'none' };
    return startSh(this.kept?.pkexec?.open ?? here, NAME, how);
  }

  private get opened(): NonNullable<LocalRootShell['kept']> {
    if (this.kept) return this.kept;
    throw gone();
  }
}

/** Nobody logs in here: any given secret is for sudo. */
const sudoPasswordOf = (secrets: HostSecrets | null): string | null =>
  secrets?.sudoPassword ?? secrets?.password ?? null;

const gone = (): AppError =>
  new AppError('HOST_UNREACHABLE', `No root shell available on ${NAME}`, {
    remedy: run('hosts.activate', {}, 'Atoll reconnects automatically. Activating the host tries at once.'),
  });
