import type { Vnic, VnicDraft } from '../../contract';
import type { z } from 'zod';
import { newId } from '../core/ids';
import type { Scope } from '../core/scope';
import { isEligible } from '../plan/eligible';
import { ruleS9HostIsEligible } from '../networks/rules';
import { profileIn } from '../networks/profiles';
import type { NetworkRow, Repositories, VmRow, VnicRow } from '../ports/store';
import { nextMac } from './macs';
import { assertAddressesFree } from './seed-rules';
import { assertNetworkInCluster, ruleO5MacIsUnique, assertVnicNameUnique, assertVnicsFit } from './rules';

export type VnicInput = z.infer<typeof VnicDraft>;

/** The counter of MAC addresses. */
const MAC_COUNTER = 'mac';

/** The network that a reference of a VM means, checked to be in the VM's cluster (rule O2). */
export function networkFor({ tx, refs }: Scope, vm: VmRow, ref: string, field = 'network'): NetworkRow {
  const network = refs.networkIn(vm.dataCenterId, ref, field);
  const cluster = tx.clusters.get(vm.clusterId) ?? { id: vm.clusterId, name: vm.clusterId };
  assertNetworkInCluster(network, cluster, tx.networkClusters.ofNetwork(network.id));
  const host = vm.hostId === null ? undefined : tx.hosts.get(vm.hostId);
  ruleS9HostIsEligible(network, host, host === undefined || isEligible(host, network));
  return network;
}

/** The profile by which a vNIC is on a network: `wanted`, if it is one of the network, or else its first; null for none. */
export function profileOf(tx: Repositories, networkId: string | null, wanted: string | null = null): string | null {
  if (networkId === null) return null;
  const all = tx.vnicProfiles.ofNetwork(networkId);
  return (all.find(({ id }) => id === wanted) ?? all[0])?.id ?? null;
}

/** The id of the profile that was asked for; null: none was. */
export const wantedProfile = (
  tx: Repositories,
  network: NetworkRow | null,
  profile: string | undefined,
): string | null => (network === null || profile === undefined ? null : profileIn(tx, network, profile).id);

/**
 * Writes a new vNIC of a VM and returns it. Name and MAC address are from the input or found here. Its address, if any, is assigned
 * at the start (assign-addresses).
 */
export function addVnic(scope: Scope, storeId: string, vm: VmRow, input: VnicInput): VnicRow {
  const { tx } = scope;
  const others = tx.vnics.ofVm(vm.id);
  assertVnicsFit(vm, others.length + 1);
  const network = input.network === null ? null : networkFor(scope, vm, input.network);
  const name = input.name ?? freeName(others);
  assertVnicNameUnique(vm, name, others);
  const row: VnicRow = {
    id: newId(),
    vmId: vm.id,
    name,
    mac: macFor(tx, storeId, input.mac),
    profileId: profileOf(tx, network?.id ?? null, wantedProfile(tx, network, input.profile)),
    networkId: network?.id ?? null,
    plugged: input.plugged,
    linked: input.linked,
    assignedAddress: null,
    position: Math.max(-1, ...others.map((other) => other.position)) + 1,
  };
  if (network) assertAddressesFree(tx, vm, row, network);
  tx.vnics.insert(row);
  return row;
}

/** Writes a removed vNIC again, unchanged; it is last if another one of the VM has its position. */
export function readdVnic(scope: Scope, vm: VmRow, was: Vnic, place: number): VnicRow {
  const { tx } = scope;
  const others = tx.vnics.ofVm(vm.id);
  assertVnicsFit(vm, others.length + 1);
  if (was.networkId !== null) assertAddressesFree(tx, vm, was, networkFor(scope, vm, was.networkId));
  assertVnicNameUnique(vm, was.name, others);
  const mac = macFor(tx, '', was.mac);
  const taken = others.map((other) => other.position);
  const position = taken.includes(place) ? Math.max(...taken) + 1 : place;
  const row: VnicRow = { ...was, mac, profileId: profileOf(tx, was.networkId, was.profileId), position };
  tx.vnics.insert(row);
  return row;
}

function macFor(tx: Repositories, storeId: string, requested: string | undefined): string {
  if (requested === undefined)
    return nextMac(
      storeId,
      () => tx.counters.next(MAC_COUNTER),
      (mac) => tx.vnics.byMac(mac) !== undefined,
    );
  const holder = tx.vnics.byMac(requested);
  ruleO5MacIsUnique(requested, holder && tx.vms.get(holder.vmId));
  return requested;
}

/** `nic1`, `nic2`, ... as in oVirt. */
function freeName(others: readonly VnicRow[]): string {
  const taken = new Set(others.map((other) => other.name));
  for (let n = 1; ; n += 1) if (!taken.has(`nic${n}`)) return `nic${n}`;
}
