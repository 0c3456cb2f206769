import { throwIfCancelled } from './cancelled';
import type { Pipe } from './shell';

/** The part that is done, 0 to 1, in what `qemu-img convert -p` prints: `    (12.50/100%)`, written over itself. */
function partDone(printed: string): number | null {
  const percent = /\((\d{1,3}(?:\.\d+)?)\/100%\)[^(]*$/.exec(printed)?.[1];
  return percent === undefined ? null : Number(percent) / 100;
}

/**
 * Follows a `qemu-img convert -p` to its end. `progress` gets the part that is done, 0 to 1.
 * @returns its exit code, and the end of what it said on stderr
 * @throws AppError CANCELLED once `signal` is aborted, which ends it at once
 */
export async function followConvert(
  pipe: Pipe,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<{ readonly exit: number | null; readonly said: string }> {
  const stop = (): void => pipe.close();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let said = '';
  try {
    pipe.stdin.on('error', () => undefined).end();
    pipe.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4096)));
    pipe.stdout.on('data', (chunk: Buffer) => {
      const part = partDone(chunk.toString());
      if (part !== null) progress(part);
    });
    const exit = await pipe.ended;
    throwIfCancelled(signal);
    return { exit, said };
  } finally {
    signal.removeEventListener('abort', stop);
    pipe.close();
  }
}
