import { z } from 'zod';
import { PreviewLine } from '../messages/previews';
import { DEFAULT_PLACE, Ref } from '../model/common';
import { LABFILE_MAX_BYTES } from '../model/labfile';
import { ownPath } from '../model/path';
import { command, query } from './base';

export const labfile = {
  /** A data center as YAML (contract/model/labfile.ts); applied to an empty store it is the same again. */
  export: query
    .input(z.strictObject({ dataCenter: Ref.default(DEFAULT_PLACE) }))
    .output(z.object({ dataCenter: z.string(), text: z.string() })),
  /**
   * Makes a data center what a file says: adds what is missing, adopts by name what is there, changes what differs, and removes
   * nothing. All or nothing; then one job sets the hosts up and starts the VMs. `plan`: what it does, a line for each thing, and for
   * each file of this computer that a new VM gets.
   *
   * `folder`: where the file lies. New VMs get files from that folder and below, by their real paths; all others, and any when no
   * folder is given, need `allowFiles`. The screens give neither: they are held to the folders that a person allowed.
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
