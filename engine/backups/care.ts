import { AppError, say } from '../../contract';
import type { Core } from '../context';
import { ENGINE, emitter } from '../core/events';
import { instant } from '../core/ids';
import { tryToWrite } from '../core/try-to-write';
import { makeBackup, pruneBackups } from './making';
import { nextAt } from './rule';

/** How often it is looked whether one is due; the first time soon after the start. A look reads the names of a folder. */
const LOOK_MS = 15 * 60_000;
const FIRST_LOOK_MS = 60_000;
/** A failure that goes on is told once a day, not at each look. */
const TELL_AGAIN_MS = 86_400_000;

/**
 * Makes backups by the rule, and removes those that it does not keep. Whether one is due is worked out from the files at each
 * look, so that neither sleep nor a clock that jumps leaves it without. The returned function ends that.
 */
export function startBackupScheduler(core: Core): () => void {
  let told: { readonly words: string; readonly at: number } | null = null;
  let ended = false;

  const look = async (): Promise<void> => {
    try {
      const now = core.clock.now();
      const due = nextAt(core.store.settings.backupRule(), await core.backups.list(), now);
      if (due === null || due > now) return;
      await makeBackup(core, 'automatic', ENGINE);
      await pruneBackups(core, ENGINE);
      told = null;
    } catch (error) {
      if (!ended) tellFailure(error);
    }
  };
  const tellFailure = (error: unknown): void => {
    const now = core.clock.now();
    const words = error instanceof AppError ? error.message : String(error);
    core.log.warn({ error: words }, 'an automatic backup failed');
    if (told !== null && told.words === words && Math.abs(now - told.at) < TELL_AGAIN_MS) return;
    const isTold = tryToWrite(core.log, 'that a backup failed', () =>
      core.store.transaction((tx) =>
        emitter(tx, ENGINE, instant(now))(
          'store.backup_failed',
          'warning',
          say('store.backup_failed', { error: words }),
        ),
      ),
    );
    if (isTold) told = { words, at: now };
  };
  const later = (ms: number): (() => void) =>
    core.clock.after(ms, () => {
      void look().finally(() => {
        if (!ended) cancel = later(LOOK_MS);
      });
    });

  let cancel = later(FIRST_LOOK_MS);
  return () => {
    ended = true;
    cancel();
  };
}
