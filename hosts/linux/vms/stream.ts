import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, note } from '../../../contract';
import { throwIfCancelled } from '../../cancelled';
import { CommandError } from '../../command-error';
import type { Pipe, Shell } from '../../shell';

/** The last words of a command, kept while its output flows. */
function lastWords(pipe: Pipe): () => string {
  let said = '';
  pipe.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-4000)));
  return () => said;
}

/**
 * The bytes of a file of the host, as fast as they are taken.
 * @throws AppError CANCELLED, HOST_UNREACHABLE when fewer or more come than there were, CommandError
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

/** Exit 6: somebody else has put something in its place. */
export const EXIT_NOT_OURS = 6;

/**
 * Goes into what is received of a VM, and makes sure to be there: no part of the way is a symbolic link, and nobody else may
 * write in it. What follows names files by that folder alone. $1: the folder of disks, $2: the VM.
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
 * $3: the file's name, $4: its bytes. Exit 5: it has another size than was told. The file is made, never written over. With holes
 * where the bytes are zero, as `allocated` counts on; on the disk when it ends.
 */
const WRITE = `${INTO_INCOMING}
dd of="./$3" bs=1M count="$(($4 + 1))" iflag=fullblock,count_bytes oflag=nofollow conv=sparse,excl status=none &&
  sync -- "./$3" || exit 1
[ "$(stat -c %s -- "./$3")" -eq "$4" ] || exit 5
`;

/** Where a file of a VM is received. */
export interface Incoming {
  readonly diskDir: string;
  readonly vmId: string;
  readonly name: string;
}

/**
 * Writes a file of the host, as fast as the host takes it; nothing is heaped up.
 * @throws AppError CANCELLED, what reading throws, HOST_UNREACHABLE when it was cut off, CommandError (no room on the host)
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
      // What could not be read must not pass for a file that is whole.
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

/** Somebody else than Atoll can write where it receives. */
export const notOurs = (shell: Shell, diskDir: string): AppError =>
  new AppError('CONFLICT', `${diskDir}/.incoming on ${shell.name} is not a folder of Atoll's own`, {
    rule: 'MOVE',
    field: 'host',
    remedy: note(
      'It is a symbolic link, or belongs to another user, or others may write in it. Look at it there and remove it.',
    ),
  });

const cutOff = (shell: Shell, path: string, done: number | null, bytes: number): AppError =>
  new AppError(
    'HOST_UNREACHABLE',
    done !== null && done > bytes
      ? `${path} on ${shell.name} goes on past the ${bytes} bytes that it had`
      : `${path} on ${shell.name} was cut off${done === null ? '' : ` after ${done}`} of ${bytes} bytes`,
    {
      remedy: note('The connection was lost, or the file changed. The VM stays where it is; try again.'),
    },
  );
