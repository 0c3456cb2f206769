import type { CommandSpec } from '../spec';
import type { ArgSpec, OptionSpec } from '../option-spec';

const VM: ArgSpec = { name: 'VM', about: 'id, name, or data center/name', complete: 'vm' };
const DRIVES = ['cd1', 'cd2', 'cd3', 'cd4'];
const DRIVE: OptionSpec = {
  name: 'drive',
  type: 'text',
  value: 'DRIVE',
  about: 'CD drive (default: cd1)',
  complete: DRIVES,
};
const CHANGED = '{ vm: Vm, job: string | null, preview: Preview | null }';

export const CDROM_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['cdrom', 'list'],
    about: 'list the CD drives of a VM, or all',
    args: [{ ...VM, optional: true }],
    json: '{ vmId: string, name: string, path: string | null }[]',
    run: () => import('../run/cdroms').then((m) => m.cdromList),
  },
  {
    path: ['cdrom', 'add'],
    about: 'add a CD drive to a VM that is down',
    args: [VM],
    options: [{ name: 'iso', type: 'text', value: 'FILE', about: 'CD image in it (default: none)', complete: 'file' }],
    changes: true,
    json: CHANGED,
    run: () => import('../run/cdroms').then((m) => m.cdromAdd),
  },
  {
    path: ['cdrom', 'insert'],
    about: 'insert a CD image in place of the current one, also while the VM runs',
    args: [VM, { name: 'FILE', about: 'CD image', complete: 'file' }],
    options: [DRIVE],
    changes: true,
    json: CHANGED,
    examples: ['atoll cdrom insert win ~/virtio-win.iso --drive cd2'],
    run: () => import('../run/cdroms').then((m) => m.cdromInsert),
  },
  {
    path: ['cdrom', 'eject'],
    about: 'eject the CD image, also while the VM runs',
    args: [VM],
    options: [DRIVE],
    changes: true,
    json: CHANGED,
    run: () => import('../run/cdroms').then((m) => m.cdromEject),
  },
  {
    path: ['cdrom', 'remove'],
    about: 'remove a CD drive from a VM that is down',
    args: [VM, { name: 'DRIVE', about: 'CD drive', complete: DRIVES }],
    changes: true,
    json: CHANGED,
    run: () => import('../run/cdroms').then((m) => m.cdromRemove),
  },
];
