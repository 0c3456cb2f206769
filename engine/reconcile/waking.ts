import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { HostActors } from './host-actors';

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly actors: Pick<HostActors, 'wake'>;
}

/** How often the wall clock is compared with how long we have waited. */
const BEAT_MS = 10_000;
/** A busy computer is late by seconds; more than this is a sleep, or a clock that was set. */
const LATE_MS = 20_000;

/**
 * Has every host looked at when this computer wakes: timers do not run while it sleeps, so that else an hour's drift would stay
 * for up to another minute, and a host that was lost for as long as its back-off. A clock that was set, either way, looks the
 * same from here, and one look more does no harm. The returned function ends that.
 */
export function watchForWaking({ clock, log, actors }: Deps): () => void {
  let last = clock.now();
  const beat = (): void => {
    cancel = clock.after(BEAT_MS, beat);
    const now = clock.now();
    const jump = now - last - BEAT_MS;
    last = now;
    if (Math.abs(jump) < LATE_MS) return;
    log.info({ jumpMs: jump }, 'the clock has jumped: this computer slept, or it was set; hosts are looked at');
    actors.wake();
  };
  let cancel = clock.after(BEAT_MS, beat);
  return () => cancel();
}
