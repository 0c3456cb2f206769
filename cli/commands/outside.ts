import type { CommandSpec } from '../spec';
import type { ArgSpec } from '../option-spec';

const HOST: ArgSpec = { name: 'HOST', about: 'id or name', complete: 'host' };
const VM: ArgSpec = { name: 'VM', about: 'id, name, or data center/name', complete: 'vm' };

export const OUTSIDE_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['outside', 'enable'],
    about: 'give a lab a way out: the regular network "outside", behind a NAT that needs no root',
    args: [HOST],
    changes: true,
    json: '{ network: Network, job: string | null, preview: Preview | null }',
    examples: ['atoll outside enable laptop', 'atoll vnic add gw --network outside'],
    run: () => import('../run/outside').then((m) => m.outsideEnable),
  },
  {
    path: ['outside', 'disable'],
    about: 'take the way out of a lab away',
    args: [HOST],
    changes: true,
    destructive: true,
    json: '{ job: string | null, preview: Preview | null }',
    run: () => import('../run/outside').then((m) => m.outsideDisable),
  },
  {
    path: ['forward', 'list'],
    about: 'list the forwards: of a VM, or all',
    args: [{ ...VM, optional: true }],
    json: 'Forward[]',
    run: () => import('../run/outside').then((m) => m.forwardList),
  },
  {
    path: ['forward', 'add'],
    about: 'let a port of 127.0.0.2 lead to a port of a VM on the network "outside"',
    args: [VM, { name: 'PORT', about: "the VM's port" }],
    options: [
      { name: 'host-port', type: 'number', value: 'N', about: "this computer's port (default: any free one)" },
      { name: 'udp', type: 'flag', about: 'UDP instead of TCP' },
    ],
    changes: true,
    json: '{ forward: Forward, job: string | null, preview: Preview | null }',
    examples: ['atoll forward add gw 80 --host-port 8080'],
    run: () => import('../run/outside').then((m) => m.forwardAdd),
  },
  {
    path: ['forward', 'remove'],
    about: 'remove a forward',
    args: [{ name: 'FORWARD', about: "its id, or this computer's port" }],
    changes: true,
    destructive: true,
    json: '{ job: string | null, preview: Preview | null }',
    run: () => import('../run/outside').then((m) => m.forwardRemove),
  },
];
