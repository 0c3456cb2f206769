import {
  type NetworkServices,
  type ServicesPool,
  ipv6OfMac,
  isGuestOf,
  isInSubnet6,
  isIpv4,
  pool6,
  serverAddress,
  serverAddress6,
  servesIpv4,
  subnet4,
} from '../../../contract';
import { bridgeMac } from './bridge-mac';
import type { ServicesName, ServicesSpec, ServicesSubnet, ServicesVnic } from '../../ports/services';
import type { NetworkRow, Repositories, VnicRow } from '../../ports/store';
import { seedAddresses } from './seed-addresses';
import { digest } from './services-digest';
import { Labels } from './services-labels';
import { poolOn } from './services-ranges';

/** A vNIC of a network with addresses and names inside, on whichever host. */
export interface Member {
  readonly vmId: string;
  readonly vm: string;
  readonly hostId: string | null;
  readonly nic: string;
  readonly mac: string;
  readonly plugged: boolean;
  /** The reserved one, and those of a seed; without prefix length. */
  readonly addresses: readonly string[];
}

const plain = (address: string): string => address.replace(/\/.*/, '');

/** The members of a network, in order of creation. */
export function membersOf(db: Pick<Repositories, 'vms' | 'vnics'>, networkId: string): Member[] {
  return db.vnics.ofNetwork(networkId).flatMap((vnic: VnicRow): Member[] => {
    const vm = db.vms.get(vnic.vmId);
    if (!vm) return [];
    const { name: nic, mac, plugged, assignedAddress } = vnic;
    const all = [...(assignedAddress === null ? [] : [assignedAddress]), ...seedAddresses(vm, vnic)].map(plain);
    return [{ vmId: vm.id, vm: vm.name, hostId: vm.hostId, nic, mac, plugged, addresses: [...new Set(all)] }];
  });
}

/** The addresses that a member has on a network: its own, of the families that are served, and that of its MAC address. */
export function addressesOf(
  services: Pick<NetworkServices, 'families' | 'mode' | 'subnet6'>,
  { mac, addresses }: Pick<Member, 'mac' | 'addresses'>,
): string[] {
  const { mode, subnet6 } = services;
  const own = addresses.filter((address) => !isIpv4(address) || servesIpv4(services));
  return [...new Set([...own, ...(subnet6 === null || mode === 'dns' ? [] : [ipv6OfMac(subnet6, mac)])])];
}

/** `ats` and 12 digits: a name that no network can have (networks/naming). The end of a version 7 UUID is its random part. */
const portName = (networkId: string): string => `ats${networkId.replaceAll('-', '').slice(-12)}`;

/** The mark of ownership on the port of a network's server. */
export const servicesMark = (storeId: string, networkId: string): string =>
  `atoll-port:${storeId}:${networkId}:services`;

/** The DNS label of each member: that of its VM, and of its vNIC if the VM has several on the network. */
export function labelsOf(members: readonly Member[]): Map<Member, { readonly vm: string; readonly own: string }> {
  const labels = new Labels();
  const ofVm = new Map<string, string>();
  for (const { vmId: id, vm: name } of members) if (!ofVm.has(id)) ofVm.set(id, labels.of({ id, name }));
  const seen = new Set<string>();
  return new Map(
    members.map((member) => {
      const { vmId: id, vm: name, nic } = member;
      const label = ofVm.get(id) ?? labels.of({ id, name });
      const own = seen.has(id) ? labels.of({ id, name: `${name}-${nic}` }) : label;
      seen.add(id);
      return [member, { vm: label, own }];
    }),
  );
}

/** The server of a network on a host; undefined: the host has no VM of it. */
export function servicesSpec(
  storeId: string,
  hostId: string,
  network: Pick<NetworkRow, 'id' | 'bridge' | 'mtu' | 'stretch'>,
  services: NetworkServices,
  members: readonly Member[],
): ServicesSpec | undefined {
  const here = members.filter((member) => member.hostId === hostId && member.plugged);
  if (here.length === 0) return undefined;
  const labels = labelsOf(members);
  const subnet = subnet4(services.subnet);
  const { subnet6 } = services;
  const addresses = new Map(members.map((member) => [member, addressesOf(services, member)]));
  const in4 = (member: Member): string | null => addresses.get(member)?.find((each) => isGuestOf(subnet, each)) ?? null;
  const in6 = (member: Member): string | null =>
    (subnet6 !== null && addresses.get(member)?.find((each) => isInSubnet6(subnet6, each))) || null;
  const { bridge, mtu } = network;
  const way = members.find(({ vmId, plugged }) => vmId === services.gatewayVmId && plugged);
  const settings = {
    networkId: network.id,
    bridge,
    mtu,
    port: portName(network.id),
    alias: servicesMark(storeId, network.id),
    mac: bridgeMac(storeId, network.id, 'services'),
    ...subnetsOf(services, poolOn(hostId, services, network), network.stretch?.hosts.indexOf(hostId) ?? 0),
    domain: services.domain,
    dhcp: services.mode !== 'dns',
    dns: services.mode !== 'dhcp',
    leaseSeconds: services.leaseSeconds,
    options: services.options,
    gateway: way === undefined ? null : { mac: way.mac, ipv4: in4(way), ipv6: in6(way) },
    guard: services.guard,
  };
  const vnics = members.map((member): ServicesVnic => {
    return { mac: member.mac, ipv4: in4(member), ipv6: in6(member), name: labels.get(member)?.own ?? '' };
  });
  // Guests of the other hosts of a stretched network are reached too.
  const island = new Set(network.stretch?.hosts.includes(hostId) === true ? network.stretch.hosts : [hostId]);
  const reached = members.filter((each) => each.plugged && each.hostId !== null && island.has(each.hostId));
  const ofServed = (member: Member): string[] =>
    (addresses.get(member) ?? []).filter((address) => isIpv4(address) || subnet6 !== null);
  const names = namesOf(reached, labels, ofServed);
  return { ...settings, vnics, names, settings: digest(settings), records: digest({ vnics, names }) };
}

/** The server's addresses, and the ranges for guests that Atoll does not know: of both families, or of none. */
function subnetsOf(
  services: NetworkServices,
  pool: ServicesPool | null,
  position: number,
): Record<'ipv4' | 'ipv6', ServicesSubnet | null> {
  const { subnet, subnet6 } = services;
  const ipv4 = { address: `${serverAddress(subnet)}/${subnet4(subnet).prefix}`, pool };
  return {
    ipv4: servesIpv4(services) ? ipv4 : null,
    ipv6:
      subnet6 === null
        ? null
        : { address: `${serverAddress6(subnet6)}/64`, pool: services.pool && pool6(subnet6, Math.max(0, position)) },
  };
}

/** Each VM with all its addresses on the network, and each further vNIC with its own. */
function namesOf(
  reached: readonly Member[],
  labels: ReturnType<typeof labelsOf>,
  addressesOf: (member: Member) => readonly string[],
): ServicesName[] {
  const names = new Map<string, string[]>();
  const add = (name: string, addresses: readonly string[]): void => {
    if (addresses.length > 0) names.set(name, [...(names.get(name) ?? []), ...addresses]);
  };
  for (const member of reached) {
    const { vm = '', own = '' } = labels.get(member) ?? {};
    const addresses = addressesOf(member);
    add(vm, addresses);
    if (own !== vm) add(own, addresses);
  }
  return [...names].map(([name, addresses]) => ({ name, addresses }));
}
