import { Id, Mtu, NicName, shellWord, type UnmanagedBridge, type UnmanagedVm } from '../../contract';
import type { ObservedBridge, ObservedHost, ObservedVm } from '../ports/observed';
import type { HostRow, Repositories, Store } from '../ports/store';
import { carriers } from '../plan/regular/carriers';
import { uplinksOf } from '../plan/regular/compare';
import { setupOwner } from '../plan/model/marks';
import { type NetLink, netStateOf } from '../plan/regular/net-state';
import { nicOn } from '../plan/other-nic';

type Db = Pick<Repositories, 'attachments' | 'networks' | 'vms' | 'hosts'>;

/** The unmanaged bridges and VMs of a host in its last observation; null: not observed yet. */
export function unmanagedOf(
  store: Db & Pick<Store, 'storeId'>,
  host: Pick<HostRow, 'id'>,
  seen: ObservedHost | null,
): { unmanaged: UnmanagedBridge[]; unmanagedVms: UnmanagedVm[] } {
  if (seen === null) return { unmanaged: [], unmanagedVms: [] };
  return {
    unmanaged: bridgesBeside(store, store.storeId, host, seen).map((bridge) => presentBridge(bridge, seen)),
    unmanagedVms: vmsBeside(store, seen).map((vm) => presentVm(store, vm)),
  };
}

/** Bridges that belong to no network, neither created nor imported. */
export function bridgesBeside(
  db: Db,
  storeId: string,
  host: Pick<HostRow, 'id'>,
  seen: ObservedHost,
): ObservedBridge[] {
  const foreign = seen.bridges.filter((bridge) => storeOf(bridge) !== storeId);
  if (foreign.length === 0) return [];
  const imported = db.attachments.ofHost(host.id).filter((row) => row.imported !== null);
  const taken = new Set(imported.map(({ networkId }) => db.networks.get(networkId)?.bridge));
  return foreign.filter(({ name }) => !taken.has(name));
}

/** VMs that are not ours, and those with our mark but no row in the database (it was restored, or they were left on the host). */
export const vmsBeside = (db: Pick<Repositories, 'vms'>, seen: ObservedHost): ObservedVm[] =>
  (seen.vms ?? []).filter((vm) => !vm.ours || (Id.safeParse(vm.id).success && !db.vms.get(vm.id)));

export const storeOf = ({ owner, alias }: ObservedBridge): string | null =>
  (owner ?? setupOwner(alias))?.storeId ?? null;

function presentBridge(bridge: ObservedBridge, seen: ObservedHost): UnmanagedBridge {
  const { name, ports } = bridge;
  return {
    name,
    ports: ports.map((port) => port.name),
    owner: storeOf(bridge),
    isolated: uplinksOf(netStateOf(seen), name).length === 0,
    refused: whyNotBridge(bridge, seen),
  };
}

function presentVm(db: Db, vm: ObservedVm): UnmanagedVm {
  const { id, name, state, memoryMiB, vnics, owner = null } = vm;
  const nics = vnics.map((vnic) => ({ mac: vnic.mac, on: nicOn(vnic) }));
  return { id, name, owner, refused: whyNotVm(db, vm), state, memoryMiB, nics };
}

const plural = (names: readonly string[], one: string): string =>
  `${one}${names.length === 1 ? '' : 's'} ${names.slice(0, 4).join(', ')}${names.length > 4 ? ' ...' : ''}`;

/** Names of bridges that other tools manage: they would recreate or change them. */
const OF_TOOLS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^(docker|br-[0-9a-f]{12}$)/, 'Docker created it for its containers'],
  [/^(lxcbr|lxdbr|incusbr|cni|podman|flannel|cali|cilium|ovs-)/, 'it was created for containers'],
];

/** libvirt's own networks; their VMs can move without it. */
const OF_LIBVIRT = /^virbr/;

/** As in hosts/linux/names: what fits into an nft identifier and a line of `ip -batch` unquoted. */
const PLAIN = /^[0-9a-zA-Z_][0-9a-zA-Z_-]{0,14}$/;

