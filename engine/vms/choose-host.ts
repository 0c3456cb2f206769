import { isRunning } from '../../contract';
import type { HostRow, NetworkRow, Repositories, VmRow } from '../ports/store';
import { type Candidate, place } from './placement';

interface HostCandidate extends Candidate {
  readonly host: HostRow;
}

/**
 * The host on which a VM starts (rule O2): the one that holds its disks, else the best of its cluster, or of `only`.
 * Throws NO_CAPACITY with the reason for each host.
 */
export function chooseHost(tx: Repositories, vm: VmRow, only?: HostRow): HostRow {
  const networks = networksOf(tx, vm);
  const held = vm.hostId === null ? only : (tx.hosts.get(vm.hostId) ?? only);
  const hosts = held ? [held] : tx.hosts.ofCluster(vm.clusterId);
  const mates = matesByHost(tx, vm, networks);
  const candidates = hosts.map((host) => candidate(tx, vm, host, mates.get(host.id) ?? 0));
  return place({ name: vm.name, memoryMiB: vm.memoryMiB, networks }, candidates).host;
}

/** Networks of a VM's plugged vNICs, each once. */
export function networksOf(tx: Repositories, vm: Pick<VmRow, 'id'>): NetworkRow[] {
  const ids = new Set(
    tx.vnics.ofVm(vm.id).flatMap((vnic) => (vnic.plugged && vnic.networkId !== null ? [vnic.networkId] : [])),
  );
  return [...ids].flatMap((id) => tx.networks.get(id) ?? []);
}

function candidate(tx: Repositories, vm: VmRow, host: HostRow, mates: number): HostCandidate {
  const running = tx.vms.ofHost(host.id).filter((other) => other.id !== vm.id && isRunning(other.state));
  const usedMiB = running.reduce((sum, other) => sum + other.memoryMiB, 0);
  const attached = tx.attachments.ofHost(host.id).filter((row) => row.nic !== null && row.state === 'in_sync');
  return { host, usedMiB, mates, regularNetworks: new Set(attached.map((row) => row.networkId)) };
}

/** How many running VMs each host has that share a network with the VM. */
function matesByHost(tx: Repositories, vm: VmRow, networks: readonly NetworkRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  if (vm.hostId !== null) return counts;
  const ids = new Set(networks.flatMap((network) => tx.vnics.ofNetwork(network.id).map((vnic) => vnic.vmId)));
  ids.delete(vm.id);
  for (const id of ids) {
    const mate = tx.vms.get(id);
    if (mate?.hostId && isRunning(mate.state)) counts.set(mate.hostId, (counts.get(mate.hostId) ?? 0) + 1);
  }
  return counts;
}
