import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AppError, note } from '../../../contract';
import { throwIfCancelled } from '../../cancelled';
import { CommandError } from '../../command-error';
import type { Channel } from './channel';
import { commandLine } from './quote';

/**
 * Prints `+` before it reads: the sh would interpret anything earlier as commands. A file under its final name is complete: exactly
 * $2 bytes have arrived, and it was moved in one step. QEMU, which reads it, has the group of the folder. The file is created,
 * never overwritten, and a leftover under its name is not followed.
 */
const RECEIVE = `
umask 077
rm -f -- "$1.part" || exit 1
printf +
dd of="$1.part" bs=1M iflag=fullblock oflag=nofollow conv=excl status=none || exit 1
[ "$(wc -c <"$1.part")" -eq "$2" ] && chmod 640 "$1.part" && mv "$1.part" "$1" || { rm -f "$1.part"; exit 5; }
`;

/**
 * Copies a file of this computer to a host through an sh at its prompt, with backpressure.
 * @throws AppError CANCELLED, CommandError (no space on the host)
 */
export async function upload(
  sh: Channel,
  host: string,
  from: string,
  to: string,
  progress: (done: number, known: number) => void,
  signal: AbortSignal,
): Promise<void> {
  throwIfCancelled(signal);
  const { size } = await stat(from);
  let said = '';
  sh.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-4000)));
  const onAbort = (): void => sh.close();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    // Read to the end: a channel with unread output never reports that it has closed.
    const ready = new Promise<void>((resolve) => sh.stdout.on('data', () => resolve()));
    sh.stdin.write(`exec ${commandLine(['sh', '-c', RECEIVE, 'sh', to, String(size)])}\n`);
    await Promise.race([ready, sh.ended]);
    const sent = pipeline(counted(from, size, progress), sh.stdin).catch((error: NodeJS.ErrnoException) => {
      // The receiver has ended; its exit code and output say why.
      said += `\n${error.message}`;
    });
    await Promise.race([sent, sh.ended]);
    const exit = await sh.ended;
    throwIfCancelled(signal);
    if (exit !== 0)
      throw new CommandError(host, ['cat', to], exit, said, note('Check whether the host has free space.'));
  } finally {
    signal.removeEventListener('abort', onAbort);
    sh.close();
  }
}

async function* counted(
  from: string,
  size: number,
  progress: (done: number, known: number) => void,
): AsyncGenerator<Buffer> {
  let done = 0;
  for await (const chunk of createReadStream(from)) {
    if (!Buffer.isBuffer(chunk)) throw new AppError('INTERNAL', 'a file was not read as bytes');
    done += chunk.length;
    yield chunk;
    progress(done, size);
  }
}
