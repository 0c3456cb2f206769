import { AppError, type NetworkServices, ipv4Number, note, run, serverAddress, whyNotReservable } from '../../contract';
import { listed } from '../core/listed';
import type { NetworkClusterRow, NetworkRow } from '../ports/store';

type Named = { readonly id: string; readonly name: string };

/** Bad: `update {isIsolated: false}` of an isolated network, or true of a regular one. Repeating the current value is fine. */
export function ruleS1IsolatedIsFixed(
  network: Pick<NetworkRow, 'name' | 'isIsolated'>,
  wanted: boolean | undefined,
): void {
  if (wanted === undefined || wanted === network.isIsolated) return;
  throw new AppError(
    'RULE_BROKEN',
    `The network "${network.name}" was created ${network.isIsolated ? 'isolated' : 'regular'}, and that cannot be changed`,
    {
      rule: 'S1',
      field: 'isIsolated',
      remedy: note(
        `Create another network ${wanted ? 'that is isolated' : 'that is not isolated'} and move the vNICs there.`,
      ),
    },
  );
}

/** Bad: an isolated network with VLAN tag 7, new or by update. */
export function ruleS3IsolatedHasNoVlan(network: { readonly isIsolated: boolean; readonly vlan: number | null }): void {
  if (!network.isIsolated || network.vlan === null) return;
  throw new AppError('RULE_BROKEN', `An isolated network can have no VLAN tag (given: ${network.vlan})`, {
    rule: 'S3',
    field: 'vlan',
    remedy: note('A tag only applies to a NIC, which an isolated network does not have. Leave it out.'),
  });
}

/** Bad: an isolated network with NIC eth1. */
export function ruleS3IsolatedHasNoNic(network: { readonly isIsolated: boolean; readonly nic: string | null }): void {
  if (!network.isIsolated || network.nic === null) return;
  throw new AppError('RULE_BROKEN', `An isolated network can have no NIC (given: ${network.nic})`, {
    rule: 'S3',
    field: 'nic',
    remedy: note('Leave the NIC out, or create a regular network.'),
  });
}

/** Bad: a regular network created with NIC eth1: its NIC can differ between hosts. */
export function ruleS3NicIsOfHosts(network: { readonly isIsolated: boolean; readonly nic: string | null }): void {
  if (network.isIsolated || network.nic === null) return;
  throw new AppError('BAD_INPUT', `The NIC of a network is set on each host separately (given: ${network.nic})`, {
    rule: 'S3',
    field: 'nic',
    remedy: run(
      'hosts.setupNetworks',
      { attach: [{}] },
      'Leave the NIC out, and set the network up on a NIC of each host.',
    ),
  });
}

/** Bad: removing red, or detaching it from a cluster, while it is set up on node1: regular networks change only on request. */
export function assertNotAttachedToHosts(network: Named, hosts: readonly Named[]): void {
  if (hosts.length === 0) return;
  throw new AppError('RULE_BROKEN', `The network "${network.name}" is set up on ${listed(hosts)}`, {
    rule: 'O4',
    field: 'network',
    remedy: run('hosts.setupNetworks', { host: hosts[0]?.name, detach: [network.name] }),
  });
}

/** Bad: an isolation check of a regular network, which is meant to be connected. */
export function assertIsolatedNetwork(network: Pick<NetworkRow, 'name' | 'isIsolated'>): void {
  if (network.isIsolated) return;
  throw new AppError('BAD_INPUT', `The network "${network.name}" is regular: it is not meant to be isolated`, {
    rule: 'S3',
    field: 'network',
    remedy: note('Check an isolated network, or all of them by naming none.'),
  });
}

/**
 * Bad: an isolated network called `ovirtmgmt`: hosts are reached over a management network, and an isolated one reaches nothing.
 */
export function ruleO3ManagementIsNotIsolated(network: { readonly name: string; readonly isIsolated: boolean }): void {
  if (!network.isIsolated || !/^(ovirtmgmt|rhevm|rhvm)$/i.test(network.name)) return;
  throw new AppError('RULE_BROKEN', `The management network "${network.name}" can't be isolated`, {
    rule: 'O3',
    field: 'name',
    remedy: note('Hosts are reached over it. Choose another name.'),
  });
}

