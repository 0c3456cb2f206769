import { AppError, type PlacementReason, isRunning, say, vmAllows } from '../../contract';
import type { HostRow, NetworkRow, Repositories, VmRow } from '../ports/store';
import { candidates, seekerOf } from './choose-host';
import { rulesOfAMove } from './move-vm';
import { whyNever } from './placement';

/** The actions that bring one VM to its mates. */
export interface Gathering {
  readonly vm: VmRow;
  /** Shut down first, and started again afterwards. */
  readonly stop: boolean;
  readonly move: boolean;
}

export interface Together {
  readonly host: HostRow;
  readonly gather: readonly Gathering[];
  /** VMs that stay apart, each with the reason. */
  readonly left: ReadonlyArray<{ readonly vm: VmRow; readonly why: PlacementReason }>;
}

/** VMs with a vNIC plugged in on the network. */
export function vmsOn(tx: Repositories, network: NetworkRow): VmRow[] {
  const ids = new Set(tx.vnics.ofNetwork(network.id).flatMap((vnic) => (vnic.plugged ? vnic.vmId : [])));
  return [...ids].flatMap((id) => tx.vms.get(id) ?? []);
}

/**
 * How to gather the VMs of a network on one host: `asked`, or the one where most of them run, then where most of them are; among
 * those one that can store them all. Running VMs are moved only if they may be stopped.
 */
export function planTogether(
  tx: Repositories,
  network: NetworkRow,
  asked: HostRow | undefined,
  stopVms: boolean,
): Together | null {
  const vms = vmsOn(tx, network);
  const host = asked ?? bestHost(tx, vms);
  if (!host) return null;
  const gather: Gathering[] = [];
  const left: Array<{ vm: VmRow; why: PlacementReason }> = [];
  for (const vm of vms) {
    if (vm.hostId === host.id) continue;
    const why = whyItStays(tx, vm, host, stopVms);
    if (why === null) gather.push({ vm, stop: isRunning(vm.state), move: vm.hostId !== null });
    else left.push({ vm, why });
  }
  return { host, gather, left };
}

function whyItStays(tx: Repositories, vm: VmRow, host: HostRow, stopVms: boolean): PlacementReason | null {
  if (isRunning(vm.state)) {
    if (!stopVms) return say('placement.runs_on', { host: tx.hosts.get(vm.hostId ?? '')?.name ?? null });
    if (!vmAllows(vm.state, 'shutdown')) return say('placement.vm_state', { state: vm.state });
  }
  try {
    rulesOfAMove(tx, isRunning(vm.state) ? { ...vm, state: 'down' } : vm, host);
    return null;
  } catch (error) {
    if (error instanceof AppError) return say('placement.refused', { error: error.message });
    throw error;
  }
}

function bestHost(tx: Repositories, vms: readonly VmRow[]): HostRow | undefined {
  const ids = [...new Set(vms.flatMap((vm) => vm.hostId ?? []))];
  const scored = ids.flatMap((id) => {
    const host = tx.hosts.get(id);
    if (!host) return [];
    const there = vms.filter((vm) => vm.hostId === id);
    const others = vms.filter((vm) => vm.hostId !== id && vm.clusterId === host.clusterId);
    const takes = others.filter((vm) => canKeep(tx, vm, host)).length;
    return {
      host,
      runs: there.filter((vm) => isRunning(vm.state)).length,
      reach: there.length + takes,
      there: there.length,
    };
  });
  return scored.sort((a, b) => b.reach - a.reach || b.runs - a.runs || b.there - a.there)[0]?.host;
}

function canKeep(tx: Repositories, vm: VmRow, host: HostRow): boolean {
  const seeker = seekerOf(tx, vm);
  return candidates(tx, seeker, [host]).every((candidate) => whyNever(seeker, candidate) === null);
}
