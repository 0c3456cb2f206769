import { z } from 'zod';
import { Id } from './common';

/** A capability of this machine. `remedy.command` is the command to run; `root` says that it needs root. */
export const DoctorCheck = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['ok', 'warning', 'missing']),
  found: z.string(),
  /** What does not work without it. */
  matters: z.string(),
  remedy: z.object({ words: z.string(), command: z.array(z.string()).nullable(), root: z.boolean() }).nullable(),
});
export type DoctorCheck = z.infer<typeof DoctorCheck>;

export const Doctor = z.object({
  checks: z.array(DoctorCheck),
  /** Whether a lab can run here, and whether VMs can. */
  canRunLab: z.boolean(),
  canRunVms: z.boolean(),
  accelerated: z.boolean(),
});
export type Doctor = z.infer<typeof Doctor>;

export const Version = z.object({ version: z.string(), contract: z.int(), node: z.string(), storeSchema: z.int() });
export type Version = z.infer<typeof Version>;

export const Status = z.object({
  version: z.string(),
  pid: z.int(),
  home: z.string(),
  storeId: Id,
  startedAt: z.iso.datetime(),
  memoryBytes: z.int(),
  counts: z.object({
    dataCenters: z.int(),
    clusters: z.int(),
    hosts: z.int(),
    hostsUp: z.int(),
    networks: z.int(),
    isolatedNetworks: z.int(),
    vms: z.int(),
    vmsUp: z.int(),
    jobsRunning: z.int(),
    /** Browsers that are signed in, and their windows that are connected. */
    sessions: z.int(),
    windows: z.int(),
  }),
});
export type Status = z.infer<typeof Status>;

/** A simulated data center that can be created by name. */
export const Scenario = z.object({
  id: z.string(),
  title: z.string(),
  /** A one-sentence description. */
  words: z.string(),
  size: z.object({ hosts: z.int(), networks: z.int(), vms: z.int() }),
  /** Its data center if it exists, else null. */
  dataCenterId: Id.nullable(),
});
export type Scenario = z.infer<typeof Scenario>;
