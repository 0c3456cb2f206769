import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { HostActors } from './host-actors';

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly actors: Pick<HostActors, 'wake'>;
}

/** How often the wall clock is compared with the elapsed time. */
const BEAT_MS = 10_000;
/** A busy computer is late by seconds; more than this is a suspend, or a clock change. */
const LATE_MS = 20_000;

/**
 * Has every host observed when this computer resumes: timers do not run during suspend, so that otherwise an hour's drift would
 * remain for up to another minute, and a lost host for the length of its back-off. A clock change looks the same, and an additional
 * observation does no harm. Returns the function that stops it.
 */
export function watchForWaking({ clock, log, actors }: Deps): () => void {
  let last = clock.now();
  const beat = (): void => {
    cancel = clock.after(BEAT_MS, beat);
    const now = clock.now();
    const jump = now - last - BEAT_MS;
    last = now;
    if (Math.abs(jump) < LATE_MS) return;
    log.info(
      { jumpMs: jump },
      'the clock jumped: this computer was suspended, or the clock was set; hosts are observed',
    );
    actors.wake();
  };
  let cancel = clock.after(BEAT_MS, beat);
  return () => cancel();
}
