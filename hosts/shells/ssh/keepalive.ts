import type { Duplex } from 'node:stream';

/** The interval between keepalive requests. */
export const PULSE_MS = 5_000;
/** A host that is silent for three intervals counts as gone: long enough for a busy one, short compared with TCP's quarter of an hour. */
const MISSED = 3;

/**
 * Ends a silent connection. Any received data counts as a sign of life: on a slow link the answer to a request is queued behind
 * megabytes of output. It counts intervals, not time, so that a computer that was suspended gives its hosts the full timeout.
 */
export function watchPulse(sock: Duplex): void {
  let missed = 0;
  sock.on('data', () => (missed = 0));
  const timer = setInterval(() => {
    missed += 1;
    if (missed > MISSED) sock.destroy(new Error(`no response for ${(MISSED * PULSE_MS) / 1000} s`));
  }, PULSE_MS);
  sock.once('close', () => clearInterval(timer));
}
