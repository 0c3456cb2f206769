import { z } from 'zod';
import { parseDiskSize } from '../disk-size';
import { Comment, Label, Labels, Mac, Mtu, Name, NetworkName } from './common';
import { DiskBus, DiskFormat, DiskBytes, ImageCopy, MAX_DISKS } from './disk';
import { Protocol } from './forward';
import { GuestCidr, HostAddress } from './guest-address';
import { Cdrom, HardwareDraft, MAX_CDROMS } from './hardware';
import { filePath } from './path';
import { PromiseSeverity } from './promise';
import { Seed } from './seed';
import { ServicesDraft } from './services';
import { WayChoice } from './stretch';
import { Boot, BootDiskDraft } from './vm';

/** The maximum size of a lab file; 10,000 VMs take about 3 MB. */
export const LABFILE_MAX_BYTES = 8 * 1024 * 1024;
/** The only version of the format. */
export const LABFILE_VERSION = 1;

const FileCluster = z.strictObject({ name: Name, comment: Comment.optional() });

const FileNetwork = z.strictObject({
  name: NetworkName,
  comment: Comment.optional(),
  /** Fixed when the network is created (rule S1). Isolated by default. */
  isolated: z.boolean().optional(),
  /** By default 1500; of a network that is created stretched, what passes the tunnels unsplit. */
  mtu: Mtu.optional(),
  vlan: z.int().min(1, 'must be 1 to 4094').max(4094, 'must be 1 to 4094').nullable().optional(),
  /** Limits it to hosts with the same label (rule S9); null: no limit. */
  label: Label.nullable().optional(),
  /** Clusters to attach it to; other attachments are kept. */
  clusters: z.array(Name).max(1000).optional(),
  /** Addresses and names inside; null: off. `gateway`: the name of a VM on it; null: none. */
  services: ServicesDraft.extend({ gateway: Name.nullable().optional() }).nullable().optional(),
  /** Hosts that exchange it through encrypted tunnels; null: it is separate on each. */
  stretch: z
    .strictObject({ hosts: z.array(Name).min(2, 'must name at least two hosts').max(1000), way: WayChoice.optional() })
    .nullable()
    .optional(),
});

const hostBase = {
  name: Name,
  cluster: Name.optional(),
  comment: Comment.optional(),
  /** Its labels; other existing labels are kept. */
  labels: Labels.optional(),
};
const FileHost = z.discriminatedUnion('kind', [
  /** A lab on the computer where the file is applied; `outside` gives it an uplink. */
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
  /** Its reserved address, on a network with addresses inside. */
  address: HostAddress.optional(),
});

const Port = z.int().min(1, 'must be 1 to 65535').max(65_535, 'must be 1 to 65535');

const FileForward = z.strictObject({ protocol: Protocol.optional(), guestPort: Port, hostPort: Port });

/** First-boot data as a VM has it. `sshKey` and `address` (of the first vNIC) are from files of older versions. */
const FileSeed = z.strictObject({
  ...Seed.partial().shape,
  sshKey: Seed.shape.sshKeys.unwrap().element.optional(),
  address: GuestCidr.nullable().optional(),
});

const FileBoot = z.discriminatedUnion('kind', [
  Boot.options[0],
  z.strictObject({
    kind: z.literal('image'),
    image: Name,
    seed: FileSeed.nullable().optional(),
    diskBytes: DiskBytes.nullable().optional(),
    /** `thin` (default): the disk shares what it has not changed with the image. `full`: it needs no other file. */
    copy: ImageCopy.optional(),
  }),
  BootDiskDraft,
  Boot.options[3],
  /** Of files from before CD drives existed: `devices`, with this file in cd1. */
  z.strictObject({ kind: z.literal('iso'), path: filePath('iso') }),
  Boot.options[4],
]);

const FileDisk = z.strictObject({
  name: Name,
  /** For example 20G. */
  size: z
    .string()
    .regex(/^\d{1,20}(\.\d{1,6})?(K|M|G|T)?$/, 'must look like 20G')
    .refine((size) => DiskBytes.safeParse(parseDiskSize(size)).success, 'must be 1M to 64T'),
  bus: DiskBus.optional(),
  format: DiskFormat.optional(),
  readOnly: z.boolean().optional(),
  discard: z.boolean().optional(),
});

const FileVm = z.strictObject({
  name: Name,
  cluster: Name.optional(),
  comment: Comment.optional(),
  /** The host of the VM; chosen at its first start if omitted. */
  host: Name.optional(),
  /** Fixed when the VM is created. A tiny guest by default. */
  boot: FileBoot.optional(),
  /** Its CD drives; `path` null: empty. */
  cdroms: z.array(z.strictObject(Cdrom.shape)).max(MAX_CDROMS).optional(),
  hardware: HardwareDraft.optional(),
  memoryMiB: z.int().min(32, 'must be at least 32 MiB').max(4_194_304, 'must be at most 4194304 MiB').optional(),
  cpus: z.int().min(1).max(512).optional(),
  /** True: Atoll starts it whenever its host has started. */
  autostart: z.boolean().optional(),
  /** Empty disks besides the one of `boot`; other disks of the VM stay. */
  disks: z.array(FileDisk).max(MAX_DISKS).optional(),
  vnics: z.array(FileVnic).max(28).optional(),
  /** Ports of this computer that are forwarded to it; it must be on the network outside. */
  forwards: z.array(FileForward).max(256).optional(),
  /** True: the VM is started. False or omitted: it is left unchanged. */
  running: z.boolean().optional(),
});

/** A named set of subjects: `web`, `network:cameras`, `group:students`. */
const FileGroup = z.strictObject({ name: Name, members: z.array(z.string().min(1).max(600)).min(1).max(1000) });

const FilePromise = z.strictObject({
  /** The sentence, for example `cameras never reach office`. */
  promise: z.string().min(1).max(20_000),
  severity: PromiseSeverity.optional(),
  note: Comment.optional(),
});

/**
 * A data center as a file. Objects are identified by name. Everything in the file is applied; an omitted field of an existing
 * object stays unchanged, and of a new one takes its default; objects that are not in the file are not changed.
 */
export const LabFile = z.strictObject({
  atoll: z.literal(LABFILE_VERSION, `must be ${LABFILE_VERSION}, the version of the format`),
  dataCenter: Name,
  comment: Comment.optional(),
  clusters: z.array(FileCluster).max(1000).default([]),
  networks: z.array(FileNetwork).max(20_000).default([]),
  hosts: z.array(FileHost).max(1000).default([]),
  vms: z.array(FileVm).max(20_000).default([]),
  groups: z.array(FileGroup).max(10_000).optional(),
  promises: z.array(FilePromise).max(20_000).optional(),
});
export type LabFile = z.infer<typeof LabFile>;
export type LabFileVm = LabFile['vms'][number];
export type LabFileHost = LabFile['hosts'][number];
export type LabFileNetwork = LabFile['networks'][number];
