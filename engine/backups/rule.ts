import {
  type Backup,
  type BackupKind,
  type BackupRule,
  KEPT_BEFORE_MIGRATION,
  KEPT_BEFORE_RESTORE,
} from '../../contract';

const HOUR_MS = 3_600_000;

/**
 * Milliseconds since a backup was created. One from the future was created before the clock was set back, at an unknown time: it
 * counts as the oldest, so that it neither prevents a new one nor displaces another.
 */
const age = ({ at }: Backup, now: number): number => {
  const ms = now - Date.parse(at);
  return ms < 0 || Number.isNaN(ms) ? Number.POSITIVE_INFINITY : ms;
};

export const newestFirst = (backups: readonly Backup[], now: number): Backup[] =>
  [...backups].sort((a, b) => {
    const [older, newer] = [age(a, now), age(b, now)];
    return older === newer ? b.at.localeCompare(a.at) : older - newer;
  });

/** When the rule schedules the next one, in milliseconds since the epoch; null: never. Manual backups count too. */
export function nextAt(rule: BackupRule, backups: readonly Backup[], now: number): number | null {
  if (!rule.automatic) return null;
  const made = backups.filter(({ kind }) => kind === 'manual' || kind === 'automatic');
  const youngest = Math.min(...made.map((backup) => age(backup, now)));
  return Number.isFinite(youngest) ? Math.max(now, now - youngest + rule.everyHours * HOUR_MS) : now;
}

const mayStay = ({ keep }: BackupRule): Record<BackupKind, number> => ({
  manual: Number.POSITIVE_INFINITY,
  automatic: keep,
  before_restore: KEPT_BEFORE_RESTORE,
  before_migration: KEPT_BEFORE_MIGRATION,
});

/** The backups that the rule does not keep: all but the newest of each kind. */
export function beyondRule(rule: BackupRule, backups: readonly Backup[], now: number): Backup[] {
  return Object.entries(mayStay(rule)).flatMap(([kind, most]) =>
    newestFirst(
      backups.filter((backup) => backup.kind === kind),
      now,
    ).slice(most),
  );
}
