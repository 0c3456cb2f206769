import type { CommandSpec } from '../spec';
import type { ArgSpec } from '../option-spec';

const NETWORK: ArgSpec = { name: 'NETWORK', about: 'id, name, or data center/name', complete: 'network' };
const ADDED = '{ network: Network, job: string | null, preview: Preview | null }';

export const NETWORK_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['network', 'list'],
    about: 'list the networks',
    options: [
      { name: 'datacenter', type: 'text', value: 'DC', about: 'filter by data center', complete: 'dataCenter' },
      { name: 'cluster', type: 'text', value: 'C', about: 'filter by cluster', complete: 'cluster' },
    ],
    json: 'Network[]',
    run: () => import('../run/networks').then((m) => m.networkList),
  },
  {
    path: ['network', 'show'],
    about: 'show a network: its hosts, their state, and the VMs that use it',
    args: [NETWORK],
    json: '{ network: Network, attachments: NetworkAttachment[], profiles: VnicProfile[], vms: { id, name, state, hostId }[], checks: IsolationCheck[], events: Event[] }',
    run: () => import('../run/networks').then((m) => m.networkShow),
  },
  {
    path: ['network', 'add'],
    about: 'create one network, or several with the same settings in one transaction and one job',
    args: [{ name: 'NAME', about: 'name of the network', many: true }],
    options: [
      {
        name: 'isolated',
        type: 'flag',
        about: 'without a NIC on any host: its VMs reach each other and nothing else',
      },
      { name: 'mtu', type: 'number', value: 'BYTES', about: '68 to 65521 (default: 1500)' },
      { name: 'comment', type: 'text', value: 'TEXT', about: 'comment' },
      { name: 'label', type: 'text', value: 'LABEL', about: 'only on hosts that have this label (atoll host label)' },
      {
        name: 'datacenter',
        type: 'text',
        value: 'DC',
        about: 'data center (default: Default)',
        complete: 'dataCenter',
      },
      {
        name: 'cluster',
        type: 'list',
        value: 'C',
        about: 'attach it to this cluster; can be repeated',
        complete: 'cluster',
      },
      { name: 'vlan', type: 'number', value: 'TAG', about: '1 to 4094; not on an isolated network' },
    ],
    changes: true,
    json: `${ADDED}; with several names { networks: Network[], job: string | null, preview: Preview | null }`,
    examples: [
      'atoll network add blue --isolated --cluster Default',
      'atoll network add red green --isolated --dry-run',
    ],
    run: () => import('../run/networks').then((m) => m.networkAdd),
  },
  {
    path: ['network', 'update'],
    about: 'change a network on all its hosts',
    args: [NETWORK],
    options: [
      { name: 'name', type: 'text', value: 'NAME', about: 'new name; the name of the bridge does not change' },
      { name: 'comment', type: 'text', value: 'TEXT', about: 'comment' },
      { name: 'mtu', type: 'number', value: 'BYTES', about: '68 to 65521' },
      { name: 'vlan', type: 'number', value: 'TAG', about: '1 to 4094, 0 for none; not on an isolated network' },
      { name: 'label', type: 'text', value: 'LABEL', about: 'only on hosts that have this label (atoll host label)' },
      { name: 'no-label', type: 'flag', about: 'on all hosts of its clusters' },
    ],
    changes: true,
    json: ADDED,
    run: () => import('../run/networks').then((m) => m.networkUpdate),
  },
  {
    path: ['network', 'attach'],
    about: 'attach a network to a cluster; an isolated one is deployed on all its active hosts',
    args: [NETWORK],
    options: [
      {
        name: 'required',
        type: 'flag',
        about:
          'for a regular network: hosts of the cluster without it become non-operational (isolated networks are always required)',
      },
      { name: 'cluster', type: 'text', value: 'C', about: 'cluster (default: Default)', complete: 'cluster' },
    ],
    changes: true,
    json: ADDED,
    run: () => import('../run/networks').then((m) => m.networkAttach),
  },
  {
    path: ['network', 'detach'],
    about: 'detach a network from a cluster and remove it from the hosts there',
    args: [NETWORK],
    options: [{ name: 'cluster', type: 'text', value: 'C', about: 'cluster (default: Default)', complete: 'cluster' }],
    changes: true,
    json: ADDED,
    run: () => import('../run/networks').then((m) => m.networkDetach),
  },
  {
    path: ['network', 'note'],
    about: 'set the note of an island (a network on a host); without WORDS, remove it',
    args: [
      NETWORK,
      { name: 'HOST', about: 'id or name', complete: 'host' },
      { name: 'WORDS', about: 'the note', optional: true, many: true },
    ],
    changes: true,
    json: '{ note: { networkId, hostId, note }, job: null, preview: Preview | null }',
    examples: ['atoll network note blue laptop "for the course on Friday"'],
    run: () => import('../run/networks').then((m) => m.networkNote),
  },
  {
    path: ['network', 'sync'],
    about: 'repair what differs from the desired state of a network, on all its hosts or one',
    args: [NETWORK],
    options: [{ name: 'host', type: 'text', value: 'H', about: 'only on this host', complete: 'host' }],
    changes: true,
    json: ADDED,
    run: () => import('../run/networks').then((m) => m.networkSync),
  },
  {
    path: ['network', 'place-together'],
    about:
      'move the VMs of an isolated network to one host, so that they reach each other; only VMs that are down are moved',
    args: [NETWORK],
    options: [
      {
        name: 'host',
        type: 'text',
        value: 'H',
        about: 'target host (default: the one with most of these VMs)',
        complete: 'host',
      },
      { name: 'stop-vms', type: 'flag', about: 'also move running VMs: they are shut down, moved and started again' },
      { name: 'start', type: 'flag', about: 'start all of them on the target host' },
    ],
    changes: true,
    json: '{ network: Network, host: { id, name }, job: string | null, preview: Preview | null }',
    examples: [
      'atoll network place-together blue --dry-run',
      'atoll network place-together blue --host node1 --stop-vms',
    ],
    run: () => import('../run/vm-move').then((m) => m.placeTogether),
  },
  {
    path: ['network', 'remove'],
    about: 'remove networks that no VM uses, with their bridges',
    args: [{ ...NETWORK, many: true }],
    changes: true,
    destructive: true,
    json: '{ job: string | null, preview: Preview | null }',
    run: () => import('../run/networks').then((m) => m.networkRemove),
  },
  {
    path: ['network', 'check'],
    about: 'verify that networks are isolated, with evidence; exits with 4 if one is not',
    args: [{ ...NETWORK, optional: true }],
    options: [
      { name: 'all', type: 'flag', about: 'all isolated networks (default without a name)' },
      { name: 'host', type: 'text', value: 'H', about: 'only on this host', complete: 'host' },
      {
        name: 'probe',
        type: 'flag',
        about: 'also run a live probe with temporary guests',
      },
    ],
    json: 'IsolationCheck[]',
    run: () => import('../run/network-check').then((m) => m.networkCheck),
  },
  {
    path: ['network', 'certificate'],
    about:
      'create an isolation certificate for an auditor: evidence and history; exits with 4 if isolation is not proven',
    args: [NETWORK],
    options: [
      {
        name: 'out',
        type: 'text',
        value: 'FILE',
        about: 'write to this new file: JSON, or HTML with --html',
        complete: 'file',
      },
      { name: 'html', type: 'flag', about: 'as a self-contained HTML page' },
      { name: 'history', type: 'number', value: 'N', about: 'number of past checks per host (1 to 200, default: 20)' },
      { name: 'probe', type: 'flag', about: 'first run a check with a live probe' },
    ],
    json: 'IsolationCertificate; with --out { file: string, verdict: Verdict }',
    examples: ['atoll network certificate blue --probe --html --out blue.html'],
    run: () => import('../run/network-certificate').then((m) => m.networkCertificate),
  },
];
