import { z } from 'zod';
import { PreviewLine } from '../messages/previews';
import { DEFAULT_PLACE, Ref } from '../model/common';
import { LABFILE_MAX_BYTES } from '../model/labfile';
import { ownPath } from '../model/path';
import { command, query } from './base';

export const labfile = {
  /** A data center as YAML (contract/model/labfile.ts); applying it to an empty database recreates it. */
  export: query
    .input(z.strictObject({ dataCenter: Ref.default(DEFAULT_PLACE) }))
    .output(z.object({ dataCenter: z.string(), text: z.string() })),
  /**
   * Applies a lab file to a data center: adds what is missing, adopts existing objects by name, changes what differs, and removes
   * nothing. All or nothing; then one job sets the hosts up and starts the VMs. `plan`: the changes, one per line, and each file of
   * this computer that a new VM gets. `folder`: the folder of the file. New VMs get files from that folder and below, by their real
   * paths; all others, and any without a folder, need `allowFiles`. The screens pass neither: they are restricted to the allowed
   * folders.
   */
  apply: command(
    {
      text: z.string().max(LABFILE_MAX_BYTES),
      folder: ownPath('labfile').optional(),
      allowFiles: z.boolean().default(false),
    },
    { dataCenter: z.string(), plan: z.array(PreviewLine) },
  ),
};
