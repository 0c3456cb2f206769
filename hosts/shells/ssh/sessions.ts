import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { AppError } from '../../../contract';
import { unreachableSocket } from '../outcome';
import type { Channel } from '../kept/channel';

/** So many sessions are enough for a host: MaxSessions of sshd, where nobody changed it. Forwarded sockets do not count. */
const ENOUGH = 10;

/** A connection, and how many sessions it bears. */
interface Line {
  readonly client: Client;
  open: number;
  most: number;
}

/**
 * The session channels of a host: one connection bears them all, unless its sshd allows fewer than are needed (hardened ones
 * say MaxSessions 2, or 1). Then further connections bear the rest.
 */
export class Sessions {
  private readonly lines: Line[];
  private readonly waiting: Array<() => void> = [];
  private widening: Promise<void> | null = null;

  /** `another` makes a further connection to the same host. */
  constructor(
    private readonly client: Client,
    private readonly host: string,
    private readonly another: () => Promise<Client>,
  ) {
    this.lines = [{ client, open: 0, most: ENOUGH }];
  }

  /**
   * Starts a constant command line in a session of its own; waits while there are enough.
   * @throws AppError NO_CAPACITY when sshd allows none at all, HOST_UNREACHABLE
   */
  async exec(command: string): Promise<Channel> {
    for (;;) {
      const line = this.lines.find(({ open, most }) => open < most);
      const channel = line ? await this.tryOn(line, command) : await this.moreRoom();
      if (channel) return channel;
    }
  }

  /** Null: this connection bears no more. */
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

  /** A unix socket of the host, by the user that is logged in. Counts as no session. */
  socket(path: string): Promise<Duplex> {
    return new Promise((resolve, reject) =>
      this.client.openssh_forwardOutStreamLocal(path, (error, channel) => {
        if (error) return reject(unreachableSocket(this.host, path, error));
        // A channel stays half open, which a unix socket of Node does not: who listens for `close` would wait for ever.
        channel.once('end', () => channel.close());
        channel.on('error', () => channel.close());
        resolve(channel);
      }),
    );
  }

  private free(line: Line): void {
    line.open -= 1;
    this.waiting.shift()?.();
  }

  private start(client: Client, command: string): Promise<Channel> {
    return new Promise((resolve, reject) => {
      const done = (error: (Error & { reason?: number }) | undefined, channel: ClientChannel): void => {
        if (error) reject(this.noSession(error));
        else resolve(asChannel(channel));
      };
      try {
        client.exec(command, done);
      } catch (error) {
        // ssh2 throws, instead of calling back, on a connection that has just gone.
        reject(this.noSession(error instanceof Error ? error : new Error(String(error))));
      }
    });
  }

  private noSession(error: Error & { reason?: number }): AppError {
    if (error.reason === undefined)
      return new AppError('HOST_UNREACHABLE', `The connection to ${this.host} is gone: ${error.message}`);
    return new AppError('NO_CAPACITY', `${this.host} gives no further session: ${error.message}`, {
      hint: 'MaxSessions in sshd_config on the host has to be 1 at least.',
    });
  }
}

function asChannel(channel: ClientChannel): Channel {
  let exit: number | null = null;
  channel.once('exit', (code: number | null) => (exit = code));
  const ended = new Promise<number | null>((resolve) => channel.once('close', () => resolve(exit)));
  channel.on('error', () => channel.close());
  const close = (): void => {
    channel.close();
    // ssh2 tells of the end once all output was read. Whoever lets go reads no more, and the session would count for ever.
    for (const output of [channel, channel.stderr]) {
      output.removeAllListeners('readable');
      // Without a listener it would stop to flow in the next tick, where it flowed already.
      output.on('data', () => undefined);
      output.resume();
    }
  };
  return { stdin: channel, stdout: channel, stderr: channel.stderr, ended, close };
}