/** Bad: attaching an isolated network with `required: false`. */
export function ruleS4IsolatedIsRequired(
  network: Pick<NetworkRow, 'name' | 'isIsolated'>,
  required: boolean | undefined,
): void {
  if (!network.isIsolated || required !== false) return;
  throw new AppError('RULE_BROKEN', `The isolated network "${network.name}" is always required in its clusters`, {
    rule: 'S4',
    field: 'required',
    remedy: note(
      'Every host can have it at no cost, so a host without it is a fault, never a choice. Leave the flag out.',
    ),
  });
}

/** Bad: a second network "blue" in the data center, new or by renaming. `others` may contain the network itself. */
export function ruleO5NetworkNameIsUnique(name: string, others: readonly Named[], self?: string): void {
  if (!others.some((other) => other.name === name && other.id !== self)) return;
  throw new AppError('CONFLICT', `The data center already has a network "${name}"`, {
    rule: 'O5',
    field: 'name',
    remedy: note('Choose another name, or use the existing network.'),
  });
}

/** Bad: a network of data center A attached to a cluster of data center B. */
export function assertSameDataCenter(
  network: Pick<NetworkRow, 'name' | 'dataCenterId'>,
  cluster: { readonly name: string; readonly dataCenterId: string },
): void {
  if (network.dataCenterId === cluster.dataCenterId) return;
  throw new AppError(
    'RULE_BROKEN',
    `The network "${network.name}" and the cluster "${cluster.name}" are in different data centers`,
    {
      rule: 'O5',
      field: 'cluster',
      remedy: note("Choose a cluster of the network's own data center."),
    },
  );
}

/** Bad: attaching a network to a cluster that it is attached to. */
export function assertNotAttachedTwice(
  network: Named,
  cluster: Named,
  memberships: readonly NetworkClusterRow[],
): void {
  if (!memberships.some((row) => row.networkId === network.id && row.clusterId === cluster.id)) return;
  throw new AppError('CONFLICT', `The network "${network.name}" is already attached to the cluster "${cluster.name}"`, {
    rule: 'S2',
    field: 'cluster',
    remedy: note('If it is missing on a host, sync that host.'),
  });
}

/** Bad: detaching a network from a cluster that it is not attached to. */
export function assertAttached(network: Named, cluster: Named, memberships: readonly NetworkClusterRow[]): void {
  if (memberships.some((row) => row.networkId === network.id && row.clusterId === cluster.id)) return;
  throw new AppError('CONFLICT', `The network "${network.name}" is not attached to the cluster "${cluster.name}"`, {
    rule: 'S2',
    field: 'cluster',
    remedy: note('Show the network to see its clusters.'),
  });
}

/** Bad: detaching "blue" from a cluster while its VM "web1", running or not, has a vNIC on it. `users`: VMs of that cluster. */
export function ruleO3DetachedIsUnused(network: Named, cluster: Named, users: readonly Named[]): void {
  if (users.length === 0) return;
  throw new AppError(
    'RULE_BROKEN',
    `The network "${network.name}" is used in the cluster "${cluster.name}" by ${listed(users)}`,
    {
      rule: 'O3',
      field: 'network',
      remedy: note('Move their vNICs to another network or remove these VMs, then detach it.'),
    },
  );
}

/**
 * Bad: a label of "blue", or of a host, that would remove "blue" from node1, where "web1" has a vNIC on it. `users`: VMs that live
 * there.
 */
export function ruleS9LeftHostIsUnused(
  network: Pick<NetworkRow, 'name' | 'label'>,
  host: Named,
  users: readonly Named[],
): void {
  if (users.length === 0) return;
  throw new AppError(
    'RULE_BROKEN',
    `The host "${host.name}" does not have the label ${network.label ?? ''} of "${network.name}", and ${listed(users)} on it ${users.length === 1 ? 'uses' : 'use'} that network`,
    {
      rule: 'S9',
      field: 'label',
      remedy: run(
        'hosts.label',
        { host: host.name, ...(network.label === null ? {} : { add: [network.label] }) },
        'Give the host the label, or move their vNICs first.',
      ),
    },
  );
}

