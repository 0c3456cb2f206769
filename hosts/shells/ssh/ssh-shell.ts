import type { Duplex } from 'node:stream';
import { AppError, type SshHow, type HostSecrets, note, run } from '../../../contract';
import type { Pipe, RunOptions, RunResult, Shell, StreamHandle } from '../../shell';
import type { Channel } from '../persistent/channel';
import { pipeThrough } from '../persistent/pipe';
import { PersistentShells } from '../persistent/pool';
import { type Elevation, startSh } from '../persistent/root-sh';
import { socketThrough } from '../persistent/socket';
import { watcher } from '../persistent/watcher';
import { resolveWay } from './config';
import { type DialOptions, type Way, dial } from './dial';
import type { KnownHosts } from './host-keys';
import { Sessions } from './sessions';
import { jumpMethods, signInMethods } from './sign-in';

export interface SshTarget {
  readonly how: SshHow;
  readonly known: KnownHosts;
  /** The user's ssh config to read; null: ssh's default. */
  readonly configFile: string | null;
  /** Whether confirmed host keys are stored as known. */
  readonly remember: boolean;
  /**
   * The secrets that the user gave for this host. With `hostKey`, the fingerprint of the key that the host has just proven to own:
   * null if they were given for another key. Without: only for what stays on this computer.
   */
  secrets(hostKey?: string): Promise<HostSecrets | null>;
}

/** One lifetime of a connection. */
interface Link {
  /** The first carries all, if sshd allows enough sessions (sessions.ts). */
  readonly ways: Way[];
  readonly sessions: Sessions;
  readonly shells: PersistentShells;
  /** The fingerprint of the host's own key. */
  readonly hostKey: string;
  lost: AppError | null;
}

const WIDEN_MS = 30_000;

/** Runs commands on a host over ONE SSH connection, which `open` creates and whose loss is reported by everything that used it. */
export class SshShell implements Shell {
  readonly name: string;
  private link: Link | null = null;

  constructor(private readonly target: SshTarget) {
    this.name = target.how.address;
  }

  /**
   * Connects, unless connected, and makes sure that it is root there.
   * @throws AppError FORBIDDEN (host key, password, sudo, not root), HOST_UNREACHABLE, CANCELLED, BAD_INPUT
   */
  async open(signal: AbortSignal): Promise<void> {
    if (this.link && !this.link.lost) return;
    const way = await this.dial(signal);
    const sessions = new Sessions(
      way.client,
      this.name,
      async () => {
        const more = await this.dial(AbortSignal.timeout(WIDEN_MS));
        this.join(link, more);
        return more.client;
      },
      (error) => this.lose(link, error),
    );
    const link: Link = {
      ways: [],
      sessions,
      shells: new PersistentShells(
        () => this.startSh(link),
        () => link.lost,
        (error) => this.lose(link, error),
      ),
      hostKey: way.key.fingerprint,
      lost: null,
    };
    this.join(link, way);
    this.link = link;
    try {
      await this.requireRoot(signal);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** If one of its connections is lost, the whole link is closed, including the jump hosts' connections. */
  private join(link: Link, way: Way): void {
    link.ways.push(way);
    way.client.once('close', () => this.lose(link, this.gone()));
    way.client.on('error', (error) => this.lose(link, this.gone(error)));
    if (link.lost) way.close();
  }

  private lose(link: Link, why: AppError): void {
    link.lost ??= why;
    for (const each of link.ways) each.close();
  }

  async run(argv: readonly string[], options?: RunOptions): Promise<RunResult> {
    return this.connected().shells.run({ kind: 'run', argv }, { host: this.name, shown: argv }, options);
  }

  async script(script: string, args: readonly string[], options?: RunOptions): Promise<RunResult> {
    const spoken = { host: this.name, shown: ['sh', '-c', '...', ...args] };
    return this.connected().shells.run({ kind: 'script', script, args }, spoken, options);
  }

  async stream(argv: readonly string[], onLine: (line: string) => void): Promise<StreamHandle> {
    const link = this.connected();
    return watcher(await this.startSh(link), this.name, argv, onLine, (error) => this.lose(link, error));
  }

  /** A root login reaches a socket by a forward; with sudo the login may have no access, and sshd can forbid it: then through a session. */
  async connect(socketPath: string): Promise<Duplex> {
    const link = this.connected();
    if (!this.target.how.sudo) {
      const socket = await link.sessions.socket(socketPath).catch((error: unknown) => {
        if (error instanceof AppError && /prohibited|unknown channel/i.test(error.message)) return null;
        throw error;
      });
      if (socket) return socket;
    }
    return socketThrough(await this.startSh(link), this.name, socketPath);
  }

  async pipe(argv: readonly string[]): Promise<Pipe> {
    return pipeThrough(await this.session(), this.name, argv);
  }

  /** A root sh at its prompt, in a session of its own; for uploads and the like (upload.ts). */
  async session(): Promise<Channel> {
    return this.startSh(this.connected());
  }

  async close(): Promise<void> {
    const { link } = this;
    this.link = null;
    for (const way of link?.ways ?? []) way.close();
  }

  private async dial(signal: AbortSignal): Promise<Way> {
    const { how, known, configFile, remember } = this.target;
    const hops = await resolveWay(how, configFile);
    const methods: DialOptions['methods'] = async (hop, isLast, { fingerprint }) =>
      isLast
        ? signInMethods(hop, how, await this.target.secrets(fingerprint))
        : jumpMethods(hop, how, (await this.target.secrets())?.passphrase);
    return dial(hops, { known, confirmed: how.fingerprints, remember, methods, signal });
  }

  private startSh({ sessions, hostKey }: Pick<Link, 'sessions' | 'hostKey'>): Promise<Channel> {
    const elevation: Elevation = this.target.how.sudo
      ? { kind: 'sudo', password: () => this.sudoPassword(hostKey) }
      : { kind: 'none' };
    return startSh((command) => sessions.exec(command), this.name, elevation);
  }

  /** Its own, or the login's: the host has that one already. */
  private async sudoPassword(hostKey: string): Promise<string | null> {
    const secrets = await this.target.secrets(hostKey);
    return secrets?.sudoPassword ?? (this.target.how.auth === 'password' ? secrets?.password : undefined) ?? null;
  }

  private async requireRoot(signal: AbortSignal): Promise<void> {
    const { stdout } = await this.run(['id', '-u'], { signal });
    if (stdout.trim() === '0') return;
    throw new AppError('FORBIDDEN', `The user on ${this.name} is not root`, {
      field: 'sudo',
      remedy: note('Let Atoll use sudo on the host, or sign in as root.'),
    });
  }

  private connected(): Link {
    const { link } = this;
    if (!link || link.lost) throw link?.lost ?? this.gone();
    return link;
  }

  private gone(cause?: Error): AppError {
    const why = cause ? `: ${cause.message}` : '';
    return new AppError('HOST_UNREACHABLE', `There is no connection to ${this.name}${why}`, {
      remedy: run('hosts.activate', {}, 'Atoll reconnects automatically. Activating the host tries at once.'),
    });
  }
}
