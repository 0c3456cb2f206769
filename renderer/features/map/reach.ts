import type { Island } from '../../../contract';
import { isActiveOn, islandsOfVm, joinedTo, type Model, vmsOn } from './model';
import type { Selection } from './selection';
import { text } from './text';

/** The VMs on the path, nearest first, and the islands it crosses. */
export interface Way {
  readonly via: readonly string[];
  readonly islands: readonly string[];
}

/** A VM that is reachable only via other VMs. */
export interface Through extends Way {
  readonly vmId: string;
}

/** VMs that look reachable but are not: on one of the VM's networks, but on another island, or inactive. */
export interface UnreachedVms {
  readonly islandId: string;
  readonly vmIds: readonly string[];
}

export interface Reach {
  /** By island: the VMs that it reaches at layer 2. */
  readonly direct: readonly { readonly islandId: string; readonly vmIds: readonly string[] }[];
  /** On the same islands, but not running, unplugged or with the link down. */
  readonly inactive: readonly UnreachedVms[];
  readonly through: readonly Through[];
  readonly elsewhere: readonly UnreachedVms[];
  /** The shortest path to a network with a NIC; `via` is empty if the VM is on that network. Null: no path. */
  readonly out: Way | null;
}

/**
 * Computes what one VM reaches. (The engine's `map.reach` answers for one pair with reasons; the drawer asks it when a reason is
 * shown.)
 * *Through* is possible, not certain: whether a VM forwards is not known.
 */
export function reachOf(model: Model, vmId: string): Reach {
  const own = islandsOfVm(model, vmId);
  const awake = own.filter((island) => isActiveOn(island, vmId));
  // Frames pass to these through the tunnels of a stretched network.
  const joined = awake.flatMap((island) => joinedTo(model, island));
  const direct = [...awake, ...joined].map((island) => ({
    islandId: island.id,
    vmIds: activeVms(island).filter((id) => id !== vmId),
  }));
  const asleep = joined.map((island) => ({
    islandId: island.id,
    vmIds: vmsOn(island).filter((id) => id !== vmId && !isActiveOn(island, id)),
  }));
  const inactive = own.map((island) => {
    const unreached = vmsOn(island).filter(
      (id) => id !== vmId && !(isActiveOn(island, vmId) && isActiveOn(island, id)),
    );
    return { islandId: island.id, vmIds: unreached };
  });
  const networks = new Set(own.map((island) => island.networkId));
  const ownIds = new Set([...own, ...joined].map((island) => island.id));
  const elsewhere = model.map.islands
    .filter((island) => networks.has(island.networkId) && !ownIds.has(island.id))
    .map((island) => ({ islandId: island.id, vmIds: vmsOn(island).filter((id) => id !== vmId) }));
  const some = (unreached: UnreachedVms): boolean => unreached.vmIds.length > 0;
  return {
    direct: direct.filter(some),
    inactive: [...inactive, ...asleep].filter(some),
    ...throughOf(model, vmId, awake),
    elsewhere: elsewhere.filter(some),
  };
}

/**
 * The inactive VMs by cause. `own`: the VM itself is inactive on the island, so that one reason holds for all of them; `others`: each
 * has a reason of its own.
 */
export function causesOf(
  model: Model,
  vmId: string,
  { inactive }: Pick<Reach, 'inactive'>,
): { readonly own: readonly UnreachedVms[]; readonly others: readonly UnreachedVms[] } {
  const isOwn = ({ islandId }: UnreachedVms): boolean => {
    const island = model.islands.get(islandId);
    const isHere = island !== undefined && vmsOn(island).includes(vmId);
    return isHere && !isActiveOn(island, vmId);
  };
  return {
    own: inactive.filter(isOwn),
    others: oncePerVm(
      inactive
        .filter((group) => !isOwn(group))
        .flatMap(({ islandId, vmIds }) => vmIds.map((id) => ({ islandId, vmId: id }))),
    ),
  };
}

/** Each VM once, though it may be on several of the islands: its reason is asked for by VM. */
function oncePerVm(all: ReadonlyArray<{ readonly islandId: string; readonly vmId: string }>): UnreachedVms[] {
  const known = new Set<string>();
  return all.flatMap(({ islandId, vmId }) => {
    if (known.has(vmId)) return [];
    known.add(vmId);
    return [{ islandId, vmIds: [vmId] }];
  });
}

/** Breadth-first search, so that each VM, and the outside, has a shortest path. */
function throughOf(model: Model, start: string, awake: readonly Island[]): Pick<Reach, 'through' | 'out'> {
  const here = [...awake, ...awake.flatMap((island) => joinedTo(model, island))];
  const own = here.find(({ nic }) => nic !== null);
  let out: Way | null = own ? { via: [], islands: [own.id] } : null;
  const found = new Map<string, Through>();
  const crossed = new Set(here.map((island) => island.id));
  let front: Through[] = [];
  const near = new Set([start]);
  for (const island of here) {
    for (const id of activeVms(island)) {
      if (near.has(id)) continue;
      near.add(id);
      front.push({ vmId: id, via: [], islands: [island.id] });
    }
  }
  while (front.length > 0) {
    const next: Through[] = [];
    for (const step of front) {
      const own = islandsOfVm(model, step.vmId).filter((island) => isActiveOn(island, step.vmId));
      for (const island of own.flatMap((one) => [one, ...joinedTo(model, one)])) {
        if (crossed.has(island.id)) continue;
        crossed.add(island.id);
        const way: Way = { via: [...step.via, step.vmId], islands: [...step.islands, island.id] };
        if (island.nic !== null) out ??= way;
        for (const id of activeVms(island)) {
          if (near.has(id) || found.has(id)) continue;
          const reached = { vmId: id, ...way };
          found.set(id, reached);
          next.push(reached);
        }
      }
    }
    front = next;
  }
  return { through: [...found.values()], out };
}

const activeVms = (island: Island): string[] => [
  ...new Set(island.members.filter((member) => member.hears).map((member) => member.vmId)),
];

/** The NICs of a network's uplinks, each with its host: `out0 on laptop`. */
export const nicText = (model: Model, networkId: string): string[] =>
  model.map.islands.flatMap(({ networkId: of, nic, hostId }) =>
    of === networkId && nic !== null ? [text.nicOn(nic, model.hosts.get(hostId ?? '')?.name ?? '')] : [],
  );

/** Whether a VM has external access, and via which VMs. */
export function externalAccessText(model: Model, vmId: string, { out }: Pick<Reach, 'out'>): string {
  const name = (id: string): string => model.vms.get(id)?.name ?? '';
  if (out === null) return text.outNone(name(vmId));
  if (out.via.length > 0) return text.outThrough(name(vmId), out.via.map(name));
  const network = model.islands.get(out.islands[0] ?? '')?.networkId ?? '';
  return text.outDirect(name(vmId), model.networks.get(network)?.name ?? '');
}

/** The description on the outside strip: its NICs and, while a VM is selected, whether that VM reaches them. */
export function outsideText(model: Model, selected: Selection | null): string {
  if (selected?.kind === 'vm' && model.vms.has(selected.id))
    return externalAccessText(model, selected.id, reachOf(model, selected.id));
  return model.map.networks.every((network) => network.isIsolated) ? text.outsideNone : text.outsideSome;
}
