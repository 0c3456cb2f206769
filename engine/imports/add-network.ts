import {
  AppError,
  DEFAULT_MTU,
  type Ipv4,
  type Ipv6,
  NetworkName,
  note,
  run,
  type PreviewLine,
  say,
} from '../../contract';
import type { Scope } from '../core/scope';
import { NetworkAdder } from '../networks/adding';
import { pendingAttachment, writeAttachments } from '../networks/attaching';
import { isEligible } from '../plan/eligible';
import type { ObservedBridge, ObservedHost } from '../ports/observed';
import type { HostRow, NetworkAttachmentRow, NetworkRow } from '../ports/store';
import { addressesOf, uplinksOf } from '../plan/regular/compare';
import { netStateOf } from '../plan/regular/net-state';
import { badName, takenName } from './rules';

/** A network that represents an imported bridge. */
export interface AddedNetwork {
  readonly row: NetworkRow;
  /** Whether the import created the network; if so, it is removed when the import fails. */
  readonly added: boolean;
  readonly lines: readonly PreviewLine[];
}

/** Writes the network of a bridge: an existing one of the same name (which the bridge blocks until now), otherwise a new one. */
export function addImportedNetwork(
  scope: Scope,
  host: HostRow,
  bridge: ObservedBridge,
  seen: ObservedHost,
  name: string | undefined,
): AddedNetwork {
  const { tx, refs } = scope;
  const { dataCenterId } = refs.cluster(host.clusterId);
  const attachment = attachmentOf(bridge, seen);
  const known = tx.networks.ofDataCenter(dataCenterId).find((network) => network.bridge === bridge.name);
  const { row, added } = known
    ? { row: joinKnown(scope, host, bridge, known, attachment), added: false }
    : { row: addNew(scope, host, bridge, attachment, name ?? bridge.name), added: true };
  const pending = pendingAttachment(row.id, host.id);
  tx.attachments.upsert({ ...pending, ...attachment, imported: attachment.nic === null ? 'waits' : 'yes' });
  return { row, added, lines: linesOf(scope, host, bridge, seen, { row, attachment }) };
}

type How = Pick<NetworkAttachmentRow, 'nic' | 'ipv4' | 'ipv6'> & { readonly vlan: number | null };

/** The attachment as the host has it now: the desired state of a regular network. An isolated one has neither NIC nor address. */
function attachmentOf(bridge: ObservedBridge, seen: ObservedHost): How {
  const state = netStateOf(seen);
  const [uplink] = uplinksOf(state, bridge.name);
  const none = { ipv4: { kind: 'none' }, ipv6: { kind: 'none' } } as const;
  if (!uplink) return { nic: null, vlan: null, ...none };
  const addresses = state.links.get(bridge.name)?.addresses ?? [];
  const gateway = (isIpv6: boolean): string | null =>
    state.routes.find(({ to, via, dev }) => to === 'default' && dev === bridge.name && via?.includes(':') === isIpv6)
      ?.via ?? null;
  const [v4] = addresses.filter((address) => !address.includes(':'));
  const [v6] = addresses.filter((address) => address.includes(':'));
  const ipv4: Ipv4 = v4 === undefined ? none.ipv4 : { kind: 'static', address: v4, gateway: gateway(false) };
  const ipv6: Ipv6 = v6 === undefined ? none.ipv6 : { kind: 'static', address: v6, gateway: gateway(true) };
  return { nic: uplink.vlan?.parent ?? uplink.name, vlan: uplink.vlan?.tag ?? null, ipv4, ipv6 };
}

function addNew(scope: Scope, host: HostRow, bridge: ObservedBridge, how: How, name: string): NetworkRow {
  const { tx } = scope;
  const { dataCenterId } = scope.refs.cluster(host.clusterId);
  const parsed = NetworkName.safeParse(name);
  if (!parsed.success) throw badName('network', name, parsed.error.issues[0]?.message ?? 'cannot be imported');
  if (tx.networks.ofDataCenter(dataCenterId).some((network) => network.name === name)) throw takenName('network', name);
  const isIsolated = how.nic === null;
  const draft = { name, isIsolated, dataCenter: dataCenterId, mtu: bridge.mtu, vlan: how.vlan, nic: null };
  const there = { bridge: bridge.name, host: host.name };
  const rest = { comment: '', label: null, clusters: [host.clusterId] };
  return new NetworkAdder(scope).add({ ...draft, ...rest }, there).row;
}