/** Bad: a label that excludes the regular network "red" from node1, where it is set up. */
export function ruleS9SetUpWhereLabelled(
  network: Pick<NetworkRow, 'name' | 'label'>,
  host: Named,
  isFine: boolean,
): void {
  if (isFine) return;
  throw new AppError(
    'RULE_BROKEN',
    `The network "${network.name}" is set up on "${host.name}", which does not have its label ${network.label ?? ''}`,
    {
      rule: 'S9',
      field: 'label',
      remedy: run(
        'hosts.setupNetworks',
        { host: host.name, detach: [network.name] },
        'Detach the network from the host first, or give the host the label.',
      ),
    },
  );
}

/** Bad: a vNIC of "web1", whose disks are on node1, on "blue", whose label excludes node1. */
export function ruleS9HostIsEligible(
  network: Pick<NetworkRow, 'name' | 'label'>,
  host: Named | undefined,
  isFine: boolean,
): void {
  if (isFine || !host) return;
  throw new AppError(
    'RULE_BROKEN',
    `The network "${network.name}" is only on hosts with the label ${network.label ?? ''}, which "${host.name}" does not have`,
    {
      rule: 'S9',
      field: 'network',
      remedy: run('hosts.label', { host: host.name, ...(network.label === null ? {} : { add: [network.label] }) }),
    },
  );
}

/** Bad: removing "blue" while any VM has a vNIC on it. */
export function ruleO3RemovedIsUnused(network: Named, users: readonly Named[]): void {
  if (users.length === 0) return;
  throw new AppError('RULE_BROKEN', `The network "${network.name}" is used by ${listed(users)}`, {
    rule: 'O3',
    field: 'network',
    remedy: note('Move their vNICs to another network or remove these VMs, then remove it.'),
  });
}

/** DHCP messages of 576 bytes must pass (RFC 2131). */
const LEAST_MTU = 576;

/** Packets of 1,280 bytes must pass (RFC 8200, section 5). */
const LEAST_MTU_IPV6 = 1280;

/** Bad: DHCP on a network with an MTU of 500 bytes; IPv6 on one with 1,000. */
export function assertMtuServes({ name, mtu, services }: Pick<NetworkRow, 'name' | 'mtu' | 'services'>): void {
  const least = services?.subnet6 == null ? LEAST_MTU : LEAST_MTU_IPV6;
  if (services === null || mtu >= least) return;
  throw new AppError(
    'BAD_INPUT',
    `${least === LEAST_MTU ? 'DHCP' : 'IPv6'} on the network "${name}" needs an MTU of at least ${least} (given: ${mtu})`,
    {
      rule: 'SERVICES',
      field: 'mtu',
      remedy: note('Choose a larger MTU, or switch addresses and names off.'),
    },
  );
}

/** Bad: addresses and names inside of a regular network, which can have a DHCP server outside. */
export function assertServesIsolated({ name, isIsolated }: Pick<NetworkRow, 'name' | 'isIsolated'>): void {
  if (isIsolated) return;
  throw new AppError(
    'RULE_BROKEN',
    `The network "${name}" is regular: Atoll serves addresses only inside isolated ones`,
    {
      rule: 'SERVICES',
      field: 'network',
      remedy: note('A regular network gets its addresses from its own LAN. Choose an isolated network.'),
    },
  );
}

/** Bad: the range 10.8.0.5 to 10.8.0.9 in 10.9.0.0/24; one that ends before it begins; one that contains the server. */
export function assertPoolFits({ subnet, pool }: Pick<NetworkServices, 'subnet' | 'pool'>): void {
  if (pool === null) return;
  for (const address of [pool.from, pool.to]) {
    const why = whyNotReservable({ subnet, pool: null }, address);
    if (why !== null) throw refusedPool(`The range can't have ${address}: it ${why}`, subnet);
  }
  if (ipv4Number(pool.from) > ipv4Number(pool.to))
    throw refusedPool(`The range ends (${pool.to}) before it begins (${pool.from})`, subnet);
}

function refusedPool(message: string, subnet: string): AppError {
  return new AppError('BAD_INPUT', message, {
    rule: 'SERVICES',
    field: 'pool',
    remedy: note(`Choose addresses in ${subnet} below ${serverAddress(subnet)}, or leave the range out.`),
  });
}
