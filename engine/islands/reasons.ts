import { type Reach, isRunning, shellWord as word, togetherHint, vmAllows, note } from '../../contract';
import type { End, Leg } from './paths';
import type { IslandRows, MapVmRow } from './rows';

export type Reason = Reach['reasons'][number];

const named = (rows: readonly { readonly id: string; readonly name: string }[], id: string | null): string =>
  rows.find((row) => row.id === id)?.name ?? 'unknown';

/** Why an end does not hear its island; empty when it does. Of a VM that does not run, its vNIC's faults are told as well. */
export function deafness(rows: IslandRows, { vm, vnic }: End): Reason[] {
  const reasons: Reason[] = [];
  const network = named(rows.networks, vnic.networkId);
  const args = `${word(vm.name)} ${word(vnic.name)}`;
  if (!isRunning(vm.state) || vm.hostId === null) reasons.push(notRunning(vm));
  if (!vnic.plugged) {
    reasons.push({
      message: `The vNIC ${vnic.name} of ${vm.name} on "${network}" is not plugged in`,
      remedy: note(`Plug it in: atoll vnic plug ${args}`),
    });
  }
  if (!vnic.linked) {
    reasons.push({
      message: `The link of ${vnic.name} of ${vm.name} on "${network}" is down`,
      remedy: note(`Set it up: atoll vnic link up ${args}`),
    });
  }
  return reasons;
}

function notRunning(vm: MapVmRow): Reason {
  const message = `${vm.name} is ${vm.state.replaceAll('_', ' ')}`;
  if (vm.state === 'suspended') return { message, remedy: note(`Resume it: atoll vm resume ${word(vm.name)}`) };
  if (vmAllows(vm.state, 'start')) return { message, remedy: note(`Start it: atoll vm start ${word(vm.name)}`) };
  return { message, remedy: note('Wait until its state is known again, or show its host.') };
}

/** Two VMs of one network on two hosts: their islands are apart (rule S10). */
export function notSameHost(rows: IslandRows, { from, to }: Leg): Reason {
  const network = named(rows.networks, from.vnic.networkId);
  const [a, b] = [named(rows.hosts, from.vm.hostId), named(rows.hosts, to.vm.hostId)];
  return {
    message: `${from.vm.name} and ${to.vm.name} are both on "${network}", but on different hosts ("${a}" and "${b}"), and each host has an island of its own`,
    remedy: note(
      `${togetherHint(network)}, or move one of them while it is down: atoll vm move ${word(to.vm.name)} --host ${word(a)}`,
    ),
  };
}

export function withoutNetwork(vm: MapVmRow): Reason {
  return {
    message: `${vm.name} has no vNIC on any network`,
    remedy: note(`Give it one: atoll vnic add ${word(vm.name)} --network NETWORK`),
  };
}

export function unrelated(vms: readonly string[]): Reason {
  return {
    message: `${vms.join(' and ')} share no network, and no VM stands between their networks`,
    remedy: note('Put one of them, or a VM between them, on both networks: atoll vnic add VM --network NETWORK'),
  };
}
