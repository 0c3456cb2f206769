import { type Actor, type Backup, say } from '../../contract';
import type { Core } from '../context';
import { emitter } from '../core/events';
import { instant } from '../core/ids';
import { beyondRule } from './rule';

type Parts = Pick<Core, 'store' | 'backups' | 'clock'>;

/** Writes a verified copy of the database to the backups folder, and reports it. */
export async function makeBackup(
  { store, backups, clock }: Parts,
  kind: 'manual' | 'automatic',
  by: Actor,
): Promise<Backup> {
  const at = instant(clock.now());
  const path = await backups.free(kind, at);
  await store.backup(path);
  store.transaction((tx) => emitter(tx, by, at)('store.backed_up', 'normal', say('store.backed_up', { path })));
  const made = (await backups.list()).find((backup) => backup.path === path);
  if (made === undefined) throw new Error(`the backup ${path} was created but is not listed`);
  return made;
}

/** Removes what the rule does not keep. Returns their names. */
export async function pruneBackups({ store, backups, clock }: Parts, by: Actor): Promise<string[]> {
  const now = clock.now();
  const gone = beyondRule(store.settings.backupRule(), await backups.list(), now);
  for (const backup of gone) await backups.remove(backup);
  const names = gone.map(({ name }) => name);
  if (names.length > 0)
    store.transaction((tx) =>
      emitter(tx, by, instant(now))('store.backups_pruned', 'normal', say('store.backups_pruned', { backups: names })),
    );
  return names;
}
