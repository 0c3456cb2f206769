import type { CommandSpec } from '../spec';
import type { ArgSpec } from '../option-spec';

const HOST: ArgSpec = { name: 'HOST', about: 'id or name', complete: 'host' };
const VM: ArgSpec = { name: 'VM', about: 'id, name, or data center/name', complete: 'vm' };

export const OUTSIDE_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['outside', 'enable'],
    about: 'enable the NAT uplink of a lab (no root needed): adds the regular network "outside"',
    args: [HOST],
    changes: true,
    json: '{ network: Network, job: string | null, preview: Preview | null }',
    examples: ['atoll outside enable laptop', 'atoll vnic add gw --network outside'],
    run: () => import('../run/outside').then((m) => m.outsideEnable),
  },
  {
    path: ['outside', 'disable'],
    about: 'disable the NAT uplink of a lab',
    args: [HOST],
    changes: true,
    destructive: true,
    json: '{ job: string | null, preview: Preview | null }',
    run: () => import('../run/outside').then((m) => m.outsideDisable),
  },
  {
    path: ['forward', 'list'],
    about: 'list port forwards, of one VM or all',
    args: [{ ...VM, optional: true }],
    json: 'Forward[]',
    run: () => import('../run/outside').then((m) => m.forwardList),
  },
  {
    path: ['forward', 'add'],
    about: 'forward a port of 127.0.0.2 to a VM on the network "outside"',
    args: [VM, { name: 'PORT', about: 'port of the VM' }],
    options: [
      { name: 'host-port', type: 'number', value: 'N', about: 'port on this computer (default: any free one)' },
      { name: 'udp', type: 'flag', about: 'UDP instead of TCP' },
    ],
    changes: true,
    json: '{ forward: Forward, job: string | null, preview: Preview | null }',
    examples: ['atoll forward add gw 80 --host-port 8080'],
    run: () => import('../run/outside').then((m) => m.forwardAdd),
  },
  {
    path: ['forward', 'remove'],
    about: 'remove a port forward',
    args: [{ name: 'FORWARD', about: 'id of the forward, or its port on this computer' }],
    changes: true,
    destructive: true,
    json: '{ job: string | null, preview: Preview | null }',
    run: () => import('../run/outside').then((m) => m.forwardRemove),
  },
];
