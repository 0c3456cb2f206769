import { AppError, say } from '../../contract';
import type { Core } from '../context';
import { ENGINE, emitter } from '../core/events';
import { instant } from '../core/ids';
import { tryToWrite } from '../core/try-to-write';
import { makeBackup, pruneBackups } from './making';
import { nextAt } from './rule';

/** How often to check whether a backup is due; first soon after the start. A check reads the names in a folder. */
const CHECK_MS = 15 * 60_000;
const FIRST_CHECK_MS = 60_000;
/** A persistent failure is reported once a day, not in each cycle. */
const REPORT_AGAIN_MS = 86_400_000;

/**
 * Creates backups by the rule, and removes those that it does not keep. Each check computes from the files whether one is due, so
 * that neither a suspend nor a clock change skips one. Returns the function that stops it.
 */
export function startBackupScheduler(core: Core): () => void {
  let reported: { readonly words: string; readonly at: number } | null = null;
  let ended = false;

  const check = async (): Promise<void> => {
    try {
      const now = core.clock.now();
      const due = nextAt(core.store.settings.backupRule(), await core.backups.list(), now);
      if (due === null || due > now) return;
      await makeBackup(core, 'automatic', ENGINE);
      await pruneBackups(core, ENGINE);
      reported = null;
    } catch (error) {
      if (!ended) reportFailure(error);
    }
  };
  const reportFailure = (error: unknown): void => {
    const now = core.clock.now();
    const words = error instanceof AppError ? error.message : String(error);
    core.log.warn({ error: words }, 'an automatic backup failed');
    if (reported !== null && reported.words === words && Math.abs(now - reported.at) < REPORT_AGAIN_MS) return;
    const isReported = tryToWrite(core.log, 'that a backup failed', () =>
      core.store.transaction((tx) =>
        emitter(tx, ENGINE, instant(now))(
          'store.backup_failed',
          'warning',
          say('store.backup_failed', { error: words }),
        ),
      ),
    );
    if (isReported) reported = { words, at: now };
  };
  const later = (ms: number): (() => void) =>
    core.clock.after(ms, () => {
      void check().finally(() => {
        if (!ended) cancel = later(CHECK_MS);
      });
    });

  let cancel = later(FIRST_CHECK_MS);
  return () => {
    ended = true;
    cancel();
  };
}