/** Why a bridge can't be imported: the reason and the remedy, in one line; null if it can. `from`: a store that is taken over. */
export function whyNotBridge(bridge: ObservedBridge, seen: ObservedHost, from: string | null = null): string | null {
  const { name, mtu } = bridge;
  const owner = storeOf(bridge);
  if (owner !== null && owner !== from)
    return `it belongs to another Atoll (${owner}): remove its network there, or take the host over if that database is lost`;
  if (!PLAIN.test(name))
    return `its name ${JSON.stringify(name)} can't be kept: a bridge of Atoll has 1 to 15 letters, digits, _ or -; rename it on the host`;
  if (!Mtu.safeParse(mtu).success) return `its MTU ${mtu} is not supported: set it to 68 to 65521`;
  const state = netStateOf(seen);
  const uplinks = uplinksOf(state, name);
  const container = uplinks.filter((link) => link.kind === 'nic' && link.name.startsWith('veth'));
  const others = [...state.links.values()].filter((link) => link.master === name && isNoPort(link));
  const foreign = [...container, ...others].map((link) => link.name);
  if (foreign.length > 0)
    return `its ${plural(foreign, 'port')} is neither a VM's nor a NIC: remove it first (ip link set dev ${shellWord(foreign[0] ?? '')} nomaster)`;
  return uplinks.length === 0 ? whyNotIsolated(bridge, seen) : whyNotRegular(uplinks);
}

const isNoPort = ({ kind }: NetLink): boolean => kind === 'other' || kind === 'bridge';

function whyNotIsolated({ name }: ObservedBridge, seen: ObservedHost): string | null {
  if (OF_LIBVIRT.test(name))
    return 'libvirt created it for one of its networks, and would continue to change it: import the VMs, shut each down, and add a vNIC with the MAC address of its NIC there';
  const tool = OF_TOOLS.find(([pattern]) => pattern.test(name));
  if (tool) return `${tool[1]}, and would continue to change it: create a network and move the VMs there`;
  if (seen.vms === null)
    return `the VMs of the host can't be observed, so the owners of its ports are unknown: check the host`;
  if (carriers(netStateOf(seen), seen.connection ?? null).has(name))
    return `Atoll reaches the host over it, and could not do so once it is sealed`;
  return null;
}

function whyNotRegular(uplinks: readonly NetLink[]): string | null {
  const [link, ...more] = uplinks;
  if (!link) return null;
  if (more.length > 0)
    return `it has the ${plural(
      uplinks.map(({ name }) => name),
      'NIC',
    )}, but a network of Atoll has one: bond them, or remove all but one`;
  const { vlan, name } = link;
  if (vlan !== null && name !== `${vlan.parent}.${vlan.tag}`)
    return `its VLAN ${name} is not named ${vlan.parent}.${vlan.tag}, as Atoll requires: rename it`;
  if (!NicName.safeParse(vlan?.parent ?? name).success)
    return `its NIC ${JSON.stringify(name)} has an unsupported name: rename it`;
  return null;
}

/** Why a VM can't be imported; null if it can. `from` as above. */
export function whyNotVm(
  db: Pick<Repositories, 'vms' | 'hosts'>,
  vm: ObservedVm,
  from: string | null = null,
): string | null {
  const { id, owner, state, memoryMiB } = vm;
  if (owner !== undefined && owner !== from)
    return `it belongs to another Atoll (${owner}): forget it there, or take the host over if that database is lost`;
  if (!Id.safeParse(id).success)
    return `its id ${JSON.stringify(id)} is not a UUID: libvirt lists it in a form that Atoll does not know`;
  const known = db.vms.get(id);
  if (known) {
    const host = known.hostId === null ? undefined : db.hosts.get(known.hostId);
    return `the VM "${known.name}"${host ? ` on "${host.name}"` : ''} has the same id: remove that VM, or change the id of this one`;
  }
  if (state !== 'up' && state !== 'down' && state !== 'paused')
    return `it is ${state.replaceAll('_', ' ')}: it must be up, paused or down`;
  if (memoryMiB < 32) return `it has ${memoryMiB} MiB of memory, and the minimum is 32`;
  return null;
}
