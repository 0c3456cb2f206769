import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../contract';
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
 * @throws AppError CANCELLED, HOST_UNREACHABLE when fewer come than there were, CommandError
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

/** Exit 5: it has another size than was told. With holes where the bytes are zero, as `allocated` counts on; on the disk when it ends. */
const WRITE = `
umask 077
mkdir -p -- "\${1%/*}" && dd of="$1" bs=1M iflag=fullblock conv=sparse status=none && sync -- "$1" || exit 1
[ "$(stat -c %s -- "$1")" -eq "$2" ] || exit 5
`;

/**
 * Writes a file of the host, as fast as the host takes it; nothing is heaped up.
 * @throws AppError CANCELLED, what reading throws, HOST_UNREACHABLE when it was cut off, CommandError (no room on the host)
 */
export async function writeAll(
  shell: Shell,
  path: string,
  bytes: number,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  throwIfCancelled(signal);
  const pipe = await shell.pipe(['sh', '-c', WRITE, 'sh', path, String(bytes)]);
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
    if (exit === 5) throw cutOff(shell, path, null, bytes);
    if (exit !== 0)
      throw new CommandError(
        shell.name,
        ['dd', `of=${path}`],
        exit,
        words() || String(broken ?? ''),
        'Is there room left on the host?',
      );
  } finally {
    signal.removeEventListener('abort', onAbort);
    pipe.close();
  }
}

const cutOff = (shell: Shell, path: string, done: number | null, bytes: number): AppError =>
  new AppError(
    'HOST_UNREACHABLE',
    `${path} on ${shell.name} was cut off${done === null ? '' : ` after ${done}`} of ${bytes} bytes`,
    {
      hint: 'The connection was lost, or the file changed. The VM stays where it is; try again.',
    },
  );
