import { z } from 'zod';
import { Comment, Name } from './common';
import { DiskBus, DiskBytes, MAX_DISKS } from './disk';
import { Firmware, Hardware, MAX_CDROMS, NicModel } from './hardware';

/** How a VM is exported: `ova`, one file with compressed VMDK disks; `qcow2`, a folder with qcow2 disks. Both describe it in OVF. */
export const VmExportFormat = z.enum(['ova', 'qcow2']);
export type VmExportFormat = z.infer<typeof VmExportFormat>;

/** A disk of an appliance. */
export const ApplianceDisk = z.object({
  /** Its file: a member of the archive, or a file beside the description. */
  file: z.string(),
  /** What the description calls its format; null: it does not say. */
  format: z.enum(['vmdk', 'vdi', 'vhd', 'vhdx', 'qcow2', 'raw']).nullable(),
  sizeBytes: DiskBytes,
  bus: DiskBus,
});
export type ApplianceDisk = z.infer<typeof ApplianceDisk>;

/** A VM as an OVF file describes it (DMTF DSP0243), in Atoll's terms. */
export const Appliance = z.object({
  name: Name,
  comment: Comment,
  memoryMiB: z.int().min(32).max(4_194_304),
  cpus: z.int().min(1).max(512),
  firmware: Firmware,
  tpm: Hardware.shape.tpm,
  sound: Hardware.shape.sound,
  nicModel: NicModel,
  /** In boot order. */
  disks: z.array(ApplianceDisk).max(MAX_DISKS),
  cdroms: z.int().min(0).max(MAX_CDROMS),
  /** The network that each NIC names; null: none. */
  nics: z.array(z.object({ network: z.string().nullable() })).max(28),
  /** What the VM does not get, each a short description. */
  leftOut: z.array(z.string()),
});
export type Appliance = z.infer<typeof Appliance>;
