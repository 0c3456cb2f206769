import type { CommandSpec } from '../spec';
import type { ArgSpec, OptionSpec } from '../option-spec';

const SNAPSHOT: ArgSpec = { name: 'SNAPSHOT', about: 'id, name, or data center/name', complete: 'snapshot' };
const HOST: ArgSpec = { name: 'LAB', about: 'id or name of its host; any host will do', complete: 'host' };
const VMS: OptionSpec = {
  name: 'vm',
  type: 'list',
  value: 'VM',
  about: 'only this VM; may be given several times',
  complete: 'vm',
};
const CHANGE = 'job: string | null, preview: Preview | null }';

export const LABCARE_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['lab', 'clone'],
    about: 'copy the VMs of a host with isolated networks of their own: islands, where the same addresses do no harm',
    args: [HOST],
    options: [
      VMS,
      { name: 'copies', type: 'number', value: 'N', about: 'how many copies (default: 1)' },
      { name: 'start', type: 'flag', about: 'start the copies' },
    ],
    changes: true,
    json: `{ vms: Vm[], networks: string[], ${CHANGE}`,
    examples: ['atoll lab clone laptop --copies 3 --start', 'atoll lab clone laptop --vm web --vm db'],
    run: () => import('../run/labcare').then((m) => m.labClone),
  },
  {
    path: ['lab', 'reset'],
    about: 'put the VMs of a host back to its start: its start snapshot, or where it has none their first day',
    args: [HOST],
    options: [VMS],
    changes: true,
    destructive: true,
    json: `{ vms: Vm[], snapshot: Snapshot | null, ${CHANGE}`,
    examples: ['atoll lab reset laptop --dry-run'],
    run: () => import('../run/labcare').then((m) => m.labReset),
  },
  {
    path: ['snapshot', 'list'],
    about: 'list the snapshots',
    options: [
      { name: 'host', type: 'text', value: 'H', about: 'only with VMs of this host', complete: 'host' },
      { name: 'vm', type: 'text', value: 'VM', about: 'only with this VM', complete: 'vm' },
    ],
    json: 'Snapshot[]',
    run: () => import('../run/labcare').then((m) => m.snapshotList),
  },
  {
    path: ['snapshot', 'show'],
    about: 'show a snapshot and its VMs',
    args: [SNAPSHOT],
    json: 'Snapshot',
    run: () => import('../run/labcare').then((m) => m.snapshotShow),
  },
  {
    path: ['snapshot', 'add'],
    about: 'keep a group of VMs as they are at one moment: disks, memory of those that run, settings, vNICs',
    args: [{ name: 'NAME', about: 'its name' }],
    options: [
      { name: 'host', type: 'text', value: 'H', about: 'all VMs of this host', complete: 'host' },
      { ...VMS, about: 'this VM; may be given several times' },
      { name: 'comment', type: 'text', value: 'TEXT', about: 'a comment' },
      { name: 'start', type: 'flag', about: 'make it the start that lab reset leads back to' },
    ],
    changes: true,
    json: `{ snapshot: Snapshot, ${CHANGE}`,
    examples: ['atoll snapshot add lesson-1 --host laptop --start', 'atoll snapshot add before --vm web --vm db'],
    run: () => import('../run/labcare').then((m) => m.snapshotAdd),
  },
  {
    path: ['snapshot', 'revert'],
    about: 'put its VMs back together; what they were since is lost',
    args: [SNAPSHOT],
    changes: true,
    destructive: true,
    json: `{ snapshot: Snapshot, ${CHANGE}`,
    run: () => import('../run/labcare').then((m) => m.snapshotRevert),
  },
  {
    path: ['snapshot', 'remove'],
    about: 'remove a snapshot; its VMs stay as they are',
    args: [SNAPSHOT],
    changes: true,
    destructive: true,
    json: `{ ${CHANGE}`,
    run: () => import('../run/labcare').then((m) => m.snapshotRemove),
  },
];
