import type { Readable, Writable } from 'node:stream';

/** A program that runs somewhere, with its three streams: a process here, or a session channel of an SSH connection. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves with the exit code when the program and its outputs have ended; null when a signal, or the connection, ended it. */
  readonly ended: Promise<number | null>;
  /** Lets go of it at once. The program sees its input end. */
  close(): void;
}

/**
 * Starts a command line where the host is. The line goes through whatever shell the user logs in with, so it holds constants
 * of ours only.
 * @throws AppError HOST_UNREACHABLE when the connection is gone, NO_CAPACITY when the host allows no further channel
 */
export type OpenChannel = (constantCommand: string) => Promise<Channel>;
