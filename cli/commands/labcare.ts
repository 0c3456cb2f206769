import type { CommandSpec } from '../spec';
import type { ArgSpec, OptionSpec } from '../option-spec';

const SNAPSHOT: ArgSpec = { name: 'SNAPSHOT', about: 'id, name, or data center/name', complete: 'snapshot' };
const HOST: ArgSpec = { name: 'LAB', about: 'id or name of a host; works for any host', complete: 'host' };
const VMS: OptionSpec = {
  name: 'vm',
  type: 'list',
  value: 'VM',
  about: 'only this VM; can be repeated',
  complete: 'vm',
};
const CHANGE = 'job: string | null, preview: Preview | null }';

export const LABCARE_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['lab', 'clone'],
    about: 'copy the VMs of a host onto isolated networks of their own, where the same addresses do not conflict',
    args: [HOST],
    options: [
      VMS,
      { name: 'copies', type: 'number', value: 'N', about: 'number of copies (default: 1)' },
      { name: 'start', type: 'flag', about: 'start the copies' },
    ],
    changes: true,
    json: `{ vms: Vm[], networks: string[], ${CHANGE}`,
    examples: ['atoll lab clone laptop --copies 3 --start', 'atoll lab clone laptop --vm web --vm db'],
    run: () => import('../run/labcare').then((m) => m.labClone),
  },
  {
    path: ['lab', 'reset'],
    about: 'revert the VMs of a host to its start snapshot, or to their images if it has none',
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
      { name: 'host', type: 'text', value: 'H', about: 'filter by host', complete: 'host' },
      { name: 'vm', type: 'text', value: 'VM', about: 'filter by VM', complete: 'vm' },
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
    about: 'take a snapshot of several VMs at the same moment: disks, memory of running VMs, settings, vNICs',
    args: [{ name: 'NAME', about: 'name of the snapshot' }],
    options: [
      { name: 'host', type: 'text', value: 'H', about: 'all VMs of this host', complete: 'host' },
      { ...VMS, about: 'this VM; can be repeated' },
      { name: 'comment', type: 'text', value: 'TEXT', about: 'comment' },
      { name: 'start', type: 'flag', about: 'make it the start snapshot, to which lab reset reverts' },
    ],
    changes: true,
    json: `{ snapshot: Snapshot, ${CHANGE}`,
    examples: ['atoll snapshot add lesson-1 --host laptop --start', 'atoll snapshot add before --vm web --vm db'],
    run: () => import('../run/labcare').then((m) => m.snapshotAdd),
  },
  {
    path: ['snapshot', 'revert'],
    about: 'revert the VMs of a snapshot; all their later changes are lost',
    args: [SNAPSHOT],
    changes: true,
    destructive: true,
    json: `{ snapshot: Snapshot, ${CHANGE}`,
    run: () => import('../run/labcare').then((m) => m.snapshotRevert),
  },
  {
    path: ['snapshot', 'remove'],
    about: 'delete a snapshot; its VMs are not changed',
    args: [SNAPSHOT],
    changes: true,
    destructive: true,
    json: `{ ${CHANGE}`,
    run: () => import('../run/labcare').then((m) => m.snapshotRemove),
  },
];
