import { z } from 'zod';
import { CPU_MODELS } from './cpu-models';
import { DiskBus } from './disk';
import { filePath } from './path';

/** A CD drive: its name, and the CD image in it; null: empty. */
export const Cdrom = z.object({
  name: z.string().regex(/^cd[1-4]$/, 'must be cd1, cd2, cd3 or cd4'),
  path: filePath('iso').nullable(),
});
export type Cdrom = z.infer<typeof Cdrom>;

/** As many as the first SATA controller has ports for, beside two disks. */
export const MAX_CDROMS = 4;

export const Firmware = z.enum(['bios', 'uefi', 'uefi-secure']);
export type Firmware = z.infer<typeof Firmware>;
/** The newest of its kind that the host has. `i440fx`: for guests from before PCI Express. */
export const MachineType = z.enum(['q35', 'i440fx']);
export type MachineType = z.infer<typeof MachineType>;
export const NicModel = z.enum(['virtio', 'e1000e', 'e1000', 'rtl8139']);
export type NicModel = z.infer<typeof NicModel>;
export const CpuModel = z.enum(CPU_MODELS);
export type CpuModel = z.infer<typeof CpuModel>;

/**
 * A device that a VM can boot from: `disk:boot` (the disk of its image, or its file), `disk:NAME`, `cdrom:cd1` or `vnic:NAME`.
 */
export const BootDevice = z
  .string()
  .max(300)
  .regex(/^(?:disk|cdrom|vnic):[^\p{Cc}]+$/u, 'must be disk:NAME, cdrom:NAME or vnic:NAME');
export type BootDevice = z.infer<typeof BootDevice>;

/** All disks, drives and vNICs of a VM. */
const MAX_BOOT_DEVICES = 64;

/** The hardware of a VM besides memory, CPUs, disks and vNICs. */
export const Hardware = z.object({
  /** `uefi-secure`: with Secure Boot and the usual vendors' keys. */
  firmware: Firmware,
  machine: MachineType,
  video: z.enum(['vga', 'virtio']),
  sound: z.enum(['none', 'ich9', 'ac97']),
  /** `2.0`: emulated by swtpm on its host. */
  tpm: z.enum(['none', '2.0']),
  nicModel: NicModel,
  /** What the guest expects in its hardware clock: Linux uses UTC, Windows local time. */
  clock: z.enum(['utc', 'localtime']),
  /** What is tried first; an empty disk or drive is skipped. `network`: its vNICs, by PXE. */
  bootFirst: z.enum(['disk', 'cdrom', 'network']),
  /** The only devices that are tried, in this order; empty: those of `bootFirst`. */
  bootOrder: z.array(BootDevice).max(MAX_BOOT_DEVICES),
  /** `host`: the CPU of the host; the same named model on every host. */
  cpuModel: CpuModel,
  /** What the guest sees its CPUs as: a socket each, or cores of one socket. Windows uses at most two sockets. */
  cpuTopology: z.enum(['sockets', 'cores']),
  /** Of the disk that it has from an image, or uses in place; other disks have a bus each. */
  diskBus: DiskBus,
});
export type Hardware = z.infer<typeof Hardware>;

/** Changed settings; others stay, or have their defaults on a new VM. */
export const HardwareDraft = z
  .strictObject({
    ...Hardware.shape,
    /** A name alone is enough if only one device of the VM has it. */
    bootOrder: z.array(z.string().min(1).max(300)).max(MAX_BOOT_DEVICES),
  })
  .partial();
export type HardwareDraft = z.infer<typeof HardwareDraft>;
