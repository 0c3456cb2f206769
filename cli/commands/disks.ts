import type { CommandSpec } from '../spec';
import { EXPORT_FORMATS } from './export-formats';
import type { ArgSpec, OptionSpec } from '../option-spec';

const VM: ArgSpec = { name: 'VM', about: 'id, name, or data center/name', complete: 'vm' };
const DISK: ArgSpec = { name: 'DISK', about: 'id or name of the disk' };
const CHANGED = '{ disk: Disk, job: string | null, preview: Preview | null }';

/** Of a new disk, besides its size or content. */
const NEW_DISK_OPTIONS: readonly OptionSpec[] = [
  { name: 'name', type: 'text', value: 'NAME', about: 'name (default: the next free diskN)' },
  {
    name: 'bus',
    type: 'text',
    value: 'BUS',
    about: 'virtio (default), sata or scsi',
    complete: ['virtio', 'sata', 'scsi'],
  },
  {
    name: 'format',
    type: 'text',
    value: 'FORMAT',
    about: 'qcow2 (default), which can be in snapshots, or raw',
    complete: ['qcow2', 'raw'],
  },
  { name: 'read-only', type: 'flag', about: 'the guest can only read it' },
  { name: 'discard', type: 'flag', about: 'blocks that the guest frees are freed on the host too' },
];

export const DISK_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['disk', 'list'],
    about: 'list the disks of a VM, or all; boot disks from an image or a file are not listed',
    args: [{ ...VM, optional: true }],
    json: 'Disk[]',
    run: () => import('../run/disks').then((m) => m.diskList),
  },
  {
    path: ['disk', 'usage'],
    about: 'show how much space the disks of a VM use on its host, and how much is free there',
    args: [VM],
    json: '{ roomBytes: number | null, disks: DiskUse[] }',
    run: () => import('../run/disks').then((m) => m.diskUsage),
  },
  {
    path: ['disk', 'add'],
    about: 'add an empty disk to a VM; to a running VM, only on virtio or SCSI',
    args: [VM],
    options: [
      { name: 'size', type: 'text', value: 'SIZE', about: 'size for the guest, for example 20G' },
      ...NEW_DISK_OPTIONS,
    ],
    changes: true,
    json: CHANGED,
    examples: ['atoll disk add db --size 20G', 'atoll disk add win --size 64G --bus sata --discard'],
    run: () => import('../run/disks').then((m) => m.diskAdd),
  },
  {
    path: ['disk', 'import'],
    about: 'add a disk with the content of a file to a VM that has a host; to a running VM, only on virtio or SCSI',
    args: [VM, { name: 'FILE', about: 'qcow2, raw, VMDK, VDI, VHDX or VHD file', complete: 'file' }],
    options: [
      { name: 'sha256', type: 'text', value: 'SUM', about: 'refuse a file with another SHA-256' },
      ...NEW_DISK_OPTIONS,
    ],
    changes: true,
    json: '{ disk: Disk | null, job: string | null, preview: Preview | null }',
    examples: ['atoll disk import db old-server.vmdk --name data'],
    run: () => import('../run/disks').then((m) => m.diskImport),
  },
  {
    path: ['disk', 'export'],
    about: 'copy a disk of a VM that is down to a new file, which depends on no other',
    args: [
      VM,
      { name: 'DISK', about: 'id or name of the disk; boot: the disk of its image, or its file' },
      { name: 'FILE', about: 'a file that does not exist yet', complete: 'file' },
    ],
    options: [
      {
        name: 'format',
        type: 'text',
        value: 'FORMAT',
        about: 'qcow2 (default), raw, vmdk, vdi or vhdx',
        complete: [...EXPORT_FORMATS],
      },
    ],
    changes: true,
    json: '{ job: string | null, preview: Preview | null }',
    examples: ['atoll disk export db boot db.qcow2', 'atoll disk export db disk1 data.vmdk --format vmdk'],
    run: () => import('../run/disks').then((m) => m.diskExport),
  },
  {
    path: ['disk', 'resize'],
    about: 'grow a disk, also while the VM runs; the guest then grows its partition and file system',
    args: [
      VM,
      { name: 'DISK', about: 'id or name of the disk; boot: the disk of its image' },
      { name: 'SIZE', about: 'new size, for example 40G' },
    ],
    changes: true,
    json: '{ disk: Disk | null, job: string | null, preview: Preview | null }',
    examples: ['atoll disk resize db disk1 40G', 'atoll disk resize db boot 20G'],
    run: () => import('../run/disks').then((m) => m.diskResize),
  },
  {
    path: ['disk', 'move'],
    about:
      'detach a disk from its VM and attach it to another VM of the host, with its content; if one of them runs, only on virtio or SCSI',
    args: [VM, DISK, { name: 'TO', about: 'the other VM', complete: 'vm' }],
    options: [{ name: 'name', type: 'text', value: 'NAME', about: 'its name there (default: as before)' }],
    changes: true,
    json: CHANGED,
    examples: ['atoll disk move old data new'],
    run: () => import('../run/disks').then((m) => m.diskMove),
  },
  {
    path: ['disk', 'remove'],
    about:
      'remove a disk of a VM (of a running VM, only on virtio or SCSI); its file goes to the trash (see atoll undo)',
    args: [VM, DISK],
    changes: true,
    destructive: true,
    json: '{ job: string | null, preview: Preview | null }',
    run: () => import('../run/disks').then((m) => m.diskRemove),
  },
];
