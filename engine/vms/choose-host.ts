import { AppError, isRunning, note } from '../../contract';
import type { HostRow, NetworkRow, Repositories, VmRow } from '../ports/store';
import { type Candidate, type Wanting, place, reserveMiB } from './placement';

export interface HostCandidate extends Candidate {
  readonly host: HostRow;
}

/** A VM to be placed; one of a preview has no id. */
export interface Seeker extends Wanting {
  readonly id: string | null;
  readonly clusterId: string;
  readonly networks: readonly NetworkRow[];
}

/**
 * The host on which a VM starts (rule O2): the one that has its disks, otherwise the best of its cluster, or of `only`. Throws
 * NO_CAPACITY with the reason for each host.
 */
export function chooseHost(tx: Repositories, vm: VmRow, only?: HostRow): HostRow {
  const held = vm.hostId === null ? only : (tx.hosts.get(vm.hostId) ?? only);
  const seeker = seekerOf(tx, vm);
  return place(seeker, candidates(tx, seeker, held ? [held] : undefined)).host;
}

export function seekerOf(tx: Repositories, vm: VmRow): Seeker {
  const { id, name, clusterId, memoryMiB } = vm;
  return { id, name, clusterId, memoryMiB, cpus: cpusOf(vm), networks: networksOf(tx, vm) };
}

/**
 * Bad: 512 CPUs for a VM of a cluster whose largest host has 8. Hosts that were not seen yet can be of any size; without hosts nothing
 * is known.
 */
export function assertSizeFits(
  tx: Repositories,
  vm: Pick<VmRow, 'name' | 'hostId' | 'clusterId' | 'memoryMiB' | 'cpus'>,
  what: 'memoryMiB' | 'cpus',
): void {
  const held = vm.hostId === null ? undefined : tx.hosts.get(vm.hostId);
  const hosts = held ? [held] : tx.hosts.ofCluster(vm.clusterId);
  const limits = hosts.flatMap(({ capabilities }) => {
    if (!capabilities) return [];
    const { cpus, memoryMiB } = capabilities;
    return [what === 'cpus' ? cpus : memoryMiB - reserveMiB(memoryMiB)];
  });
  if (limits.length === 0 || limits.length < hosts.length || limits.some((limit) => vm[what] <= limit)) return;
  const most = Math.max(...limits);
  throw new AppError(
    'NO_CAPACITY',
    what === 'cpus'
      ? `The VM "${vm.name}" can't have ${vm.cpus} CPUs: no host that it can run on has more than ${most}`
      : `The VM "${vm.name}" can't have ${vm.memoryMiB} MiB of memory: no host that it can run on has more than ${most} MiB`,
    {
      rule: 'O2',
      field: what,
      remedy: note(`Choose at most ${most}, or add a larger host first.`),
    },
  );
}

/** The CPUs of an imported VM are its owner's choice, and those in saved memory can't be changed any more. */
const cpusOf = ({ boot, state, cpus }: VmRow): number | null =>
  boot.kind === 'imported' || state === 'suspended' || state === 'restoring_state' || state === 'paused' ? null : cpus;

/** Networks of a VM's plugged vNICs, each once. */
export function networksOf(tx: Repositories, vm: Pick<VmRow, 'id'>): NetworkRow[] {
  const ids = new Set(
    tx.vnics.ofVm(vm.id).flatMap((vnic) => (vnic.plugged && vnic.networkId !== null ? [vnic.networkId] : [])),
  );
  return [...ids].flatMap((id) => tx.networks.get(id) ?? []);
}

/** Hosts (default: all of its cluster) with the input of placement. */
export function candidates(tx: Repositories, seeker: Seeker, only?: readonly HostRow[]): HostCandidate[] {
  const hosts = only ?? tx.hosts.ofCluster(seeker.clusterId);
  const starting = beingStarted(tx);
  const matesOf = hosts.length > 1 ? matesByHost(tx, seeker, starting) : () => ({ mates: 0, sleepingMates: 0 });
  return hosts.map((host) => {
    const counted = tx.vms
      .ofHost(host.id)
      .filter((other) => other.id !== seeker.id && (isRunning(other.state) || starting.has(other.id)));
    const usedMiB = counted.reduce((sum, other) => sum + other.memoryMiB, 0);
    const attached = tx.attachments.ofHost(host.id).filter((row) => row.nic !== null);
    const inState = (state: 'in_sync' | 'out_of_sync'): Set<string> =>
      new Set(attached.filter((row) => row.state === state).map((row) => row.networkId));
    const networks = { regularNetworks: inState('in_sync'), outOfSync: inState('out_of_sync') };
    return { host, usedMiB, ...networks, ...matesOf(host.id) };
  });
}

/** VMs whose start was accepted, but whose state does not show it yet: their host's memory is already reserved. */
function beingStarted(tx: Repositories): ReadonlySet<string> {
  const open = tx.jobs.inState(['queued', 'running']);
  return new Set(open.flatMap(({ kind, subjects }) => (STARTS.has(kind) ? (subjects.vmId ?? []) : [])));
}
const STARTS: ReadonlySet<string> = new Set(['vms.add', 'vms.start', 'vms.restore']);

type Mates = (hostId: string) => { readonly mates: number; readonly sleepingMates: number };

/** How many VMs of each host share a network with the VM: those that run or are about to, and those that are only stored there. */
function matesByHost(tx: Repositories, seeker: Seeker, starting: ReadonlySet<string>): Mates {
  const awake = new Map<string, number>();
  const asleep = new Map<string, number>();
  const ids = new Set(seeker.networks.flatMap((network) => tx.vnics.ofNetwork(network.id).map((vnic) => vnic.vmId)));
  if (seeker.id !== null) ids.delete(seeker.id);
  for (const id of ids) {
    const mate = tx.vms.get(id);
    if (!mate?.hostId) continue;
    const counts = isRunning(mate.state) || starting.has(id) ? awake : asleep;
    counts.set(mate.hostId, (counts.get(mate.hostId) ?? 0) + 1);
  }
  return (hostId) => ({ mates: awake.get(hostId) ?? 0, sleepingMates: asleep.get(hostId) ?? 0 });
}
