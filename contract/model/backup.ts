import { z } from 'zod';
import { Instant } from './common';

/**
 * manual: asked for by a person · automatic: by the rule · before_restore: the store that a restore replaced, the way to undo
 * it · before_migration: the store as it was before a newer Atoll changed its form.
 */
export const BackupKind = z.enum(['manual', 'automatic', 'before_restore', 'before_migration']);
export type BackupKind = z.infer<typeof BackupKind>;

/** A copy of the store on the engine's computer. */
export const Backup = z.object({
  /** Unique among the backups of the home; what it is known by. */
  name: z.string(),
  path: z.string(),
  kind: BackupKind,
  at: Instant,
  bytes: z.int(),
});
export type Backup = z.infer<typeof Backup>;

/** What a backup holds, as found by verifying it. */
export const BackupContent = z.object({
  storeId: z.string(),
  schema: z.int(),
  hosts: z.int(),
  networks: z.int(),
  vms: z.int(),
});
export type BackupContent = z.infer<typeof BackupContent>;

/** When backups are made by themselves, and how many of those stay. What a person made stays until a person removes it. */
export const BackupRule = z.strictObject({
  automatic: z.boolean(),
  everyHours: z.int('must be a whole number of hours').min(1).max(8_784),
  keep: z.int('must be a whole number').min(1).max(1_000),
});
export type BackupRule = z.infer<typeof BackupRule>;

export const DEFAULT_BACKUP_RULE: BackupRule = { automatic: true, everyHours: 24, keep: 7 };

/** Of the stores that a restore replaced, so many stay when backups are pruned. */
export const KEPT_BEFORE_RESTORE = 3;
/** Of those that a migration changed: the backups of after it are as good but for the older Atoll. */
export const KEPT_BEFORE_MIGRATION = 1;

export const BackupName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !/[\p{Cc}/\\]/u.test(name), 'must be the name of a backup, see backups.list');
