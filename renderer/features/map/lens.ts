import { VERDICT_FEEL } from '../../ui/tone';
import type { Changed } from './changes';
import { type Model, vmsOn } from './model';
import type { IslandBox } from './layout/boxes';

/** What the colors of islands say when the map is zoomed out. */
export const LENSES = ['state', 'age', 'access', 'changed'] as const;
export type Lens = (typeof LENSES)[number];

/** What a lens can say of an island, as one of few colors; `fine` is neutral. */
export const SHADES = ['fine', 'soon', 'late', 'off', 'warn', 'bad', 'unknown'] as const;
export type Shade = (typeof SHADES)[number];

const HOUR_MS = 3_600_000;

/** How long ago an isolated island was checked; a regular one needs no check. */
export function shadeOfAge(model: Model, { island: { id } }: IslandBox, now: number): Shade {
  const island = model.islands.get(id);
  if (island === undefined || !isSealed(model, id)) return 'fine';
  if (VERDICT_FEEL[island.verdict].tone === 'bad') return 'bad';
  if (island.failed > 0) return 'warn';
  if (island.verdictAt === null || island.verdict === 'unknown') return 'unknown';
  const age = now - Date.parse(island.verdictAt);
  return age < HOUR_MS ? 'soon' : age < 24 * HOUR_MS ? 'late' : 'warn';
}

/** Whether VMs on the island reach the outside: directly, or only if one of them forwards. */
export function shadeOfAccess(model: Model, { island: { id } }: IslandBox): Shade {
  if ((model.islands.get(id)?.nic ?? null) !== null) return 'late';
  return (model.gateways.get(id) ?? []).length > 0 ? 'soon' : 'fine';
}

/** Whether the island, its network or a VM on it changed lately. */
export function shadeOfChange(model: Model, { island: { id, networkId, hostId } }: IslandBox, changed: Changed): Shade {
  const island = model.islands.get(id);
  const isChanged =
    changed.islands.has(`${networkId}/${hostId ?? ''}`) ||
    changed.networks.has(networkId) ||
    (island !== undefined && vmsOn(island).some((vmId) => changed.vms.has(vmId)));
  return isChanged ? 'late' : 'fine';
}

/** Whether the island is of an isolated network, and on a host. */
export function isSealed(model: Model, islandId: string): boolean {
  const island = model.islands.get(islandId);
  return island !== undefined && island.hostId !== null && model.networks.get(island.networkId)?.isIsolated === true;
}

/** The oldest check of some islands, in milliseconds since 1970; null: there are none that need one; 0: one was never checked. */
export function oldestCheck(model: Model, islandBoxes: readonly IslandBox[]): number | null {
  const times = islandBoxes.flatMap(({ island: { id } }) => {
    if (!isSealed(model, id)) return [];
    const at = model.islands.get(id)?.verdictAt ?? null;
    return [at === null ? 0 : Date.parse(at)];
  });
  return times.length === 0 ? null : Math.min(...times);
}
