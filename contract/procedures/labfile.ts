import { z } from 'zod';
import { DEFAULT_PLACE, Ref } from '../model/common';
import { LABFILE_MAX_BYTES } from '../model/labfile';
import { command, query } from './base';

export const labfile = {
  /** A data center as YAML (contract/model/labfile.ts); applied to an empty store it is the same again. */
  export: query
    .input(z.strictObject({ dataCenter: Ref.default(DEFAULT_PLACE) }))
    .output(z.object({ dataCenter: z.string(), text: z.string() })),
  /**
   * Makes a data center what a file says: adds what is missing, adopts by name what is there, changes what differs, and removes
   * nothing. All or nothing; then one job sets the hosts up and starts the VMs. `plan`: what it does, a line for each thing.
   */
  apply: command({ text: z.string().max(LABFILE_MAX_BYTES) }, { dataCenter: z.string(), plan: z.array(z.string()) }),
};
