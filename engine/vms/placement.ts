import { AppError, hostAllows } from '../../contract';
import { mayBear } from '../networks/attaching';
import type { HostRow, NetworkRow } from '../ports/store';

/** A host of the VM's cluster, with what placement asks of it. */
export interface Candidate {
  readonly host: Pick<HostRow, 'id' | 'name' | 'state' | 'reason' | 'capabilities' | 'labels'>;
  /** Memory of all VMs that run (or are being started) there, without the VM in question. */
  readonly usedMiB: number;
  /** Regular networks that the host has. */
  readonly regularNetworks: ReadonlySet<string>;
  /** How many running VMs there share a network with the VM. */
  readonly mates: number;
}

export interface Wanting {
  readonly name: string;
  readonly memoryMiB: number;
  /** Networks of its plugged vNICs. */
  readonly networks: readonly Pick<NetworkRow, 'id' | 'name' | 'isIsolated' | 'label'>[];
}

/** Memory that a host keeps for itself: an eighth, at most 512 MiB. */
export const reserveMiB = (totalMiB: number): number => Math.min(512, Math.floor(totalMiB / 8));

/**
 * Why the host can't take the VM (rule O2), in words with the figures; null when it can. A missing isolated network is no
 * reason: it is created at the start (S8). Memory is admitted by what VMs were promised, not by what is free this instant.
 */
export function whyNot(vm: Wanting, { host, usedMiB, regularNetworks }: Candidate): string | null {
  if (!hostAllows(host.state, 'runVms')) {
    return `it is ${host.state.replaceAll('_', ' ')}${host.reason === null ? '' : ` (${host.reason})`}`;
  }
  const barred = vm.networks.find((network) => !mayBear(host, network));
  if (barred) return `it has not the label ${barred.label ?? ''} of the network "${barred.name}"`;
  const missing = vm.networks.filter((network) => !network.isIsolated && !regularNetworks.has(network.id));
  if (missing.length > 0) return `it lacks the network ${missing.map((network) => `"${network.name}"`).join(', ')}`;
  const total = host.capabilities?.memoryMiB;
  if (total === undefined) return 'its memory is not known yet';
  const reserve = reserveMiB(total);
  const left = total - reserve - usedMiB;
  if (vm.memoryMiB > left) {
    return `${vm.memoryMiB} MiB are asked for and ${Math.max(0, left)} MiB are left: ${total} MiB in all, ${usedMiB} MiB used by running VMs, ${reserve} MiB kept for the host`;
  }
  return null;
}

const leftOn = ({ host, usedMiB }: Candidate): number => (host.capabilities?.memoryMiB ?? 0) - usedMiB;

/**
 * The host on which a VM starts (rule O2): among those that can take it, the one where most of its island mates run, then
 * the one with most memory left. Throws NO_CAPACITY that says of each host why not.
 */
export function place<C extends Candidate>(vm: Wanting, candidates: readonly C[]): C {
  const dropped: string[] = [];
  let best: C | undefined;
  for (const candidate of candidates) {
    const reason = whyNot(vm, candidate);
    if (reason !== null) dropped.push(`"${candidate.host.name}": ${reason}`);
    else if (!best || isBetter(candidate, best)) best = candidate;
  }
  if (best) return best;
  const why = dropped.length === 0 ? 'its cluster has no host' : `no host can take it (${dropped.join('; ')})`;
  throw new AppError('NO_CAPACITY', `The VM "${vm.name}" can't start: ${why}`, {
    rule: 'O2',
    field: 'host',
    hint:
      dropped.length === 0
        ? 'Add a host: atoll host add NAME --lab.'
        : 'Activate a host, stop other VMs, or give the VM less memory.',
  });
}

function isBetter(a: Candidate, b: Candidate): boolean {
  return a.mates === b.mates ? leftOn(a) > leftOn(b) : a.mates > b.mates;
}
