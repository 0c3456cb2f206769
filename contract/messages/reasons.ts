import { z } from 'zod';
import { type MessageOf, messageOf } from './message';
import * as p from './params';

/** Why a host is, or is not, where a VM starts or is moved to; why a VM stays where it is. */
export const PLACEMENT_REASONS = {
  /** `reason`: as the host's own. */
  'placement.host_state': z.object({ state: p.HostState, reason: p.error.nullable() }),
  'placement.label': z.object({ label: p.name, network: p.name }),
  'placement.out_of_sync': z.object({ networks: p.names }),
  'placement.lacks_networks': z.object({ networks: p.names }),
  'placement.memory_unknown': p.none,
  'placement.memory_left': z.object({
    asked: p.count,
    left: p.count,
    total: p.count,
    used: p.count,
    reserved: p.count,
  }),
  'placement.memory_total': z.object({ asked: p.count, total: p.count, reserved: p.count }),
  'placement.mates': z.object({ count: p.count, running: z.boolean() }),
  'placement.fewer_mates': z.object({ here: p.count, there: p.count, host: p.name, running: z.boolean() }),
  'placement.less_memory': z.object({ here: p.count, there: p.count, host: p.name }),
  'placement.disks_there': z.object({ move: z.boolean() }),
  'placement.disks_on': p.ofHost,
  'placement.runs_on': z.object({ host: p.name.nullable() }),
  'placement.vm_state': z.object({ state: p.VmState }),
  'placement.refused': z.object({ error: p.error }),
} as const;

export type PlacementReason = MessageOf<typeof PLACEMENT_REASONS>;
export const PlacementReason: z.ZodType<PlacementReason, PlacementReason> = messageOf(PLACEMENT_REASONS);
