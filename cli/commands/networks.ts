import type { CommandSpec } from '../spec';
import type { ArgSpec } from '../option-spec';

const NETWORK: ArgSpec = { name: 'NETWORK', about: 'id, name, or data center/name', complete: 'network' };
const ADDED = '{ network: Network, job: string | null, preview: Preview | null }';

export const NETWORK_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['network', 'list'],
    about: 'list the networks',
    options: [
      { name: 'datacenter', type: 'text', value: 'DC', about: 'only of this data center', complete: 'dataCenter' },
      { name: 'cluster', type: 'text', value: 'C', about: 'only those attached to this cluster', complete: 'cluster' },
    ],
    json: 'Network[]',
    run: () => import('../run/networks').then((m) => m.networkList),
  },
  {
    path: ['network', 'show'],
    about: 'show a network: where it is, in what state, and who uses it',
    args: [NETWORK],
    json: '{ network: Network, attachments: NetworkAttachment[], profiles: VnicProfile[], vms: { id, name, state, hostId }[], checks: IsolationCheck[], events: Event[] }',
    run: () => import('../run/networks').then((m) => m.networkShow),
  },
  {
    path: ['network', 'add'],
    about: 'add a network, or several alike in one transaction and one job',
    args: [{ name: 'NAME', about: 'its name', many: true }],
    options: [
      {
        name: 'isolated',
        type: 'flag',
        about: 'without a NIC on any host: its VMs hear each other and nothing else does',
      },
      { name: 'mtu', type: 'number', value: 'BYTES', about: '68 to 65521 (default: 1500)' },
      { name: 'comment', type: 'text', value: 'TEXT', about: 'a comment' },
      { name: 'label', type: 'text', value: 'LABEL', about: 'only on hosts that have this label (atoll host label)' },
      {
        name: 'datacenter',
        type: 'text',
        value: 'DC',
        about: 'its data center (default: Default)',
        complete: 'dataCenter',
      },
      {
        name: 'cluster',
        type: 'list',
        value: 'C',
        about: 'attach it to this cluster; may be given several times',
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
    about: 'change a network; its hosts follow',
    args: [NETWORK],
    options: [
      { name: 'name', type: 'text', value: 'NAME', about: "a new name; the bridge's name stays" },
      { name: 'comment', type: 'text', value: 'TEXT', about: 'a comment' },
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
    about: 'attach a network to a cluster; an isolated one is deployed on all active hosts there',
    args: [NETWORK],
    options: [
      {
        name: 'required',
        type: 'flag',
        about: 'a regular one: a host of the cluster without it is non operational (isolated ones always are required)',
      },
      { name: 'cluster', type: 'text', value: 'C', about: 'the cluster (default: Default)', complete: 'cluster' },
    ],
    changes: true,
    json: ADDED,
    run: () => import('../run/networks').then((m) => m.networkAttach),
  },
  {
    path: ['network', 'detach'],
    about: 'detach a network from a cluster and take it off the hosts there',
    args: [NETWORK],
    options: [
      { name: 'cluster', type: 'text', value: 'C', about: 'the cluster (default: Default)', complete: 'cluster' },
    ],
    changes: true,
    json: ADDED,
    run: () => import('../run/networks').then((m) => m.networkDetach),
  },
  {
    path: ['network', 'note'],
    about: 'note something on an island: a network on a host; without words the note is taken off',
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
    about: 'make a network as wanted where it differs, on all its hosts or one',
    args: [NETWORK],
    options: [{ name: 'host', type: 'text', value: 'H', about: 'only on this host', complete: 'host' }],
    changes: true,
    json: ADDED,
    run: () => import('../run/networks').then((m) => m.networkSync),
  },
  {
    path: ['network', 'place-together'],
    about:
      'bring the VMs of an isolated network onto one host, so that they hear each other: those that are down are moved',
    args: [NETWORK],
    options: [
      {
        name: 'host',
        type: 'text',
        value: 'H',
        about: 'onto this host (default: the one with most of them)',
        complete: 'host',
      },
      { name: 'stop-vms', type: 'flag', about: 'also those that run: they are shut down, moved and started again' },
      { name: 'start', type: 'flag', about: 'start all of them there' },
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
    about: 'remove networks that no VM uses, and their bridges',
    args: [{ ...NETWORK, many: true }],
    changes: true,
    destructive: true,
    json: '{ job: string | null, preview: Preview | null }',
    run: () => import('../run/networks').then((m) => m.networkRemove),
  },
  {
    path: ['network', 'check'],
    about: 'prove that isolated networks are isolated; exit 4 when one is not',
    args: [{ ...NETWORK, optional: true }],
    options: [
      { name: 'all', type: 'flag', about: 'all isolated networks (the default without a name)' },
      { name: 'host', type: 'text', value: 'H', about: 'only on this host', complete: 'host' },
      {
        name: 'probe',
        type: 'flag',
        about: 'also plug in throw-away guests, send what a curious one would, and listen',
      },
    ],
    json: 'IsolationCheck[]',
    run: () => import('../run/network-check').then((m) => m.networkCheck),
  },
  {
    path: ['network', 'certificate'],
    about: 'what is known about the isolation of a network, for an auditor; exit 4 when it is not proven isolated',
    args: [NETWORK],
    options: [
      {
        name: 'out',
        type: 'text',
        value: 'FILE',
        about: 'write it to this file, which must not exist yet: JSON, or a page',
        complete: 'file',
      },
      { name: 'html', type: 'flag', about: 'as a page to print, which needs nothing beside it' },
      { name: 'history', type: 'number', value: 'N', about: 'the last N checks of each host (1 to 200, default: 20)' },
      { name: 'probe', type: 'flag', about: 'check now, with the live probe, before it is made' },
    ],
    json: 'IsolationCertificate; with --out { file: string, verdict: Verdict }',
    examples: ['atoll network certificate blue --probe --html --out blue.html'],
    run: () => import('../run/network-certificate').then((m) => m.networkCertificate),
  },
];
