import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { AppError, note } from '../../../contract';
import { HostMisbehaves } from '../limits';
import { unreachableSocket } from '../outcome';
import type { Channel } from '../persistent/channel';

/** The maximum number of sessions per host: sshd's default MaxSessions. Forwarded sockets do not count. */
const ENOUGH = 10;

export interface SessionTimes {
  /** The timeout for opening a session and starting its command. */
  readonly openMs: number;
  /** The timeout for the host to close a session that was closed or has ended. */
  readonly closeMs: number;
}

/** Long enough for a slow link, on which the answer is queued behind a window of output (2 MiB). */
const TIMES: SessionTimes = { openMs: 30_000, closeMs: 30_000 };

/** A connection, and how many sessions it carries. */
interface Line {
  readonly client: Client;
  open: number;
  most: number;
}

/**
 * The session channels of a host: one connection carries them all, unless its sshd allows fewer than needed (hardened ones set
 * MaxSessions 2, or 1). Then further connections carry the rest.
 */
export class Sessions {
  private readonly lines: Line[];
  private readonly waiting: Array<() => void> = [];
  private widening: Promise<void> | null = null;

  /**
   * `another` opens a further connection to the same host. `onMisbehavior` is called with a host that answers no session request,
   * to close its connection: otherwise nothing that waits for a session would end.
   */
  constructor(
    private readonly client: Client,
    private readonly host: string,
    private readonly another: () => Promise<Client>,
    private readonly onMisbehavior: (error: HostMisbehaves) => void = () => undefined,
    private readonly times = TIMES,
  ) {
    this.lines = [{ client, open: 0, most: ENOUGH }];
  }

  /**
   * Starts a constant command line in a session of its own; waits while the maximum is open.
   * @throws AppError NO_CAPACITY if sshd allows none at all, HOST_UNREACHABLE
   */
  async exec(command: string): Promise<Channel> {
    for (;;) {
      const line = this.lines.find(({ open, most }) => open < most);
      const channel = line ? await this.tryOn(line, command) : await this.moreRoom();
      if (channel) return channel;
    }
  }

  /** Null: this connection carries no more. */
  private async tryOn(line: Line, command: string): Promise<Channel | null> {
    line.open += 1;
    try {
      const channel = await this.start(line.client, command);
      void channel.ended.then(() => this.free(line));
      return channel;
    } catch (error) {
      this.free(line);
      if (!(error instanceof AppError) || error.code !== 'NO_CAPACITY') throw error;
      line.most = Math.min(line.most, line.open);
      if (line.most === 0 && line.open === 0) throw error;
      return null;
    }
  }

  private async moreRoom(): Promise<null> {
    const room = this.lines.reduce((sum, { most }) => sum + most, 0);
    if (room >= ENOUGH) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else
      await (this.widening ??= this.another()
        .then((client) => void this.lines.push({ client, open: 0, most: ENOUGH }))
        .finally(() => (this.widening = null)));
    return null;
  }

  /** A unix socket of the host, as the logged-in user. Does not count as a session. */
  socket(path: string): Promise<Duplex> {
    return this.opened((done) =>
      this.client.openssh_forwardOutStreamLocal(path, (error, channel) => {
        if (error) return done(unreachableSocket(this.host, path, error));
        // A channel stays half open, unlike a unix socket of Node: a listener for `close` would wait forever.
        channel.once('end', () => channel.close());
        channel.on('error', () => channel.close());
        done(null, channel);
      }),
    );
  }

  private free(line: Line): void {
    line.open -= 1;
    this.waiting.shift()?.();
  }

  private async start(client: Client, command: string): Promise<Channel> {
    const channel = await this.opened<ClientChannel>((done) => {
      try {
        client.exec(command, (error: (Error & { reason?: number }) | undefined, opened) =>
          error ? done(this.noSession(error)) : done(null, opened),
        );
      } catch (error) {
        // ssh2 throws, instead of calling back, on a connection that was just lost.
        done(this.noSession(error instanceof Error ? error : new Error(String(error))));
      }
    });
    return asChannel(channel, this.times.closeMs, () => this.misbehaves('does not close a session that has ended'));
  }

  /** The result of `open`. A host that exceeds the timeout loses its connection, and what it opens later is closed. */
  private opened<T extends Duplex>(open: (done: (error: Error | null, channel?: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(this.misbehaves(`opens no session within ${this.times.openMs / 1000} s`));
      }, this.times.openMs);
      open((error, channel) => {
        clearTimeout(timer);
        if (isLate) channel?.destroy();
        else if (channel) resolve(channel);
        else reject(error ?? new Error('a session was neither opened nor refused'));
      });
    });
  }

  private misbehaves(what: string): HostMisbehaves {
    const error = new HostMisbehaves(this.host, what);
    this.onMisbehavior(error);
    return error;
  }

  private noSession(error: Error & { reason?: number }): AppError {
    if (error.reason === undefined)
      return new AppError('HOST_UNREACHABLE', `The connection to ${this.host} was lost: ${error.message}`);
    return new AppError('NO_CAPACITY', `${this.host} refused another SSH session: ${error.message}`, {
      remedy: note('MaxSessions in sshd_config on the host must be at least 1.'),
    });
  }
}

/** `onUnclosed` is called if the host does not close it. */
function asChannel(channel: ClientChannel, closeMs: number, onUnclosed: () => void): Channel {
  let exit: number | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  const expectClose = (): void => {
    if (isClosed) return;
    timer ??= setTimeout(() => {
      onUnclosed();
      // If nobody closes the connection either, the waiting callers are released.
      channel.emit('close', null);
    }, closeMs);
  };
  channel.once('exit', (code: number | null) => {
    exit = code;
    // A background process may keep writing: it ends only with both.
    if (channel.readableEnded) expectClose();
    else channel.once('end', expectClose);
  });
  const ended = new Promise<number | null>((resolve) =>
    channel.once('close', () => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      resolve(exit);
    }),
  );
  channel.on('error', () => channel.close());
  let isDrained = false;
  const close = (): void => {
    channel.close();
    expectClose();
    if (isDrained) return;
    isDrained = true;
    // ssh2 reports the end once all output was read. A caller that closes it reads no more, so the session would count forever.
    for (const output of [channel, channel.stderr]) {
      output.removeAllListeners('readable');
      // Without a listener an already flowing stream would stop in the next tick.
      output.on('data', () => undefined);
      output.resume();
    }
  };
  return { stdin: channel, stdout: channel, stderr: channel.stderr, ended, close };
}
