import { z } from 'zod';
import { VmReason } from '../messages/reasons';
import { Comment, Id, Instant, Mac, KeptName } from './common';
import { Disk, DiskBytes, DiskFormat, ImageCopy } from './disk';
import { Cdrom, Hardware } from './hardware';
import { Guest } from './guest';
import { filePath } from './path';
import { Seed } from './seed';
import { VmState } from './states';

/** A NIC of an imported VM that Atoll does not manage: its MAC address in libvirt, and its target as text. */
export const OtherNic = z.object({ mac: z.string(), on: z.string() });
export type OtherNic = z.infer<typeof OtherNic>;

/** What an imported VM's definition offers to look at it: a serial console that Atoll can open, and the kind of its display. */
export const ImportedLines = z.object({ console: z.boolean(), screen: z.enum(['vnc', 'spice', 'none']) });
export type ImportedLines = z.infer<typeof ImportedLines>;

/** What a VM boots from. */
export const Boot = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tiny') }),
  z.object({
    kind: z.literal('image'),
    /** Null once its disk is a full copy: it needs the image no longer. */
    imageId: Id.nullable(),
    seed: Seed.nullable(),
    /** The size that its disk is made with; null: that of the image. */
    diskBytes: DiskBytes.nullable().default(null),
    copy: ImageCopy.default('thin'),
    /** The name of the image that its disk is a full copy of. Null: its disk shares with its image, or does not exist yet. */
    copiedFrom: z.string().nullable().default(null),
  }),
  /** `format`: when the user named the file; a guest can write any header later. Null until the file's host was asked. */
  z.object({ kind: z.literal('disk'), path: filePath('disk'), format: DiskFormat.nullable().default(null) }),
  /** Its disks and CD drives, in boot order. */
  z.object({ kind: z.literal('devices') }),
  z.object({
    kind: z.literal('kernel'),
    kernel: filePath('kernel'),
    initrd: filePath('initrd').nullable(),
    append: z
      .string()
      .max(2000)
      .refine((s) => !/\p{Cc}/u.test(s), 'must have no control characters'),
  }),
  /** It existed on its host before: its definition has the boot source, and remains its owner's. */
  z.object({
    kind: z.literal('imported'),
    nics: z.array(OtherNic),
    /** Omitted until its definition was read for them. */
    lines: ImportedLines.optional(),
  }),
]);
export type Boot = z.infer<typeof Boot>;

/** A disk as the user names it. If the format is omitted, Atoll detects it once. */
export const BootDiskDraft = Boot.options[2].extend({ format: DiskFormat.optional() });

/** oVirt's distinction: *plugged* is whether the VM has the device, *linked* whether its link is up. */
export const Vnic = z.object({
  id: Id,
  vmId: Id,
  name: KeptName,
  mac: Mac,
  profileId: Id.nullable(),
  networkId: Id.nullable(),
  plugged: z.boolean(),
  linked: z.boolean(),
  /** The address that Atoll assigned (tiny guest or seed), with prefix length; null: none. */
  assignedAddress: z.string().nullable(),
});
export type Vnic = z.infer<typeof Vnic>;

export const Vm = z.object({
  id: Id,
  clusterId: Id,
  dataCenterId: Id,
  name: KeptName,
  comment: Comment,
  state: VmState,
  /** The reason for the state, as text (for example: stopped outside Atoll). */
  reason: VmReason.nullable(),
  /** The host that has the VM's disks and definition; a VM runs only there until it is moved. Null until its first start. */
  hostId: Id.nullable(),
  memoryMiB: z.int().min(32).max(4_194_304),
  cpus: z.int().min(1).max(512),
  /** Whether Atoll starts it whenever its host has started. */
  autostart: z.boolean(),
  boot: Boot,
  /** Besides the one of `boot`, in order. */
  disks: z.array(Disk),
  cdroms: z.array(Cdrom).max(4),
  hardware: Hardware,
  vnics: z.array(Vnic),
  /** What is known of the guest that runs now; null: nothing. `addressesOf` adds the assigned addresses. */
  guest: Guest.nullable(),
  startedAt: Instant.nullable(),
  createdAt: Instant,
});
export type Vm = z.infer<typeof Vm>;

/** A part of a VM's definition that is moved to another host only if the user agrees. */
export const Addition = z.object({
  /** Derived from the content: a changed part is another part. */
  id: z.string(),
  /** A short description of its kind and target. */
  what: z.string(),
  /** Its text on its host, shortened if long. */
  xml: z.string(),
  /** False for a resource of one host: a device, a folder, a disk that is not a file. It can only be left behind. */
  canCarry: z.boolean(),
  /** Whether an earlier move carried it, so that each later one does. */
  accepted: z.boolean(),
});
export type Addition = z.infer<typeof Addition>;

export const Image = z.object({
  id: Id,
  name: KeptName,
  format: DiskFormat,
  /** Disk usage, and virtual size in bytes. */
  sizeBytes: z.int(),
  virtualBytes: z.int(),
  createdAt: Instant,
});
export type Image = z.infer<typeof Image>;
