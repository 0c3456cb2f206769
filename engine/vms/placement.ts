import { AppError, type PlacementReason, hostAllows, note, run, say } from '../../contract';
import { isEligible } from '../plan/eligible';
import type { HostRow, NetworkRow } from '../ports/store';
import { clauseOf } from './placement-errors';

/** A host of the VM's cluster, with the input of placement. */
export interface Candidate {
  readonly host: Pick<HostRow, 'id' | 'name' | 'state' | 'reason' | 'capabilities' | 'labels'>;
  /** Memory of all VMs that run (or are being started) there, without the VM in question. */
  readonly usedMiB: number;
  /** Regular networks that the host has, and those of which it is out of sync. */
  readonly regularNetworks: ReadonlySet<string>;
  readonly outOfSync?: ReadonlySet<string>;
  /**
   * How many VMs that run there (or are being started) share a network with the VM; how many that are down have their disks there.
   */
  readonly mates: number;
  readonly sleepingMates?: number;
}

export interface Wanting {
  readonly name: string;
  readonly memoryMiB: number;
  /** Null: not checked. */
  readonly cpus: number | null;
  /** Networks of its plugged vNICs. */
  readonly networks: readonly Pick<NetworkRow, 'id' | 'name' | 'isIsolated' | 'label'>[];
}

/** Memory that is reserved for the host: an eighth, at most 512 MiB. */
export const reserveMiB = (totalMiB: number): number => Math.min(512, Math.floor(totalMiB / 8));

/** Memory of a host that is available for VMs; null while its memory is not known. */
export function memoryLeftMiB({ host, usedMiB }: Pick<Candidate, 'host' | 'usedMiB'>): number | null {
  const total = host.capabilities?.memoryMiB;
  return total === undefined ? null : Math.max(0, total - reserveMiB(total) - usedMiB);
}

/**
 * Why the host can't take the VM (rule O2), with the figures; null if it can. A missing isolated network is no reason: it is
 * created at the start (S8). Memory is admitted by the VMs' configured sizes, not by what is currently free.
 */
export function whyNot(vm: Wanting, candidate: Candidate): PlacementReason | null {
  return whyUnsuitable(vm, candidate) ?? whyNotNow(vm, candidate);
}

/**
 * Why a VM can't even be stored there: reasons that no stop of another VM would change. For a VM that is moved and not yet started.
 */
export function whyNever(vm: Wanting, candidate: Candidate): PlacementReason | null {
  const why = whyUnsuitable(vm, candidate);
  const total = candidate.host.capabilities?.memoryMiB;
  if (why !== null || total === undefined || vm.memoryMiB <= total - reserveMiB(total)) return why;
  return say('placement.memory_total', { asked: vm.memoryMiB, total, reserved: reserveMiB(total) });
}

function whyUnsuitable(vm: Wanting, { host, regularNetworks, outOfSync }: Candidate): PlacementReason | null {
  if (!hostAllows(host.state, 'runVms')) {
    return say('placement.host_state', { state: host.state, reason: host.reason });
  }
  const barred = vm.networks.find((network) => !isEligible(host, network));
  if (barred) return say('placement.label', { label: barred.label ?? '', network: barred.name });
  const missing = vm.networks.filter((network) => !network.isIsolated && !regularNetworks.has(network.id));
  const differ = missing.filter((network) => outOfSync?.has(network.id));
  if (differ.length > 0) return say('placement.out_of_sync', { networks: namesOf(differ) });
  if (missing.length > 0) return say('placement.lacks_networks', { networks: namesOf(missing) });
  if (!host.capabilities) return say('placement.memory_unknown', {});
  const { cpus } = host.capabilities;
  return vm.cpus !== null && vm.cpus > cpus ? say('placement.cpus', { asked: vm.cpus, total: cpus }) : null;
}

