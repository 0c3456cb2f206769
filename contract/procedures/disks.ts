import { z } from 'zod';
import { Name, Ref, Sha256 } from '../model/common';
import { Disk, DiskDraft, DiskBytes, DiskUse, ExportFormat } from '../model/disk';
import { filePath } from '../model/path';
import { command, query } from './base';

const ofDisk = { vm: Ref, disk: Ref };

/** The disks of VMs besides their boot sources. While a VM runs, those on virtio and SCSI can be added and removed. */
export const disks = {
  list: query.input(z.strictObject({ vm: Ref.optional() })).output(z.array(Disk)),
  /** What the disks of a VM take on its host, the one that it boots from included, and the free bytes there; null: unknown. */
  usage: query
    .input(z.strictObject({ vm: Ref }))
    .output(z.object({ roomBytes: z.int().nullable(), disks: z.array(DiskUse) })),
  /** Created at once on the VM's host, or with its first start if it has none yet. */
  add: command({ vm: Ref, ...DiskDraft.shape }, { disk: Disk }),
  /**
   * A disk with the content of a qcow2, raw, VMDK, VDI, VHDX or VHD file of the engine's computer, for a VM that has a host. The format
   * of the file is read from its content.
   */
  import: command(
    { vm: Ref, path: filePath('image'), sha256: Sha256.optional(), ...DiskDraft.omit({ sizeBytes: true }).shape },
    { disk: Disk.nullable() },
  ),
  /**
   * Copies a disk of a stopped VM to a new file of the engine's computer, which depends on no other. `boot`: the disk of its image, or
   * its file.
   */
  export: command({ ...ofDisk, path: filePath('disk', 'write'), format: ExportFormat.default('qcow2') }, {}),
  /** Grows it, also while the VM runs; what lies beyond a smaller size would be lost. `boot`: the disk of its image. */
  resize: command({ ...ofDisk, sizeBytes: DiskBytes }, { disk: Disk.nullable() }),
  /**
   * Detaches it from its VM and attaches it, with its content, to another VM of the same host, or to one that has no host yet. While
   * one of them runs, its guest releases or gets it.
   */
  move: command({ ...ofDisk, to: Ref, name: Name.optional() }, { disk: Disk }),
  /** Its file goes to the host's trash. */
  remove: command(ofDisk, {}),
};
