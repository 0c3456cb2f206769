import type { Duplex } from 'node:stream';

/** The host is asked so often whether it is there. */
export const PULSE_MS = 5_000;
/** A host of which nothing is heard for three of these is gone: long enough for a busy one, short beside TCP's quarter of an hour. */
const MISSED = 3;

/**
 * Ends a connection over which nothing comes any more. Whatever comes is a sign of life: on a slow link the answer to a
 * question stands behind megabytes of output. Beats are counted, not time, so that a computer that slept gives its hosts as
 * long as ever.
 */
export function watchPulse(sock: Duplex): void {
  let missed = 0;
  sock.on('data', () => (missed = 0));
  const timer = setInterval(() => {
    missed += 1;
    if (missed > MISSED) sock.destroy(new Error(`nothing was heard of it for ${(MISSED * PULSE_MS) / 1000} s`));
  }, PULSE_MS);
  sock.once('close', () => clearInterval(timer));
}
