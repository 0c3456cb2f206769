import type { Readable } from 'node:stream';
import { LINE_CHARS } from './limits';

/** The burst limit of a watcher (creating 1,000 bridges is 0.8 MB of `ip monitor`), and its rate limit per second after that. */
const BURST_CHARS = 16 * 1024 * 1024;
const STEADY_CHARS = 2 * 1024 * 1024;
const PAUSE_MS = 250;

/**
 * Passes each line of a stream to `onLine`, including a last one without a line break. For watchers: creating 1,000 bridges is 0.8 MB
 * of `ip monitor`, for which node:readline takes half as long again, and three times in a newly started engine. A stream that never
 * stops is read in slices, so that its writer waits and nobody else does. On an endless line `onTooLong` is called once and no
 * further line is passed.
 */
export function eachLine(stream: Readable, onLine: (line: string) => void, onTooLong: () => void): void {
  let begun = '';
  let allowance = BURST_CHARS;
  let countedAt = performance.now();
  let over = false;
  const pace = (chars: number): void => {
    const now = performance.now();
    allowance = Math.min(BURST_CHARS, allowance + ((now - countedAt) / 1000) * STEADY_CHARS) - chars;
    countedAt = now;
    if (allowance > 0) return;
    stream.pause();
    setTimeout(() => stream.resume(), PAUSE_MS).unref();
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    if (over) return;
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      const line = begun === '' ? text.slice(from, at) : begun + text.slice(from, at);
      begun = '';
      from = at + 1;
      onLine(line);
    }
    begun += text.slice(from);
    over = begun.length > LINE_CHARS;
    if (!over) return pace(text.length);
    begun = '';
    onTooLong();
  });
  stream.on('end', () => {
    if (begun !== '') onLine(begun);
  });
}
