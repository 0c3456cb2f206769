import { z } from 'zod';
import { Doctor, Status, Version } from '../model/system';
import { command, query } from './base';

const AbsolutePath = z
  .string()
  .startsWith('/', 'must be an absolute path')
  .max(4096)
  .refine((s) => !/\p{Cc}/u.test(s), 'must have no control characters');

export const system = {
  version: query.output(Version),
  status: query.output(Status),
  doctor: query.output(Doctor),
  /** Ends the engine after the answer. Labs and VMs go on. */
  stop: query.output(z.object({ stopping: z.boolean() })),
  /** Writes a verified copy of the store while the engine runs. */
  backup: command({ path: AbsolutePath }, { path: z.string(), bytes: z.int() }),
  /** Replaces the store by a backup, keeping the present one beside it, and ends the engine so that the next start converges. */
  restore: command({ path: AbsolutePath }, { kept: z.string().nullable() }),
};

export const demo = {
  /**
   * Two isolated networks and four tiny VMs, one of them on both, on a lab of this computer or on a simulated host. With
   * `outside` (labs only) that one also stands on the network *outside*, and `page` is where this computer's browser finds
   * what it serves. Running it again completes it.
   */
  add: command(
    { simulated: z.boolean().default(false), outside: z.boolean().default(false) },
    {
      host: z.string(),
      networks: z.array(z.string()),
      vms: z.array(z.string()),
      page: z.url().nullable(),
    },
  ),
  remove: command({ simulated: z.boolean().default(false) }, { removed: z.array(z.string()) }),
};
