import { type Ask, collection } from '../table';
import { Fault, OPERATION_FAILED, incomplete } from '../wire/fault';
import { type Rep, refTo } from '../wire/rep';
import { existing } from '../world';
import { ADMIN, ADMIN_PERMISSION, ROOT_TAG, SCHEDULING_POLICY, SUPER_USER } from './shared';

const one = { calls: ['system.version'] as const };

export const SCHEDULING_POLICIES = collection<string>({
  ...one,
  path: 'schedulingpolicies',
  tag: 'scheduling_policy',
  tags: 'scheduling_policies',
  items: async () => [SCHEDULING_POLICY],
  id: (id) => id,
  show: () => ({ name: 'none', description: '', locked: true, default_policy: true, properties: {} }),
  searched: async () => (id) => ({ id, name: 'none' }),
  empty: {
    filters: ['filters', 'filter'],
    weights: ['weights', 'weight'],
    balances: ['balances', 'balance'],
  },
});

export const USERS = collection<string>({
  ...one,
  path: 'users',
  tag: 'user',
  tags: 'users',
  items: async () => [ADMIN],
  id: (id) => id,
  show: (ask) => ({
    name: 'admin',
    user_name: ask.user,
    principal: 'admin',
    namespace: '*',
    department: '',
    email: '',
    last_name: '',
    domain: { id: '696e7465726e616c2d617574687a', name: 'internal' },
  }),
  searched: async (ask) => (id) => ({
    id,
    name: 'admin',
    usrname: [ask.user, `${ask.user}-authz`],
    domain: 'internal',
  }),
  links: ['permissions', 'tags'],
  empty: {
    roles: ['roles', 'role'],
    sshpublickeys: ['ssh_public_keys', 'ssh_public_key'],
    eventsubscriptions: ['event_subscriptions', 'event_subscription'],
  },
  note: 'The one user of the API',
});

export const ROLES = collection<string>({
  ...one,
  path: 'roles',
  tag: 'role',
  tags: 'roles',
  items: async () => [SUPER_USER],
  id: (id) => id,
  show: () => ({
    name: 'SuperUser',
    description: 'Everything that the API can do',
    administrative: true,
    mutable: false,
  }),
  searched: async () => (id) => ({ id, name: 'SuperUser' }),
  empty: { permits: ['permits', 'permit'] },
});

const showPermission = (ask: Ask): Rep => ({
  role: refTo(ask.href('roles', SUPER_USER), SUPER_USER),
  user: refTo(ask.href('users', ADMIN), ADMIN),
});

/** The one admin has a permission on everything. */
const permissions = (path: string) =>
  collection<string>({
    ...one,
    path,
    tag: 'permission',
    tags: 'permissions',
    items: async () => [ADMIN_PERMISSION],
    id: (id) => id,
    show: showPermission,
    add: {
      calls: ['system.version'],
      note: 'refused: there is one user, who may do everything',
      run: async () => {
        throw new Fault(409, OPERATION_FAILED, '[There is one user, who has all permissions.]');
      },
    },
  });

export const PERMISSIONS = [
  'permissions',
  'datacenters/{datacenters}/permissions',
  'clusters/{clusters}/permissions',
  'networks/{networks}/permissions',
  'vnicprofiles/{vnicprofiles}/permissions',
  'hosts/{hosts}/permissions',
  'vms/{vms}/permissions',
  'templates/{templates}/permissions',
  'disks/{disks}/permissions',
  'storagedomains/{storagedomains}/permissions',
  'macpools/{macpools}/permissions',
  'users/{users}/permissions',
].map(permissions);

/** The root, and the labels that hosts have. */
export const TAGS = collection<string>({
  path: 'tags',
  tag: 'tag',
  tags: 'tags',
  calls: ['hosts.list'],
  items: async ({ world }) => {
    const labels = (await world.hosts()).all.flatMap((host) => host.labels);
    return [ROOT_TAG, ...[...new Set(labels)].sort()];
  },
  id: (id) => id,
  show: (ask, id) =>
    id === ROOT_TAG
      ? { name: 'root', description: 'The root of all tags' }
      : { name: id, description: 'A label of hosts', parent: refTo(ask.href('tags', ROOT_TAG), ROOT_TAG) },
  note: 'The root, and each label that a host has: `/hosts/{host}/tags` adds them',
  add: {
    calls: ['system.version'],
    note: 'refused: a label exists with the hosts that have it',
    run: async () => {
      throw new Fault(400, OPERATION_FAILED, '[A tag of Atoll is a label that hosts have: give it to a host.]');
    },
  },
});

interface HostLabel {
  readonly id: string;
  readonly host: string;
}

/** Labels of hosts, which decide where a labeled network is. */
export const HOST_TAGS = collection<HostLabel>({
  path: 'hosts/{hosts}/tags',
  tag: 'tag',
  tags: 'tags',
  calls: ['hosts.list'],
  items: async ({ world, ids }) => {
    const { id: host, labels } = await existing(world.hosts(), ids['hosts'] ?? '', 'Host');
    return labels.map((id) => ({ id, host }));
  },
  id: ({ id }) => id,
  show: (_ask, { id }) => ({ name: id }),
  note: 'The labels of the host',
  add: {
    calls: ['hosts.label'],
    waits: 'desired',
    reads: ['name or id'],
    run: async ({ client, world, ids }, body) => {
      const { id: host, labels } = await existing(world.hosts(), ids['hosts'] ?? '', 'Host');
      const label = body.str('name')?.trim() || body.id;
      if (!label) throw incomplete('Tag', 'assign', ['id|name']);
      if (labels.includes(label)) throw new Fault(409, OPERATION_FAILED, `[The host already has the label ${label}.]`);
      const { job } = await client.hosts.label({ host, add: [label] });
      return { id: label, job };
    },
  },
  remove: {
    calls: ['hosts.label'],
    waits: 'desired',
    run: ({ client }, { id, host }) => client.hosts.label({ host, remove: [id] }),
  },
});
