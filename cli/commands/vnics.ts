import type { CommandSpec } from '../spec';
import type { ArgSpec } from '../option-spec';

const VM: ArgSpec = { name: 'VM', about: 'id, name, or data center/name', complete: 'vm' };
const VNIC: ArgSpec = { name: 'NIC', about: 'id or name of the vNIC' };
const CHANGED = '{ vnic: Vnic, job: string | null, preview: Preview | null }';

export const VNIC_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['vnic', 'list'],
    about: 'list vNICs, of a VM, of a network, or all',
    args: [{ ...VM, optional: true }],
    options: [{ name: 'network', type: 'text', value: 'N', about: 'filter by network', complete: 'network' }],
    json: 'Vnic[]',
    run: () => import('../run/vnics').then((m) => m.vnicList),
  },
  {
    path: ['vnic', 'add'],
    about: 'add a vNIC to a VM, running or not',
    args: [VM],
    options: [
      {
        name: 'network',
        type: 'text',
        value: 'N',
        about: 'network (default: none, so no network access)',
        complete: 'network',
      },
      { name: 'name', type: 'text', value: 'NAME', about: 'name (default: the next free nicN)' },
      { name: 'mac', type: 'text', value: 'MAC', about: 'MAC address (default: from the pool)' },
      { name: 'unplugged', type: 'flag', about: 'do not attach the device to the VM yet' },
      { name: 'unlinked', type: 'flag', about: 'with the link down' },
    ],
    changes: true,
    json: CHANGED,
    run: () => import('../run/vnics').then((m) => m.vnicAdd),
  },
  {
    path: ['vnic', 'plug'],
    about: 'attach the device to the VM',
    args: [VM, VNIC],
    changes: true,
    json: CHANGED,
    run: () => import('../run/vnics').then((m) => m.vnicPlug),
  },
  {
    path: ['vnic', 'unplug'],
    about: 'detach the device from the VM',
    args: [VM, VNIC],
    changes: true,
    json: CHANGED,
    run: () => import('../run/vnics').then((m) => m.vnicUnplug),
  },
  {
    path: ['vnic', 'link'],
    about: 'set the link up or down',
    args: [{ name: 'UP|DOWN', about: 'up or down', complete: ['up', 'down'] }, VM, VNIC],
    changes: true,
    json: CHANGED,
    examples: ['atoll vnic link down web nic1'],
    run: () => import('../run/vnics').then((m) => m.vnicLink),
  },
  {
    path: ['vnic', 'move'],
    about: 'move a vNIC to another network, also while the VM runs',
    args: [VM, VNIC],
    options: [
      { name: 'network', type: 'text', value: 'N', about: 'target network', complete: 'network' },
      { name: 'none', type: 'flag', about: 'remove it from its network' },
    ],
    changes: true,
    json: CHANGED,
    run: () => import('../run/vnics').then((m) => m.vnicMove),
  },
  {
    path: ['vnic', 'remove'],
    about: 'remove a vNIC',
    args: [VM, VNIC],
    changes: true,
    destructive: true,
    json: '{ job: string | null, preview: Preview | null }',
    run: () => import('../run/vnics').then((m) => m.vnicRemove),
  },
];
