import { type Lease, type ServicesServer, isGuestOf, isInSubnet6, sameForm, subnet4 } from '../../contract';
import type { Core } from '../context';
import { instant } from '../core/ids';
import { rowsOfHost, wantedFor } from '../plan/model/wanted';
import type { ObservedLease, ObservedServices, RogueServer } from '../ports/services';
import type { NetworkRow } from '../ports/store';
import { rangeOf } from './range';
import { type Member, addressesOf, labelsOf, membersOf } from '../plan/model/services-spec';

interface Seen {
  readonly hostId: string;
  readonly services: ObservedServices;
}

/** The servers of a network as last observed, by host. */
function seenOf({ store, actors }: Core, networkId: string): Seen[] {
  return store.attachments.ofNetwork(networkId).flatMap(({ hostId }) => {
    const services = actors.find(hostId)?.seen?.services?.find((each) => each.networkId === networkId);
    return services ? [{ hostId, services }] : [];
  });
}

/** `networks.leases`: reservations in order of the VMs' creation, then leases of guests that Atoll does not know. */
export function leasesOf(core: Core, network: NetworkRow): { leases: Lease[]; servers: ServicesServer[] } {
  const { services } = network;
  if (services === null) return { leases: [], servers: [] };
  const members = membersOf(core.store, network.id);
  const labels = labelsOf(members);
  const seen = seenOf(core, network.id);
  const leased = seen.flatMap(({ hostId, services: { leases } }) => leases.map((lease) => ({ ...lease, hostId })));
  const subnet = subnet4(services.subnet);
  // A lease of IPv6 does not name the MAC address: it is known by its address, which follows from that.
  const isOf = (member: Member, { mac, address }: ObservedLease): boolean =>
    mac === null ? addressesOf(services, member).includes(address) : mac.toLowerCase() === member.mac;
  const leasedAt = (expiresAt: number | null): NonNullable<Lease['leased']> => ({
    expiresAt: expiresAt === null ? null : instant(expiresAt),
  });
  const known = members.flatMap((member): Lease[] => {
    const { mac, hostId, vmId: id, vm: name, nic: vnic } = member;
    const addresses = addressesOf(services, member);
    const own = leased.filter((lease) => isOf(member, lease));
    const label = labels.get(member)?.own;
    const shared = { hostId, mac, vm: { id, name, vnic } };
    const domain = services.mode === 'dhcp' || label === undefined ? null : `${label}.${services.domain}`;
    const reserved = addresses.map((address): Lease => {
      const lease = own.find((each) => sameForm(each.address) === sameForm(address));
      const isReserved =
        isGuestOf(subnet, address) || (services.subnet6 !== null && isInSubnet6(services.subnet6, address));
      return { ...shared, address, name: domain, isReserved, leased: lease ? leasedAt(lease.expiresAt) : null };
    });
    const others = own.filter(({ address }) => !addresses.some((each) => sameForm(each) === sameForm(address)));
    return [
      ...reserved,
      ...others.map(({ address, expiresAt }): Lease => {
        return { ...shared, address, name: null, isReserved: false, leased: leasedAt(expiresAt) };
      }),
    ];
  });
  const unknown = leased
    .filter((lease) => !members.some((member) => isOf(member, lease)))
    .map(({ hostId, mac, address, expiresAt }): Lease => {
      return { hostId, mac, address, vm: null, name: null, isReserved: false, leased: leasedAt(expiresAt) };
    });
  return { leases: [...known, ...unknown], servers: serversOf(core, network, seen) };
}

function serversOf(core: Core, network: NetworkRow, seen: readonly Seen[]): ServicesServer[] {
  const { store, actors } = core;
  return store.attachments.ofNetwork(network.id).map(({ hostId }): ServicesServer => {
    const rows = rowsOfHost(store, hostId);
    const wanted = rows && wantedFor(store.storeId, rows).services?.find(({ networkId }) => networkId === network.id);
    const actual = seen.find((each) => each.hostId === hostId)?.services;
    const rogues = (actual ? roguesOf(store, network, actual) : []).map(({ port, mac, address, kind }) => ({
      kind,
      vm: vmOfTap(core, hostId, port),
      mac,
      address,
    }));
    const range = wanted ? rangeOf(wanted.ipv4?.pool ?? null, actual?.leases ?? []) : null;
    const shared = { hostId, faults: [...(actual?.faults ?? [])], range, rogues };
    if (!wanted) return { ...shared, state: 'idle' };
    if (actors.find(hostId)?.connected !== true) return { ...shared, state: 'unknown' };
    if (!actual?.isRunning || actual.settings !== wanted.settings) return { ...shared, state: 'starting' };
    return { ...shared, state: actual.faults.length > 0 ? 'faulty' : 'running' };
  });
}

/**
 * The guests that answer in place of a network's server. Router advertisements count only where the server sends some, or they are
 * dropped; those of the gateway VM are its task.
 */
export function roguesOf(
  store: Core['store'],
  { services }: Pick<NetworkRow, 'services'>,
  { rogues }: ObservedServices,
): readonly RogueServer[] {
  if (services === null) return [];
  const gateway = services.gatewayVmId === null ? [] : store.vnics.ofVm(services.gatewayVmId).map(({ mac }) => mac);
  const counts = services.subnet6 !== null || services.guard;
  return rogues.filter(({ kind, mac }) => kind === 'dhcp' || (counts && !gateway.includes(mac.toLowerCase())));
}

/** The VM at the other end of a tap; null: Atoll knows none. */
export function vmOfTap({ actors }: Pick<Core, 'actors'>, hostId: string, port: string): string | null {
  const vms = actors.find(hostId)?.seen?.vms ?? [];
  return vms.find(({ vnics }) => vnics.some(({ tap }) => tap === port))?.name ?? null;
}