function whyNotNow(vm: Wanting, candidate: Candidate): PlacementReason | null {
  const { host, usedMiB } = candidate;
  const total = host.capabilities?.memoryMiB ?? 0;
  const left = memoryLeftMiB(candidate) ?? 0;
  if (vm.memoryMiB <= left) return null;
  const figures = { asked: vm.memoryMiB, left, total, used: usedMiB, reserved: reserveMiB(total) };
  return say('placement.memory_left', figures);
}

const namesOf = (networks: readonly { readonly name: string }[]): string[] => networks.map(({ name }) => name);

/** The placement verdict on one host. */
export interface Verdict<C extends Candidate = Candidate> {
  readonly candidate: C;
  /** Whether the VM could run there. */
  readonly can: boolean;
  readonly chosen: boolean;
  /** Why it is not the chosen one; for the chosen one, why it is, if there is a reason. */
  readonly why: PlacementReason | null;
}

/**
 * Evaluates every host (rule O2): among those that can take the VM, the one where most of its island mates run is chosen, then the
 * one that most of its mates that are down would start on, then the one with most memory left.
 */
export function evaluate<C extends Candidate>(vm: Wanting, candidates: readonly C[]): Verdict<C>[] {
  const reasons = candidates.map((candidate) => whyNot(vm, candidate));
  const able = candidates.filter((_, i) => reasons[i] === null);
  const best = able.reduce<C | undefined>(
    (top, each) => (top === undefined || isBetter(each, top) ? each : top),
    undefined,
  );
  return candidates.map((candidate, i) => {
    const reason = reasons[i] ?? null;
    if (reason !== null || best === undefined) return { candidate, can: false, chosen: false, why: reason };
    const chosen = candidate === best;
    return { candidate, can: true, chosen, why: chosen ? whyChosen(best) : whyLess(candidate, best) };
  });
}

/** The chosen host. Throws NO_CAPACITY with the reason for each host. */
export function place<C extends Candidate>(vm: Wanting, candidates: readonly C[]): C {
  const verdicts = evaluate(vm, candidates);
  const best = verdicts.find(({ chosen }) => chosen);
  if (best) return best.candidate;
  const dropped = verdicts.map(
    ({ candidate, why }) => `"${candidate.host.name}": ${why === null ? 'not possible' : clauseOf(why)}`,
  );
  const why = dropped.length === 0 ? 'its cluster has no host' : `no host can take it (${dropped.join('; ')})`;
  throw new AppError('NO_CAPACITY', `The VM "${vm.name}" can't start: ${why}`, {
    rule: 'O2',
    field: 'host',
    remedy:
      dropped.length === 0
        ? run('hosts.add', { how: { kind: 'lab' } })
        : note('Activate a host, stop other VMs, or give the VM less memory or fewer CPUs.'),
  });
}

const sleeping = (candidate: Candidate): number => candidate.sleepingMates ?? 0;

function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.mates !== b.mates) return a.mates > b.mates;
  if (sleeping(a) !== sleeping(b)) return sleeping(a) > sleeping(b);
  return (memoryLeftMiB(a) ?? 0) > (memoryLeftMiB(b) ?? 0);
}

function whyChosen(candidate: Candidate): PlacementReason | null {
  const { mates } = candidate;
  if (mates > 0) return say('placement.mates', { count: mates, running: true });
  const asleep = sleeping(candidate);
  return asleep > 0 ? say('placement.mates', { count: asleep, running: false }) : null;
}

/** Why a host that could take the VM is not the first choice. */
function whyLess(candidate: Candidate, best: Candidate): PlacementReason {
  const host = best.host.name;
  if (candidate.mates !== best.mates)
    return say('placement.fewer_mates', { here: candidate.mates, there: best.mates, host, running: true });
  const [asleep, most] = [sleeping(candidate), sleeping(best)];
  if (asleep !== most) return say('placement.fewer_mates', { here: asleep, there: most, host, running: false });
  const [here, there] = [memoryLeftMiB(candidate) ?? 0, memoryLeftMiB(best) ?? 0];
  return say('placement.less_memory', { here, there, host });
}
