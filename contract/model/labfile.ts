import { z } from 'zod';
import { Comment, Label, Labels, Mac, Mtu, Name, NetworkName } from './common';
import { Protocol } from './forward';
import { Boot, DiskDraft, Seed } from './vm';

/** Bytes of a lab file; 10,000 VMs take about 3 MB. */
export const LABFILE_MAX_BYTES = 8 * 1024 * 1024;
/** The one version of the format that there is. */
export const LABFILE_VERSION = 1;

const FileCluster = z.strictObject({ name: Name, comment: Comment.optional() });

const FileNetwork = z.strictObject({
  name: NetworkName,
  comment: Comment.optional(),
  /** Fixed when the network is made (rule S1). Isolated when not said. */
  isolated: z.boolean().optional(),
  mtu: Mtu.optional(),
  vlan: z.int().min(1, 'must be 1 to 4094').max(4094, 'must be 1 to 4094').nullable().optional(),
  /** Limits it to the hosts that have the same label (rule S9); null: on all. */
  label: Label.nullable().optional(),
  /** Clusters that have it; others that have it already keep it. */
  clusters: z.array(Name).max(1000).optional(),
});

const hostBase = {
  name: Name,
  cluster: Name.optional(),
  comment: Comment.optional(),
  /** Labels that it has; others that it has already it keeps. */
  labels: Labels.optional(),
};
const FileHost = z.discriminatedUnion('kind', [
  /** A lab of the computer that the file is applied on; `outside` gives it a way out. */
  z.strictObject({ kind: z.literal('lab'), ...hostBase, outside: z.boolean().optional() }),
  z.strictObject({
    kind: z.literal('simulated'),
    ...hostBase,
    delayMs: z.int().min(0).max(60_000).optional(),
    memoryMiB: z.int().min(256).max(16_777_216).optional(),
    cpus: z.int().min(1).max(1024).optional(),
  }),
]);

const FileVnic = z.strictObject({
  name: Name,
  /** Null: on no network. */
  network: Name.nullable().optional(),
  mac: Mac.optional(),
  plugged: z.boolean().optional(),
  linked: z.boolean().optional(),
});

const Port = z.int().min(1, 'must be 1 to 65535').max(65_535, 'must be 1 to 65535');

const FileForward = z.strictObject({ protocol: Protocol.optional(), guestPort: Port, hostPort: Port });

const FileBoot = z.discriminatedUnion('kind', [
  Boot.options[0],
  z.strictObject({ kind: z.literal('image'), image: Name, seed: Seed.nullable().optional() }),
  DiskDraft,
  Boot.options[3],
  Boot.options[4],
]);

const FileVm = z.strictObject({
  name: Name,
  cluster: Name.optional(),
  comment: Comment.optional(),
  /** The host that it lives on; chosen at its first start when not said. */
  host: Name.optional(),
  /** Fixed when the VM is made. A tiny guest when not said. */
  boot: FileBoot.optional(),
  memoryMiB: z.int().min(32, 'must be at least 32 MiB').max(4_194_304).optional(),
  cpus: z.int().min(1).max(512).optional(),
  vnics: z.array(FileVnic).max(28).optional(),
  /** Ports of this computer that lead to it; it must be on the outside. */
  forwards: z.array(FileForward).max(256).optional(),
  /** True: it is started. False or nothing: it is left as it is. */
  running: z.boolean().optional(),
});

/**
 * A data center as a file. Things are known by their names. What a file says is made so; what it does not say is left as it is, or
 * takes the default when the thing is new; what it does not name is not touched.
 */
export const LabFile = z.strictObject({
  atoll: z.literal(LABFILE_VERSION, `must be ${LABFILE_VERSION}, the version of the format`),
  dataCenter: Name,
  comment: Comment.optional(),
  clusters: z.array(FileCluster).max(1000).default([]),
  networks: z.array(FileNetwork).max(20_000).default([]),
  hosts: z.array(FileHost).max(1000).default([]),
  vms: z.array(FileVm).max(20_000).default([]),
});
export type LabFile = z.infer<typeof LabFile>;
export type LabFileVm = LabFile['vms'][number];
export type LabFileHost = LabFile['hosts'][number];
export type LabFileNetwork = LabFile['networks'][number];
