import type { Readable, Writable } from 'node:stream';

/** What is wrong with the way between two ends. */
export interface Trouble {
  /** Each way. Milliseconds. */
  readonly delayMs?: number;
  /** Each way. */
  readonly bytesPerSecond?: number;
}

/**
 * One direction of a connection: what comes at one end goes out at the other in order, as late and as slowly as its trouble
 * says, and no faster than the other end takes it. `passed` gets how many bytes come; false: they, and all after them, are lost.
 */
export function carry(from: Readable, to: Writable, trouble: () => Trouble, passed: (bytes: number) => boolean): void {
  const queue: Array<{ readonly due: number; readonly chunk: Buffer }> = [];
  let timer: NodeJS.Timeout | null = null;
  let freeAt = 0;
  let ended = false;
  const drain = (): void => {
    timer = null;
    while (queue[0] && queue[0].due <= performance.now()) to.write(queue.shift()?.chunk);
    const [next] = queue;
    if (next) timer = setTimeout(drain, Math.max(0, next.due - performance.now()));
    else if (ended) to.end();
  };
  from.on('data', (chunk: Buffer) => {
    if (!passed(chunk.length)) return;
    const { delayMs = 0, bytesPerSecond = Infinity } = trouble();
    const now = performance.now();
    freeAt = Math.max(freeAt, now) + (chunk.length / bytesPerSecond) * 1000;
    queue.push({ due: freeAt + delayMs, chunk });
    if (!timer) drain();
    const waits = freeAt - now;
    if (waits > 1) {
      from.pause();
      setTimeout(() => from.resume(), waits);
    } else if (to.writableNeedDrain) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  });
  from.on('end', () => {
    ended = true;
    if (!timer) drain();
  });
}
