import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, note } from '../../../contract';
import { throwIfCancelled } from '../../cancelled';
import { CommandError } from '../../command-error';
import type { Pipe, Shell } from '../../shell';

/** The last output lines of a command, kept while it streams. */
function lastWords(pipe: Pipe): () => string {
  let said = '';
  pipe.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-4000)));
  return () => said;
}

/**
 * Streams a file of the host, as fast as the reader takes it.
 * @throws AppError CANCELLED, HOST_UNREACHABLE if fewer or more bytes arrive than announced, CommandError
 */
export async function* readAll(
  shell: Shell,
  path: string,
  bytes: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  throwIfCancelled(signal);
  const argv = ['cat', '--', path];
  const pipe = await shell.pipe(argv);
  const words = lastWords(pipe);
  const onAbort = (): void => pipe.close();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  let done = 0;
  try {
    pipe.stdin.end();
    for await (const chunk of pipe.stdout) {
      const piece = chunk as Buffer;
      done += piece.length;
      // A file that never ends is not read to its end.
      if (done > bytes) throw cutOff(shell, path, done, bytes);
      yield piece;
    }
    const exit = await pipe.ended;
    throwIfCancelled(signal);
    if (exit !== null && exit !== 0) throw new CommandError(shell.name, argv, exit, words());
    if (done !== bytes) throw cutOff(shell, path, done, bytes);
  } finally {
    signal.removeEventListener('abort', onAbort);
    pipe.close();
  }
}

/** Exit 6: someone else has replaced something. */
export const EXIT_NOT_OURS = 6;

/**
 * Enters the receiving folder of a VM, and verifies it: no part of the path is a symbolic link, and nobody else may write in it.
 * Everything after that names files relative to that folder. $1: the folder of disks, $2: the VM.
 */
export const INTO_INCOMING = `
umask 077
# The folder of disks may hand its group down (setgid).
here() {
  [ "$(pwd -P)" = "$1" ] && [ "$(stat -c %u .)" = "$(id -u)" ] || exit ${EXIT_NOT_OURS}
  case $(stat -c %a .) in 700 | 2700) ;; *) exit ${EXIT_NOT_OURS} ;; esac
}
cd -P -- "$1" || exit
base=$(pwd -P)
cd -P .incoming && here "$base/.incoming" && cd -P "./$2" && here "$base/.incoming/$2" || exit ${EXIT_NOT_OURS}
`;

/**
 * $3: the file's name, $4: its size. Exit 5: it has another size. The file is created, never overwritten. Zero blocks become holes,
 * as `allocated` assumes; it is synced at the end.
 */
const WRITE = `${INTO_INCOMING}
dd of="./$3" bs=1M count="$(($4 + 1))" iflag=fullblock,count_bytes oflag=nofollow conv=sparse,excl status=none &&
  sync -- "./$3" || exit 1
[ "$(stat -c %s -- "./$3")" -eq "$4" ] || exit 5
`;

/** The receiving path of a VM's file. */
export interface Incoming {
  readonly diskDir: string;
  readonly vmId: string;
  readonly name: string;
}

/**
 * Writes a file of the host, as fast as the host accepts it, with backpressure.
 * @throws AppError CANCELLED, read errors, HOST_UNREACHABLE if it was cut off, CommandError (no space on the host)
 */
export async function writeAll(
  shell: Shell,
  { diskDir, vmId, name }: Incoming,
  bytes: number,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  throwIfCancelled(signal);
  const pipe = await shell.pipe(['sh', '-c', WRITE, 'sh', diskDir, vmId, name, String(bytes)]);
  const words = lastWords(pipe);
  pipe.stdout.resume();
  const onAbort = (): void => pipe.close();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  let broken: unknown = null;
  try {
    const sent = pipeline(Readable.from(content), pipe.stdin).catch((error: unknown) => {
      broken = error;
      // A file that could not be read completely must not look complete.
      pipe.close();
    });
    const exit = await Promise.race([pipe.ended, sent.then(() => pipe.ended)]);
    throwIfCancelled(signal);
    if (broken instanceof AppError) throw broken;
    if (exit === EXIT_NOT_OURS) throw notOurs(shell, diskDir);
    if (exit === 5) throw cutOff(shell, name, null, bytes);
    if (exit !== 0)
      throw new CommandError(
        shell.name,
        ['dd', `of=${name}`],
        exit,
        words() || String(broken ?? ''),
        note('Check whether the host has free space.'),
      );
  } finally {
    signal.removeEventListener('abort', onAbort);
    pipe.close();
  }
}

/** Someone other than Atoll can write in the receiving folder. */
export const notOurs = (shell: Shell, diskDir: string): AppError =>
  new AppError('CONFLICT', `${diskDir}/.incoming on ${shell.name} is not a folder of Atoll's own`, {
    rule: 'MOVE',
    field: 'host',
    remedy: note(
      'It is a symbolic link, or belongs to another user, or others may write in it. Check it there and remove it.',
    ),
  });

const cutOff = (shell: Shell, path: string, done: number | null, bytes: number): AppError =>
  new AppError(
    'HOST_UNREACHABLE',
    done !== null && done > bytes
      ? `${path} on ${shell.name} is longer than the ${bytes} bytes that it had`
      : `${path} on ${shell.name} was cut off${done === null ? '' : ` after ${done}`} of ${bytes} bytes`,
    {
      remedy: note('The connection was lost, or the file changed. The VM stays in place; try again.'),
    },
  );
