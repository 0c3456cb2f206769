import type { Hop, IsolationPromise, PathStep } from '../../../contract';
import type { Highlight } from './highlight';
import type { MapVm, Model } from './model';
import { text } from './text';

/** A question of the map: whether one VM reaches another. */
export interface Ask {
  readonly from: MapVm;
  readonly to: MapVm;
}

/** How a question may begin and end, and what stands between its two names. */
const AROUND = /^(?:why\s+)?(?:can(?:not|'t|’t)?|does(?:n't|n’t)?)\s+|[\s?]+$/gi;
const BETWEEN =
  /\s+(?:to|->|→|(?:(?:can|does)\s+)?(?:not\s+|cannot\s+|can['’]t\s+|does(?:n['’]t)\s+)?reach(?:es)?)\s+/gi;

/**
 * Parses `web1 to db2` and `why can't web1 reach db2?`; null: it is none, or does not name two VMs. A name may also be the only one that
 * begins so.
 */
export function parseAsk(words: string, model: Model): Ask | null {
  // The name of a VM is a search.
  if (model.map.vms.some(({ name }) => name.toLowerCase() === words.trim().toLowerCase())) return null;
  // A name can contain " to ": each place where the words can be split is tried.
  for (const asked of [words, words.trim().replace(AROUND, '')])
    for (const match of asked.matchAll(BETWEEN)) {
      const from = named(asked.slice(0, match.index), model);
      const to = named(asked.slice(match.index + match[0].length), model);
      if (from && to && from !== to) return { from, to };
    }
  return null;
}

/** The question whether one VM reaches another, as it is typed. */
export const askWords = ({ vms }: Model, fromVmId: string, toVmId: string): string =>
  text.question(vms.get(fromVmId)?.name ?? '', vms.get(toVmId)?.name ?? '');

function named(text: string, { map }: Model): MapVm | undefined {
  const name = text.trim().toLowerCase();
  if (name === '') return undefined;
  const exact = map.vms.find((vm) => vm.name.toLowerCase() === name);
  if (exact) return exact;
  const begun = map.vms.filter((vm) => vm.name.toLowerCase().startsWith(name));
  return begun.length === 1 ? begun[0] : undefined;
}

/** Whether that the one VM reaches the other breaks the promise. */
export function isBrokenBy(
  { state, findings }: Pick<IsolationPromise, 'state' | 'findings'>,
  { from, to }: Ask,
): boolean {
  if (state !== 'broken') return false;
  return findings.some(({ path }) => path[0]?.fromVmId === from.id && path.at(-1)?.toVmId === to.id);
}

type Step = Pick<PathStep, 'fromVmId' | 'toVmId' | 'networkId' | 'hostId'> | Hop;

/** Highlights the VMs and islands of a path, and `ends` besides. */
export function pathHighlight(steps: readonly Step[], ends: readonly string[] = []): Highlight {
  const vms = steps.flatMap(({ fromVmId, toVmId }) => [fromVmId, toVmId]).filter((id) => id !== null);
  return {
    vms: new Set([...ends, ...vms]),
    islands: new Set(steps.map(({ networkId, hostId }) => `${networkId}/${hostId ?? ''}`)),
    through: new Set(),
    possible: new Set(),
  };
}
