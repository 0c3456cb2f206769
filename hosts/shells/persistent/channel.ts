import type { Readable, Writable } from 'node:stream';

/** A running program with its three streams: a process here, or a session channel of an SSH connection. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves with the exit code when the program and its outputs have ended; null if a signal, or the connection, ended it. */
  readonly ended: Promise<number | null>;
  /** Closes it immediately. The program sees its input end. */
  close(): void;
}

/**
 * Starts a command line on the host. The line is interpreted by the user's login shell, so it contains only constants.
 * @throws AppError HOST_UNREACHABLE if the connection is gone, NO_CAPACITY if the host allows no further channel
 */
export type OpenChannel = (constantCommand: string) => Promise<Channel>;
