import type { HostFit } from '../../contract';
import type { HostRow, Repositories, VmRow } from '../ports/store';
import { type HostCandidate, type Seeker, judgeHosts, seekerOf } from './choose-host';
import { type Verdict, memoryLeftMiB } from './placement';

/** What placement says of each host of a VM's cluster, for people: the chosen first, then those that could, then the others. */
export function hostFits(
  tx: Repositories,
  seeker: Seeker,
  holder: string | null,
  purpose: 'start' | 'move',
): HostFit[] {
  const fits = judgeHosts(tx, seeker).map((verdict) => fit(verdict, holder, purpose, tx));
  const rank = ({ chosen, can }: HostFit): number => (chosen ? 0 : can ? 1 : 2);
  return fits.sort((a, b) => rank(a) - rank(b));
}

function fit(
  verdict: Verdict<HostCandidate>,
  holder: string | null,
  purpose: 'start' | 'move',
  tx: Repositories,
): HostFit {
  const { candidate } = verdict;
  const { host, mates } = candidate;
  const holds = holder === host.id;
  const base = {
    ...{ hostId: host.id, host: host.name, state: host.state, holds, mates, memoryLeftMiB: memoryLeftMiB(candidate) },
    ...{ can: verdict.can, chosen: verdict.chosen, why: verdict.why },
  };
  if (holder === null) return base;
  if (purpose === 'move')
    return holds ? { ...base, can: false, chosen: false, why: 'its disks are there already' } : base;
  if (holds) return { ...base, chosen: verdict.can, why: verdict.can ? 'its disks are there' : verdict.why };
  const where = tx.hosts.get(holder)?.name ?? holder;
  return { ...base, can: false, chosen: false, why: `its disks are on "${where}": move it here first` };
}

/** For a dry run: why the host that was chosen, and why not each other one. */
export function placementWords(tx: Repositories, vm: VmRow, chosen: HostRow): string[] {
  const fits = hostFits(tx, seekerOf(tx, vm), vm.hostId, 'start');
  const [best] = fits.filter(({ hostId }) => hostId === chosen.id);
  const why = best?.why ? [`"${chosen.name}": ${best.why}`] : [];
  const others = fits.filter(({ hostId }) => hostId !== chosen.id);
  return [...why, ...others.map(({ host, why: reason }) => `why not "${host}": ${reason ?? 'another was asked for'}`)];
}
