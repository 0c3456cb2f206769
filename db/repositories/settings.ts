import { BackupRule, DEFAULT_BACKUP_RULE } from '../../contract';
import type { Repositories } from '../../engine/ports/store';
import { translating } from '../errors';
import type { Context } from '../row-table';

const BACKUP_RULE = 'backup_rule';

/** Choices that hold for the whole store, in `meta`. A value that no longer fits counts as never chosen. */
export function settingsRepository({ sqlite, unit }: Context): Repositories['settings'] {
  const read = sqlite.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const write = sqlite.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  return {
    backupRule: () => {
      const text = translating(() => read.get(BACKUP_RULE));
      const known = BackupRule.safeParse(text === undefined ? undefined : parsed(text));
      return known.success ? known.data : DEFAULT_BACKUP_RULE;
    },
    keepBackupRule: (rule) => unit.write(() => translating(() => void write.run(BACKUP_RULE, JSON.stringify(rule)))),
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
