import type { Island } from '../../../../contract';
import { groupBy } from '../../../ui/group';
import type { Model } from '../model';
import type { Group, Grouping } from './boxes';

/** The key of a host's panel; null: of the VMs without a host. */
export const hostKey = (hostId: string | null): string => `host:${hostId ?? ''}`;

type Rank = (id: string) => number;

/** The panels of the map with their content, in order. */
export function groupsOf(model: Model, grouping: Grouping, rank: Rank): Group[] {
  switch (grouping) {
    case 'host':
      return byHost(model, rank);
    case 'network':
      return byNetwork(model, rank);
    case 'island':
      return [
        { key: 'islands', of: { kind: 'islands' }, islands: model.map.islands, alone: sorted(model.map.alone, rank) },
      ];
  }
}

function byHost(model: Model, rank: Rank): Group[] {
  const islands = groupBy(model.map.islands, (island) => island.hostId);
  const alone = groupBy(model.map.alone, (vmId) => model.vms.get(vmId)?.hostId ?? null);
  const hosts = [...model.map.hosts].sort((a, b) => rank(a.id) - rank(b.id));
  return [...hosts, null].flatMap((host): Group[] => {
    const id = host?.id ?? null;
    const here: readonly Island[] = islands.get(id) ?? [];
    const single = sorted(alone.get(id) ?? [], rank);
    if (host === null && here.length + single.length === 0) return [];
    return [{ key: hostKey(id), of: { kind: 'host', host }, islands: here, alone: single }];
  });
}

function byNetwork(model: Model, rank: Rank): Group[] {
  const islands = groupBy(model.map.islands, (island) => island.networkId);
  const networks = model.map.networks.filter((network) => islands.has(network.id));
  return networks
    .sort((a, b) => rank(a.id) - rank(b.id))
    .map((network) => ({
      key: `network:${network.id}`,
      of: { kind: 'network', network },
      islands: islands.get(network.id) ?? [],
      alone: [],
    }));
}

const sorted = (ids: readonly string[], rank: Rank): string[] => [...ids].sort((a, b) => rank(a) - rank(b));
