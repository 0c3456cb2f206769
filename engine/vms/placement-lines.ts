import { type HostFit, type PreviewLine, say } from '../../contract';
import type { HostRow, Repositories, VmRow } from '../ports/store';
import { type HostCandidate, type Seeker, candidates, seekerOf } from './choose-host';
import { type Verdict, evaluate, memoryLeftMiB } from './placement';

/** The placement verdicts on the hosts of a VM's cluster, for users: the chosen one first, then possible ones, then the others. */
export function hostFits(
  tx: Repositories,
  seeker: Seeker,
  holder: string | null,
  purpose: 'start' | 'move',
): HostFit[] {
  const fits = verdicts(tx, seeker, purpose === 'move' ? holder : null).map((verdict) =>
    fit(verdict, holder, purpose, tx),
  );
  const rank = ({ chosen, can }: HostFit): number => (chosen ? 0 : can ? 1 : 2);
  return fits.sort((a, b) => rank(a) - rank(b));
}

/** A host that a VM moves away from (`left`) is evaluated last and alone: the others are compared with each other. */
function verdicts(tx: Repositories, seeker: Seeker, left: string | null): Verdict<HostCandidate>[] {
  const all = candidates(tx, seeker);
  const isLeft = ({ host }: HostCandidate): boolean => host.id === left;
  return [
    ...evaluate(
      seeker,
      all.filter((each) => !isLeft(each)),
    ),
    ...evaluate(seeker, all.filter(isLeft)),
  ];
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
    return holds ? { ...base, can: false, chosen: false, why: say('placement.disks_there', { move: true }) } : base;
  if (holds)
    return {
      ...base,
      chosen: verdict.can,
      why: verdict.can ? say('placement.disks_there', { move: false }) : verdict.why,
    };
  const where = tx.hosts.get(holder)?.name ?? holder;
  return { ...base, can: false, chosen: false, why: say('placement.disks_on', { host: where }) };
}

/** For a dry run: why the host was chosen, and why not each other one. */
export function placementLines(tx: Repositories, vm: VmRow, chosen: HostRow): PreviewLine[] {
  const fits = hostFits(tx, seekerOf(tx, vm), vm.hostId, 'start');
  const [best] = fits.filter(({ hostId }) => hostId === chosen.id);
  const why = best?.why ? [say('preview.placement.chosen', { host: chosen.name, why: best.why })] : [];
  const others = fits.filter(({ hostId }) => hostId !== chosen.id);
  return [...why, ...others.map(({ host, why: reason }) => say('preview.placement.other', { host, why: reason }))];
}
