import { z } from 'zod';
import { EventMessage } from '../messages';
import { Backup, BackupContent, BackupName, BackupRule } from '../model/backup';
import { Instant } from '../model/common';
import { command, query } from './base';

/** Copies of the database in the home. `system.backup` writes one to another path; `system.restore` restores either kind. */
export const backups = {
  list: query.output(
    z.object({
      /** The folder that they are in. */
      folder: z.string(),
      rule: BackupRule,
      /** When the next one is created automatically; null: never. */
      nextAt: Instant.nullable(),
      /** The last restore of this database, while the previous database is kept: restoring that one undoes it. */
      restored: z.object({ at: Instant, message: EventMessage, undoneBy: Backup }).nullable(),
      /** Newest first. */
      backups: z.array(Backup),
    }),
  ),
  /** Creates one now and verifies it, online. */
  make: command({}, { backup: Backup.nullable() }),
  /** Verifies a backup and returns its contents. Throws STORE_FAILED if it is damaged, foreign or newer. */
  verify: query
    .input(z.strictObject({ backup: BackupName }))
    .output(z.object({ backup: Backup, content: BackupContent })),
  remove: command({ backup: BackupName }, { removed: z.array(z.string()) }),
  /** Removes what the rule does not keep. */
  prune: command({}, { removed: z.array(z.string()) }),
  /** Omitted fields stay unchanged. */
  setRule: command(BackupRule.partial().shape, { rule: BackupRule }),
};
