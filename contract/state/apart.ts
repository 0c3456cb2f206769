import type { Params } from '../messages/all';
import { run } from '../remedy';
import type { Apart } from '../model/placement';
import type { Vm } from '../model/vm';

/** The fields of a VM that islands depend on. */
export type PlacedVm = Pick<Vm, 'id' | 'name' | 'state' | 'hostId'> & {
  readonly vnics: ReadonlyArray<Pick<Vm['vnics'][number], 'networkId' | 'plugged'>>;
};

interface NetworkLike {
  readonly id: string;
  readonly name: string;
  readonly isIsolated: boolean;
}

const SHOWN = 4;

/** `web, db and 3 more` */
export function someNames(names: readonly string[]): string {
  if (names.length <= SHOWN)
    return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, SHOWN - 1).join(', ')} and ${names.length - SHOWN + 1} more`;
}

/** Whether the VM has a plugged vNIC on the network. */
export const isOn = (vm: PlacedVm, networkId: string): boolean =>
  vm.vnics.some((vnic) => vnic.plugged && vnic.networkId === networkId);

/**
 * The islands of an isolated network over which its VMs are split, if there are several (rule S10): a VM counts where its disks
 * are, running or not. Null: it is on one host at most, or not isolated (a regular network connects its hosts by its NICs).
 * `joins`: whether tunnels connect two hosts for this network (rule S11); the hosts of an island all reach each other.
 */
export function apartOn(
  network: NetworkLike,
  vms: readonly PlacedVm[],
  hostName: (hostId: string) => string,
  joins: (one: string, other: string) => boolean = () => false,
): Apart | null {
  if (!network.isIsolated) return null;
  const byHost = new Map<string, PlacedVm[]>();
  for (const vm of vms) {
    if (vm.hostId === null || !isOn(vm, network.id)) continue;
    const there = byHost.get(vm.hostId);
    if (there) there.push(vm);
    else byHost.set(vm.hostId, [vm]);
  }
  const groups = joinedHosts([...byHost.keys()], joins);
  if (groups.length < 2) return null;
  const islands = groups
    .map((hosts) => ({
      hostId: hosts[0] ?? '',
      host: hosts.map(hostName).join(' and '),
      vms: hosts.flatMap((hostId) => byHost.get(hostId) ?? []).map(({ id, name, state }) => ({ id, name, state })),
    }))
    .sort((a, b) => b.vms.length - a.vms.length);
  const places = islands.map(({ host, vms: there }) => ({ host, vms: there.map(({ name }) => name) }));
  return {
    networkId: network.id,
    network: network.name,
    islands,
    message: { type: 'apart.islands', params: { network: network.name, islands: places } },
    remedy: run('networks.placeTogether', { network: network.name }),
  };
}

/** Groups hosts so that every two of a group are joined: half a mesh is never one island. */
export function joinedHosts(hosts: readonly string[], joins: (one: string, other: string) => boolean): string[][] {
  const groups: string[][] = [];
  for (const host of hosts) {
    const group = groups.find((each) => each.every((other) => joins(host, other)));
    if (group) group.push(host);
    else groups.push([host]);
  }
  return groups;
}

/** The same from where one VM is: whom it can't reach. Null when nobody is elsewhere. */
export function apartFrom(
  apart: Apart | null,
  vm: Pick<PlacedVm, 'id' | 'name' | 'hostId'>,
): Params<'preview.apart'> | null {
  const here =
    apart?.islands.find(({ vms }) => vms.some(({ id }) => id === vm.id)) ??
    apart?.islands.find(({ hostId }) => hostId === vm.hostId);
  if (!apart || !here) return null;
  const others = apart.islands
    .filter((island) => island !== here)
    .map(({ host, vms }) => ({ host, vms: vms.map(({ name }) => name) }));
  return { vm: vm.name, host: here.host, network: apart.network, others };
}
