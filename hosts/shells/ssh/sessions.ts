import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { AppError } from '../../../contract';
import { unreachableSocket } from '../outcome';
import type { Channel } from '../kept/channel';

/** MaxSessions of sshd, where nobody changed it. Forwarded sockets do not count. */
const MOST = 10;

/** The session channels of one connection: no more at once than sshd allows. */
export class Sessions {
  private open = 0;
  private readonly waiting: Array<() => void> = [];

  constructor(
    private readonly client: Client,
    private readonly host: string,
  ) {}

  /**
   * Starts a constant command line in a session of its own; waits while there are ten.
   * @throws AppError NO_CAPACITY when sshd allows fewer, HOST_UNREACHABLE
   */
  async exec(command: string): Promise<Channel> {
    while (this.open >= MOST) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.open += 1;
    try {
      const channel = await this.start(command);
      void channel.ended.then(() => this.free());
      return channel;
    } catch (error) {
      this.free();
      throw error;
    }
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

  private free(): void {
    this.open -= 1;
    this.waiting.shift()?.();
  }

  private start(command: string): Promise<Channel> {
    return new Promise((resolve, reject) => {
      const done = (error: (Error & { reason?: number }) | undefined, channel: ClientChannel): void => {
        if (error) reject(this.noSession(error));
        else resolve(asChannel(channel));
      };
      try {
        this.client.exec(command, done);
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
      hint: 'Raise MaxSessions in sshd_config on the host; 10 is its default, 6 is the least that will do.',
    });
  }
}

function asChannel(channel: ClientChannel): Channel {
  let exit: number | null = null;
  channel.once('exit', (code: number | null) => (exit = code));
  const ended = new Promise<number | null>((resolve) => channel.once('close', () => resolve(exit)));
  channel.on('error', () => channel.close());
  return { stdin: channel, stdout: channel, stderr: channel.stderr, ended, close: () => channel.close() };
}
