import { Id, Mtu, NicName, shellWord, type UnmanagedBridge, type UnmanagedVm } from '../../contract';
import type { ObservedBridge, ObservedHost, ObservedVm } from '../ports/observed';
import type { HostRow, Repositories, Store } from '../ports/store';
import { carriers } from '../plan/regular/carriers';
import { uplinksOf } from '../plan/regular/compare';
import { setupOwner } from '../plan/model/marks';
import { type NetLink, netStateOf } from '../plan/regular/net-state';
import { nicOn } from '../plan/other-nic';

type Db = Pick<Repositories, 'attachments' | 'networks' | 'vms' | 'hosts'>;

/** What stands on a host beside Atoll, as it was last seen; null: it was not looked at yet. */
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

/** Bridges that are no network's: not made, nor imported. */
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

/** VMs that are not ours, and those with our mark that the store has no row of (it was restored, or they were left). */
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

/** Names that the tools give to bridges of their own, which they would make again or change under us. */
const OF_TOOLS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^virbr/, 'libvirt made it for a network of its own'],
  [/^(docker|br-[0-9a-f]{12}$)/, 'Docker made it for its containers'],
  [/^(lxcbr|lxdbr|incusbr|cni|podman|flannel|cali|cilium|ovs-)/, 'it was made for containers'],
];

/** As hosts/linux/names has it: what fits into an nft identifier and a line of `ip -batch` as it stands. */
const PLAIN = /^[0-9a-zA-Z_][0-9a-zA-Z_-]{0,14}$/;

/** Why a bridge can't be imported: what was wrong and what to do, in one line; null when it can. `from`: a store that is taken over. */
export function whyNotBridge(bridge: ObservedBridge, seen: ObservedHost, from: string | null = null): string | null {
  const { name, mtu } = bridge;
  const owner = storeOf(bridge);
  if (owner !== null && owner !== from)
    return `it belongs to another Atoll (${owner}): remove its network there, or take the host over if that store is lost`;
  if (!PLAIN.test(name))
    return `its name ${JSON.stringify(name)} can't be kept: a bridge of Atoll has 1 to 15 letters, digits, _ or -; rename it on the host`;
  if (!Mtu.safeParse(mtu).success) return `its MTU ${mtu} is not possible: set one of 68 to 65521`;
  const state = netStateOf(seen);
  const uplinks = uplinksOf(state, name);
  const container = uplinks.filter((link) => link.kind === 'nic' && link.name.startsWith('veth'));
  const others = [...state.links.values()].filter((link) => link.master === name && isNoPort(link));
  const strange = [...container, ...others].map((link) => link.name);
  if (strange.length > 0)
    return `its ${plural(strange, 'port')} is neither a VM's nor a NIC: take it off first (ip link set dev ${shellWord(strange[0] ?? '')} nomaster)`;
  return uplinks.length === 0 ? whyNotIsolated(bridge, seen) : whyNotRegular(uplinks);
}

const isNoPort = ({ kind }: NetLink): boolean => kind === 'other' || kind === 'bridge';

function whyNotIsolated({ name }: ObservedBridge, seen: ObservedHost): string | null {
  const tool = OF_TOOLS.find(([pattern]) => pattern.test(name));
  if (tool) return `${tool[1]}, and would go on changing it: make a network and move the VMs there`;
  if (seen.vms === null)
    return `the VMs of the host can't be observed, so nobody knows whose its ports are: check the host`;
  if (carriers(netStateOf(seen), seen.connection ?? null).has(name))
    return `Atoll reaches the host over it: sealed, it could not be reached any more`;
  return null;
}

function whyNotRegular(uplinks: readonly NetLink[]): string | null {
  const [link, ...more] = uplinks;
  if (!link) return null;
  if (more.length > 0)
    return `it has the ${plural(
      uplinks.map(({ name }) => name),
      'NIC',
    )}, and a network of Atoll has one: bond them, or take all but one off`;
  const { vlan, name } = link;
  if (vlan !== null && name !== `${vlan.parent}.${vlan.tag}`)
    return `its VLAN ${name} is not called ${vlan.parent}.${vlan.tag}, as a network of Atoll has it: rename it`;
  if (!NicName.safeParse(vlan?.parent ?? name).success)
    return `its NIC ${JSON.stringify(name)} can't be named: rename it`;
  return null;
}

/** Why a VM can't be imported; null when it can. `from` as above. */
export function whyNotVm(
  db: Pick<Repositories, 'vms' | 'hosts'>,
  vm: ObservedVm,
  from: string | null = null,
): string | null {
  const { id, owner, state, memoryMiB } = vm;
  if (owner !== undefined && owner !== from)
    return `it belongs to another Atoll (${owner}): forget it there, or take the host over if that store is lost`;
  if (!Id.safeParse(id).success)
    return `its id ${JSON.stringify(id)} is not a UUID of RFC 9562: give it another (virsh edit)`;
  const known = db.vms.get(id);
  if (known) {
    const host = known.hostId === null ? undefined : db.hosts.get(known.hostId);
    return `the VM "${known.name}"${host ? ` on "${host.name}"` : ''} has the same id: remove that one, or give this one another id`;
  }
  if (state !== 'up' && state !== 'down' && state !== 'paused')
    return `it is ${state.replaceAll('_', ' ')}: possible when it is up, paused or down`;
  if (memoryMiB < 32) return `it has ${memoryMiB} MiB of memory, and Atoll counts from 32`;
  return null;
}
