import { z } from 'zod';
import { Id, Instant } from './common';

const Rate = z.number().min(0);

/** What a VM used between two readings of its host. Rates are bytes per second. */
export const VmStatistics = z.object({
  vmId: Id,
  /** CPUs in use: 1.5 is one and a half. Up to the VM's own number, and a little more for the work of QEMU. */
  cpu: Rate,
  memory: z.object({
    /** What the VM takes of its host's memory. */
    hostMiB: Rate,
    /** What the guest has, and uses, as the driver of its balloon reports; null: it has none, or does not report. */
    guestMiB: Rate.nullable(),
    usedMiB: Rate.nullable(),
  }),
  disk: z.object({ read: Rate, write: Rate }),
  /** What the guest received and sent, by vNIC. */
  nics: z.array(z.object({ mac: z.string(), received: Rate, sent: Rate })),
});
export type VmStatistics = z.infer<typeof VmStatistics>;

/** What a host used between two readings. */
export const HostStatistics = z.object({
  hostId: Id,
  at: Instant,
  /** Values of a simulated host: made up, the same for the same VM at the same time. */
  simulated: z.boolean(),
  cpus: z.int(),
  /** CPUs in use by everything on the host; null: it does not tell. */
  cpu: Rate.nullable(),
  memoryMiB: z.int(),
  memoryUsedMiB: Rate.nullable(),
  /** The running VMs of Atoll on it. */
  vms: z.array(VmStatistics),
});
export type HostStatistics = z.infer<typeof HostStatistics>;
