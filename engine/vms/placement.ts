import { AppError, hostAllows, note, run } from '../../contract';
import { isEligible } from '../plan/eligible';
import type { HostRow, NetworkRow } from '../ports/store';

/** A host of the VM's cluster, with what placement asks of it. */
export interface Candidate {
  readonly host: Pick<HostRow, 'id' | 'name' | 'state' | 'reason' | 'capabilities' | 'labels'>;
  /** Memory of all VMs that run (or are being started) there, without the VM in question. */
  readonly usedMiB: number;
  /** Regular networks that the host has, and those of which it has something else than what is wanted. */
  readonly regularNetworks: ReadonlySet<string>;
  readonly outOfSync?: ReadonlySet<string>;
  /** How many VMs that run there (or are being started) share a network with the VM; how many that are down have their disks there. */
  readonly mates: number;
  readonly sleepingMates?: number;
}

export interface Wanting {
  readonly name: string;
  readonly memoryMiB: number;
  /** Networks of its plugged vNICs. */
  readonly networks: readonly Pick<NetworkRow, 'id' | 'name' | 'isIsolated' | 'label'>[];
}

/** Memory that a host keeps for itself: an eighth, at most 512 MiB. */
export const reserveMiB = (totalMiB: number): number => Math.min(512, Math.floor(totalMiB / 8));

/** Memory of a host that VMs may still be promised; null while its memory is not known. */
export function memoryLeftMiB({ host, usedMiB }: Pick<Candidate, 'host' | 'usedMiB'>): number | null {
  const total = host.capabilities?.memoryMiB;
  return total === undefined ? null : Math.max(0, total - reserveMiB(total) - usedMiB);
}

/**
 * Why the host can't take the VM (rule O2), in words with the figures; null when it can. A missing isolated network is no
 * reason: it is created at the start (S8). Memory is admitted by what VMs were promised, not by what is free this instant.
 */
export function whyNot(vm: Wanting, candidate: Candidate): string | null {
  return whyNotThere(vm, candidate) ?? whyNotNow(vm, candidate);
}

/** Why a VM can't even be kept there: what no stop of another VM would change. For a VM that is moved and not yet started. */
export function whyNever(vm: Wanting, candidate: Candidate): string | null {
  const why = whyNotThere(vm, candidate);
  const total = candidate.host.capabilities?.memoryMiB;
  if (why !== null || total === undefined || vm.memoryMiB <= total - reserveMiB(total)) return why;
  return `${vm.memoryMiB} MiB are asked for, and it has ${total} MiB in all, of which it keeps ${reserveMiB(total)}`;
}

function whyNotThere(vm: Wanting, { host, regularNetworks, outOfSync }: Candidate): string | null {
  if (!hostAllows(host.state, 'runVms')) {
    return `it is ${host.state === 'maintenance' ? 'in maintenance' : host.state.replaceAll('_', ' ')}${host.reason === null ? '' : ` (${host.reason})`}`;
  }
  const barred = vm.networks.find((network) => !isEligible(host, network));
  if (barred) return `it has not the label ${barred.label ?? ''} of the network "${barred.name}"`;
  const missing = vm.networks.filter((network) => !network.isIsolated && !regularNetworks.has(network.id));
  const differ = missing.filter((network) => outOfSync?.has(network.id));
  if (differ.length > 0) return `its network ${quoted(differ)} is out of sync: sync the host first`;
  if (missing.length > 0) return `it lacks the network ${quoted(missing)}`;
  return host.capabilities ? null : 'its memory is not known yet';
}

function whyNotNow(vm: Wanting, candidate: Candidate): string | null {
  const { host, usedMiB } = candidate;
  const total = host.capabilities?.memoryMiB ?? 0;
  const left = memoryLeftMiB(candidate) ?? 0;
  if (vm.memoryMiB <= left) return null;
  return `${vm.memoryMiB} MiB are asked for and ${left} MiB are left: ${total} MiB in all, ${usedMiB} MiB used by running VMs, ${reserveMiB(total)} MiB kept for the host`;
}

const quoted = (networks: readonly { readonly name: string }[]): string =>
  networks.map((network) => `"${network.name}"`).join(', ');

/** What placement says of one host. */
export interface Verdict<C extends Candidate = Candidate> {
  readonly candidate: C;
  /** Whether the VM could run there. */
  readonly can: boolean;
  readonly chosen: boolean;
  /** Why it is not the chosen one, in words; of the chosen one, why it is, where there is something to say. */
  readonly why: string | null;
}

/**
 * Judges every host (rule O2): among those that can take the VM, the one where most of its island mates run is chosen, then
 * the one that most of its mates that are down would start on, then the one with most memory left.
 */
export function judge<C extends Candidate>(vm: Wanting, candidates: readonly C[]): Verdict<C>[] {
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
    return { candidate, can: true, chosen, why: chosen ? matesWords(best) : lessWords(candidate, best) };
  });
}

/** The chosen host. Throws NO_CAPACITY that says of each host why not. */
export function place<C extends Candidate>(vm: Wanting, candidates: readonly C[]): C {
  const verdicts = judge(vm, candidates);
  const best = verdicts.find(({ chosen }) => chosen);
  if (best) return best.candidate;
  const dropped = verdicts.map(({ candidate, why }) => `"${candidate.host.name}": ${why ?? 'it can not'}`);
  const why = dropped.length === 0 ? 'its cluster has no host' : `no host can take it (${dropped.join('; ')})`;
  throw new AppError('NO_CAPACITY', `The VM "${vm.name}" can't start: ${why}`, {
    rule: 'O2',
    field: 'host',
    remedy:
      dropped.length === 0
        ? run('hosts.add', { how: { kind: 'lab' } })
        : note('Activate a host, stop other VMs, or give the VM less memory.'),
  });
}

const sleeping = (candidate: Candidate): number => candidate.sleepingMates ?? 0;

function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.mates !== b.mates) return a.mates > b.mates;
  if (sleeping(a) !== sleeping(b)) return sleeping(a) > sleeping(b);
  return (memoryLeftMiB(a) ?? 0) > (memoryLeftMiB(b) ?? 0);
}

function matesWords(candidate: Candidate): string | null {
  const { mates } = candidate;
  if (mates > 0) return `${mates} of its island mates ${mates === 1 ? 'runs' : 'run'} there`;
  const asleep = sleeping(candidate);
  return asleep > 0 ? `${asleep} of its island mates, now down, ${asleep === 1 ? 'is' : 'are'} kept there` : null;
}

/** Why a host that could take the VM is not the first choice. */
function lessWords(candidate: Candidate, best: Candidate): string {
  const { name } = best.host;
  if (candidate.mates !== best.mates)
    return `${candidate.mates || 'none'} of its island mates run there, ${best.mates} on "${name}"`;
  if (sleeping(candidate) !== sleeping(best))
    return `${sleeping(candidate) || 'none'} of its island mates are kept there, ${sleeping(best)} on "${name}"`;
  const [here, there] = [memoryLeftMiB(candidate) ?? 0, memoryLeftMiB(best) ?? 0];
  return here === there
    ? `it has as much memory left as "${name}", which comes first`
    : `${here} MiB are left there, ${there} MiB on "${name}"`;
}