/** The network exists, and the host's own bridge has its name: from now on it is the network's bridge on this host. */
function joinKnown(scope: Scope, host: HostRow, bridge: ObservedBridge, known: NetworkRow, how: How): NetworkRow {
  const { tx } = scope;
  const isIsolated = how.nic === null;
  const cluster = scope.refs.cluster(host.clusterId);
  assertSameKind(known, bridge, isIsolated);
  assertLabelAllows(known, host);
  const memberships = tx.networkClusters.ofNetwork(known.id);
  if (!memberships.some(({ clusterId }) => clusterId === cluster.id))
    writeAttachments(tx, known, cluster, tx.hosts.ofCluster(cluster.id));
  return known;
}

/** Bad: the bridge blue with a NIC for the isolated network "blue", or the reverse. */
function assertSameKind(network: NetworkRow, bridge: ObservedBridge, isIsolated: boolean): void {
  if (network.isIsolated === isIsolated) return;
  throw new AppError(
    'RULE_BROKEN',
    `The bridge ${bridge.name} ${isIsolated ? 'has no NIC' : 'has a NIC'}, but the network "${network.name}" with that bridge name is ${network.isIsolated ? 'isolated' : 'regular'}`,
    {
      rule: 'IMPORT',
      field: 'bridges',
      remedy: note('Rename the bridge on the host, then import it as a separate network.'),
    },
  );
}

/** Bad: for a network whose label excludes the host. */
function assertLabelAllows(network: NetworkRow, host: HostRow): void {
  if (isEligible(host, network)) return;
  throw new AppError(
    'RULE_BROKEN',
    `The network "${network.name}" is only on hosts with the label ${network.label ?? ''}, which "${host.name}" does not have`,
    {
      rule: 'S9',
      field: 'bridges',
      remedy: run('hosts.label', { host: host.name, ...(network.label === null ? {} : { add: [network.label] }) }),
    },
  );
}

interface Made {
  readonly row: NetworkRow;
  readonly attachment: How;
}

/** The changes of sealing, for the preview; a regular bridge is not changed at all. */
function linesOf(scope: Scope, host: HostRow, bridge: ObservedBridge, seen: ObservedHost, made: Made): PreviewLine[] {
  const { name, addresses, mtu } = bridge;
  const { row, attachment } = made;
  if (attachment.nic !== null) {
    const { nic, vlan } = attachment;
    return [
      say('preview.import.regular', {
        ...{ bridge: name, network: row.name, nic, vlan },
        addresses: [...addressesOf(attachment)],
      }),
      say('preview.import.unchanged', { bridge: name, host: host.name }),
    ];
  }
  const cluster = scope.refs.cluster(host.clusterId).name;
  const routes = (seen.routes ?? []).filter(({ dev }) => dev === name);
  const others = scope.tx.hosts.ofCluster(host.clusterId).filter(({ id }) => id !== host.id);
  return [
    say('preview.import.isolated', { bridge: name, network: row.name, cluster }),
    say('preview.import.seal', { bridge: name }),
    ...(addresses.length === 0 ? [] : [say('preview.import.addresses', { bridge: name, addresses: [...addresses] })]),
    ...(bridge.alias === null ? [] : [say('preview.import.alias', { alias: bridge.alias })]),
    ...(routes.length === 0 ? [] : [say('preview.import.routes', { bridge: name, count: routes.length })]),
    ...(mtu === DEFAULT_MTU ? [] : [say('preview.import.mtu', { mtu })]),
    ...(others.length === 0 ? [] : [say('preview.import.other_hosts', { bridge: name })]),
    say('preview.import.at_boot', { bridge: name, host: host.name }),
  ];
}
