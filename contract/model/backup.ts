import { z } from 'zod';
import { Instant } from './common';

/**
 * manual: requested by a user · automatic: by the rule · before_restore: the database that a restore replaced, for undoing it ·
 * before_migration: the database before a newer Atoll migrated it.
 */
export const BackupKind = z.enum(['manual', 'automatic', 'before_restore', 'before_migration']);
export type BackupKind = z.infer<typeof BackupKind>;

/** A copy of the database on the engine's computer. */
export const Backup = z.object({
  /** Unique among the backups of the home; its identifier. */
  name: z.string(),
  path: z.string(),
  kind: BackupKind,
  at: Instant,
  bytes: z.int(),
});
export type Backup = z.infer<typeof Backup>;

/** The contents of a backup, as found by verifying it. */
export const BackupContent = z.object({
  storeId: z.string(),
  schema: z.int(),
  hosts: z.int(),
  networks: z.int(),
  vms: z.int(),
});
export type BackupContent = z.infer<typeof BackupContent>;

/** When backups are created automatically, and how many of those are kept. Manual backups stay until the user removes them. */
export const BackupRule = z.strictObject({
  automatic: z.boolean(),
  everyHours: z
    .int('must be a whole number of hours')
    .min(1, 'must be at least 1 hour')
    .max(8_784, 'must be at most 8784 hours, which is a year'),
  keep: z.int('must be a whole number').min(1).max(1_000),
});
export type BackupRule = z.infer<typeof BackupRule>;

export const DEFAULT_BACKUP_RULE: BackupRule = { automatic: true, everyHours: 24, keep: 7 };

/** How many databases that a restore replaced are kept when backups are pruned. */
export const KEPT_BEFORE_RESTORE = 3;
/** Of those before a migration: later backups are just as good, except for the older Atoll. */
export const KEPT_BEFORE_MIGRATION = 1;

export const BackupName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !/[\p{Cc}/\\]/u.test(name), 'must be the name of a backup, see backups.list');
