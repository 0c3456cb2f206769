import { AppError, say } from '../../contract';
import type { Core } from '../context';
import { ENGINE, emitter } from '../core/events';
import { instant } from '../core/ids';
import { tryToWrite } from '../core/try-to-write';
import { makeBackup, pruneBackups } from './making';
import { nextAt } from './rule';

/** How often to check whether a backup is due; first soon after the start. A check reads the names in a folder. */
const LOOK_MS = 15 * 60_000;
const FIRST_LOOK_MS = 60_000;
/** A persistent failure is reported once a day, not in each cycle. */
const TELL_AGAIN_MS = 86_400_000;

/**
 * Creates backups by the rule, and removes those that it does not keep. Each check computes from the files whether one is due, so
 * that neither a suspend nor a clock change skips one. Returns the function that stops it.
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
