import { AppError, type Backup, type Preview, say, run, type PreviewLine } from '../../contract';
import type { Core } from '../context';
import { emitter } from '../core/events';
import { instant } from '../core/ids';
import { makeBackup, pruneBackups } from '../backups/making';
import { beyondRule, newestFirst, nextAt } from '../backups/rule';

export function backupHandlers(core: Core) {
  const { os, store, backups, clock, command } = core;
  const rule = () => store.settings.backupRule();
  return {
    list: os.backups.list.handler(async () => {
      const now = clock.now();
      const all = newestFirst(await backups.list(), now);
      const next = nextAt(rule(), all, now);
      return {
        folder: backups.folder,
        rule: rule(),
        nextAt: next === null ? null : instant(next),
        restored: lastRestore(core, all),
        backups: all,
      };
    }),
    make: os.backups.make.handler(async ({ input, context }) => {
      if (input.dryRun) return { backup: null, ...preview(say('preview.backup.make', { path: backups.folder })) };
      return { backup: await makeBackup(core, 'manual', context.actor), ...DONE };
    }),
    verify: os.backups.verify.handler(async ({ input }) => {
      const backup = await named(core, input.backup);
      return { backup, content: (await backups.inspect(backup.path)).content };
    }),
    remove: os.backups.remove.handler(async ({ input, context }) => {
      const backup = await named(core, input.backup);
      if (input.dryRun)
        return { removed: [backup.name], ...preview(say('preview.backup.remove', { path: backup.path })) };
      await backups.remove(backup);
      const at = instant(clock.now());
      store.transaction((tx) =>
        emitter(tx, context.actor, at)(
          'store.backups_pruned',
          'normal',
          say('store.backup_removed', { backup: backup.name }),
        ),
      );
      return { removed: [backup.name], ...DONE };
    }),
    prune: os.backups.prune.handler(async ({ input, context }) => {
      if (!input.dryRun) return { removed: await pruneBackups(core, context.actor), ...DONE };
      const gone = beyondRule(rule(), await backups.list(), clock.now());
      const lines = gone.map(({ path }) => say('preview.backup.remove', { path }));
      return {
        removed: gone.map(({ name }) => name),
        ...preview(...(lines.length > 0 ? lines : [say('preview.backup.all_kept', {})])),
      };
    }),
    setRule: os.backups.setRule.handler(
      command(({ tx, emit }, { automatic, everyHours, keep }) => {
        const was = tx.settings.backupRule();
        const now = {
          automatic: automatic ?? was.automatic,
          everyHours: everyHours ?? was.everyHours,
          keep: keep ?? was.keep,
        };
        tx.settings.keepBackupRule(now);
        emit('store.backup_rule', 'normal', say('store.backup_rule', now));
        return { output: { rule: now }, lines: [say('preview.backup.rule', now)] };
      }),
    ),
  };
}

const DONE = { job: null, preview: null };
const preview = (...summary: PreviewLine[]): { job: null; preview: Preview } => ({
  job: null,
  preview: { summary, hosts: [] },
});

async function named({ backups }: Core, name: string): Promise<Backup> {
  const found = (await backups.list()).find((backup) => backup.name === name);
  if (found !== undefined) return found;
  throw new AppError('NOT_FOUND', `There is no backup "${name}"`, {
    field: 'backup',
    remedy: run('backups.list', {}),
  });
}

/** The database that the last restore replaced, if it still exists: the newest such file from before that event. */
function lastRestore({ store }: Core, all: readonly Backup[]) {
  const [event] = store.events.recent({ limit: 1, type: 'store.restored' });
  if (event === undefined) return null;
  const undoneBy = all.find(({ kind, at }) => kind === 'before_restore' && at <= event.at);
  return undoneBy === undefined ? null : { at: event.at, message: event.message, undoneBy };
}
