import { type Reach, isRunning, vmAllows, note, run } from '../../contract';
import type { End, Leg } from './paths';
import type { IslandRows, MapVmRow } from './rows';

export type Reason = Reach['reasons'][number];

const named = (rows: readonly { readonly id: string; readonly name: string }[], id: string | null): string =>
  rows.find((row) => row.id === id)?.name ?? 'unknown';

/** Why an end does not hear its island; empty when it does. Of a VM that does not run, its vNIC's faults are told as well. */
export function deafness(rows: IslandRows, { vm, vnic }: End): Reason[] {
  const reasons: Reason[] = [];
  const network = named(rows.networks, vnic.networkId);
  if (!isRunning(vm.state) || vm.hostId === null) reasons.push(notRunning(vm));
  if (!vnic.plugged) {
    reasons.push({
      message: `The vNIC ${vnic.name} of ${vm.name} on "${network}" is not plugged in`,
      remedy: run('vnics.plug', { vm: vm.name, vnic: vnic.name }),
    });
  }
  if (!vnic.linked) {
    reasons.push({
      message: `The link of ${vnic.name} of ${vm.name} on "${network}" is down`,
      remedy: run('vnics.link', { vm: vm.name, vnic: vnic.name, up: true }),
    });
  }
  return reasons;
}

function notRunning(vm: MapVmRow): Reason {
  const message = `${vm.name} is ${vm.state.replaceAll('_', ' ')}`;
  if (vm.state === 'suspended') return { message, remedy: run('vms.resume', { vm: vm.name }) };
  if (vmAllows(vm.state, 'start')) return { message, remedy: run('vms.start', { vm: vm.name }) };
  return { message, remedy: note('Wait until its state is known again, or show its host.') };
}

/** Two VMs of one network on two hosts: their islands are apart (rule S10). */
export function notSameHost(rows: IslandRows, { from, to }: Leg): Reason {
  const network = named(rows.networks, from.vnic.networkId);
  const [a, b] = [named(rows.hosts, from.vm.hostId), named(rows.hosts, to.vm.hostId)];
  return {
    message: `${from.vm.name} and ${to.vm.name} are both on "${network}", but on different hosts ("${a}" and "${b}"), and each host has an island of its own`,
    remedy: run('networks.placeTogether', { network }, `Or move ${to.vm.name} to ${a} while it is down.`),
  };
}

export function withoutNetwork(vm: MapVmRow): Reason {
  return {
    message: `${vm.name} has no vNIC on any network`,
    remedy: run('vnics.add', { vm: vm.name }),
  };
}

export function unrelated(vms: readonly string[]): Reason {
  return {
    message: `${vms.join(' and ')} share no network, and no VM stands between their networks`,
    remedy: run('vnics.add', {}, 'Put one of them, or a VM between them, on both networks.'),
  };
}
