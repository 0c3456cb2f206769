import { z } from 'zod';
import { BOOT_DISK } from './boot-disk';
import { Id, KeptName, Name } from './common';

/** Supported disk formats of a VM. */
export const DiskFormat = z.enum(['qcow2', 'raw']);
export type DiskFormat = z.infer<typeof DiskFormat>;

/** Formats that a disk is exported in: those of QEMU, VMware, VirtualBox and Hyper-V. */
export const ExportFormat = z.enum(['qcow2', 'raw', 'vmdk', 'vdi', 'vhdx']);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** What the guest sees the disk on. Every guest has a driver for SATA; virtio is the fastest. */
export const DiskBus = z.enum(['virtio', 'sata', 'scsi']);
export type DiskBus = z.infer<typeof DiskBus>;

/** How a VM gets the disk of its image: sharing the unchanged part with it, or as a copy that depends on no other file. */
export const ImageCopy = z.enum(['thin', 'full']);
export type ImageCopy = z.infer<typeof ImageCopy>;

/** The most disks of a VM, besides the one that it boots an image or a file from. */
export const MAX_DISKS = 16;

const MIB = 1_048_576;
const TIB = MIB * MIB;

/** The size of a disk in bytes, as the guest sees it. */
export const DiskBytes = z
  .number()
  .min(MIB, { error: 'must be at least 1 MiB', abort: true })
  .max(64 * TIB, { error: 'must be at most 64 TiB', abort: true })
  .multipleOf(512, 'must be a multiple of 512 bytes');

/** A new disk, empty. */
export const DiskDraft = z.strictObject({
  /** `disk1`, `disk2`, ... if omitted. */
  name: Name.refine((name) => name !== BOOT_DISK, `must not be ${BOOT_DISK}: that is the disk of an image`).optional(),
  sizeBytes: DiskBytes,
  bus: DiskBus.default('virtio'),
  format: DiskFormat.default('qcow2'),
  readOnly: z.boolean().default(false),
  /** Blocks that the guest frees are freed on the host too. */
  discard: z.boolean().default(false),
});
export type DiskDraft = z.infer<typeof DiskDraft>;

/** A disk of a VM besides its boot source. Atoll creates its file in the VM's folder on its host. */
export const Disk = z.object({
  id: Id,
  vmId: Id.nullable(),
  hostId: Id.nullable(),
  name: KeptName,
  bus: DiskBus,
  format: DiskFormat,
  sizeBytes: z.int(),
  readOnly: z.boolean(),
  discard: z.boolean(),
  /** Null until it is created on a host: at the VM's first start at the latest. */
  path: z.string().nullable(),
});
export type Disk = z.infer<typeof Disk>;

/** What a disk takes on its host. */
export const DiskUse = z.object({
  /** Null: the disk that the VM boots an image or a file from. */
  id: Id.nullable(),
  path: z.string(),
  format: DiskFormat,
  /** Its size for the guest, and what its file takes on the host. */
  virtualBytes: z.int(),
  usedBytes: z.int(),
});
export type DiskUse = z.infer<typeof DiskUse>;
