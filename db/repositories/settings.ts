import { BackupRule, DEFAULT_BACKUP_RULE, TrashAges } from '../../contract';
import type { Repositories } from '../../engine/ports/store';
import { translating } from '../errors';
import { RESTORED, readRestored } from '../restored';
import type { Context } from '../row-table';

const BACKUP_RULE = 'backup_rule';
const TRASH_AGES = 'trash_ages';

/** Choices that hold for the whole store, in `meta`. A value that no longer fits counts as never chosen. */
export function settingsRepository({ sqlite, unit }: Context): Repositories['settings'] {
  const read = sqlite.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const write = sqlite.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const remove = sqlite.prepare('DELETE FROM meta WHERE key = ?');
  const kept = (key: string): unknown => {
    const text = translating(() => read.get(key));
    return text === undefined ? undefined : parsed(text);
  };
  const keep = (key: string, value: unknown): void =>
    unit.write(() => translating(() => void write.run(key, JSON.stringify(value))));
  return {
    backupRule: () => BackupRule.safeParse(kept(BACKUP_RULE)).data ?? DEFAULT_BACKUP_RULE,
    keepBackupRule: (rule) => keep(BACKUP_RULE, rule),
    trashAges: () => TrashAges.safeParse(kept(TRASH_AGES)).data ?? null,
    keepTrashAges: (ages) => keep(TRASH_AGES, ages),
    restored: () => {
      const text = translating(() => read.get(RESTORED));
      return text === undefined ? null : readRestored(parsed(text));
    },
    forgetRestored: () => unit.write(() => translating(() => void remove.run(RESTORED))),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
