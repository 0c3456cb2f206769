import { z } from 'zod';
import { EventMessage } from '../messages';
import { Backup, BackupContent, BackupName, BackupRule } from '../model/backup';
import { Instant } from '../model/common';
import { command, query } from './base';

/** Copies of the store in the home. Those at a path of one's own are `system.backup`; either kind is restored by `system.restore`. */
export const backups = {
  list: query.output(
    z.object({
      /** The folder that they are in. */
      folder: z.string(),
      rule: BackupRule,
      /** When the next one is made by itself; null when none is. */
      nextAt: Instant.nullable(),
      /** The last restore of this store, while the store before it is kept: restoring that one undoes it. */
      restored: z.object({ at: Instant, message: EventMessage, undoneBy: Backup }).nullable(),
      /** Newest first. */
      backups: z.array(Backup),
    }),
  ),
  /** Makes one now and verifies it, online. */
  make: command({}, { backup: Backup.nullable() }),
  /** Reads a backup whole and says what is in it. Throws STORE_FAILED when it is damaged, foreign or newer. */
  verify: query
    .input(z.strictObject({ backup: BackupName }))
    .output(z.object({ backup: Backup, content: BackupContent })),
  remove: command({ backup: BackupName }, { removed: z.array(z.string()) }),
  /** Removes what the rule does not keep. */
  prune: command({}, { removed: z.array(z.string()) }),
  /** What is left out stays. */
  setRule: command(BackupRule.partial().shape, { rule: BackupRule }),
};
