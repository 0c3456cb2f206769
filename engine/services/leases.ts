import { type Lease, type ServicesServer, isGuestOf, sameForm, subnet4 } from '../../contract';
import type { Core } from '../context';
import { instant } from '../core/ids';
import { rowsOfHost, wantedFor } from '../plan/model/wanted';
import type { ObservedServices } from '../ports/services';
import type { NetworkRow } from '../ports/store';
import { type Member, labelsOf, membersOf } from '../plan/model/services-spec';

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
  const isOf = (member: Member, mac: string | null): boolean => mac?.toLowerCase() === member.mac;
  const leasedAt = (expiresAt: number | null): NonNullable<Lease['leased']> => ({
    expiresAt: expiresAt === null ? null : instant(expiresAt),
  });
  const known = members.flatMap((member): Lease[] => {
    const { mac, hostId, addresses, vmId: id, vm: name, nic: vnic } = member;
    const own = leased.filter((lease) => isOf(member, lease.mac));
    const label = labels.get(member)?.own;
    const shared = { hostId, mac, vm: { id, name, vnic } };
    const domain = services.mode === 'dhcp' || label === undefined ? null : `${label}.${services.domain}`;
    const reserved = addresses.map((address): Lease => {
      const lease = own.find((each) => sameForm(each.address) === sameForm(address));
      const isReserved = isGuestOf(subnet, address);
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
    .filter((lease) => !members.some((member) => isOf(member, lease.mac)))
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
    const rogues = (actual?.rogues ?? []).map(({ port, mac, address }) => ({
      vm: vmOfTap(core, hostId, port),
      mac,
      address,
    }));
    const shared = { hostId, faults: [...(actual?.faults ?? [])], rogues };
    if (!wanted) return { ...shared, state: 'idle' };
    if (actors.find(hostId)?.connected !== true) return { ...shared, state: 'unknown' };
    if (!actual?.isRunning || actual.settings !== wanted.settings) return { ...shared, state: 'starting' };
    return { ...shared, state: actual.faults.length > 0 ? 'faulty' : 'running' };
  });
}

/** The VM at the other end of a tap; null: Atoll knows none. */
export function vmOfTap({ actors }: Pick<Core, 'actors'>, hostId: string, port: string): string | null {
  const vms = actors.find(hostId)?.seen?.vms ?? [];
  return vms.find(({ vnics }) => vnics.some(({ tap }) => tap === port))?.name ?? null;
}
