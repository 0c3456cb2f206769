import type { Island } from '../../../contract';
import { hearsOn, islandsOfVm, type Model, vmsOn } from './model';
import type { Picked } from './picked';
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
export interface Deaf {
  readonly islandId: string;
  readonly vmIds: readonly string[];
}

export interface Hearing {
  /** By island: the VMs that it reaches at layer 2. */
  readonly direct: readonly { readonly islandId: string; readonly vmIds: readonly string[] }[];
  /** On the same islands, but not running, unplugged or with the link down. */
  readonly silent: readonly Deaf[];
  readonly through: readonly Through[];
  readonly elsewhere: readonly Deaf[];
  /** The shortest path to a network with a NIC; `via` is empty if the VM is on that network. Null: no path. */
  readonly out: Way | null;
}

/**
 * Computes what one VM reaches. (The engine's `map.reach` answers for one pair with reasons; the drawer asks it when a reason is
 * shown.)
 * *Through* is possible, not certain: whether a VM forwards is not known.
 */
export function hearingOf(model: Model, vmId: string): Hearing {
  const own = islandsOfVm(model, vmId);
  const awake = own.filter((island) => hearsOn(island, vmId));
  const direct = awake.map((island) => ({ islandId: island.id, vmIds: listeners(island).filter((id) => id !== vmId) }));
  const silent = own.map((island) => {
    const deaf = vmsOn(island).filter((id) => id !== vmId && !(hearsOn(island, vmId) && hearsOn(island, id)));
    return { islandId: island.id, vmIds: deaf };
  });
  const networks = new Set(own.map((island) => island.networkId));
  const ownIds = new Set(own.map((island) => island.id));
  const elsewhere = model.map.islands
    .filter((island) => networks.has(island.networkId) && !ownIds.has(island.id))
    .map((island) => ({ islandId: island.id, vmIds: vmsOn(island).filter((id) => id !== vmId) }));
  const some = (deaf: Deaf): boolean => deaf.vmIds.length > 0;
  return {
    direct: direct.filter(some),
    silent: silent.filter(some),
    ...throughOf(model, vmId, awake),
    elsewhere: elsewhere.filter(some),
  };
}

/** Breadth-first search, so that each VM, and the outside, has a shortest path. */
function throughOf(model: Model, start: string, awake: readonly Island[]): Pick<Hearing, 'through' | 'out'> {
  const own = awake.find(({ nic }) => nic !== null);
  let out: Way | null = own ? { via: [], islands: [own.id] } : null;
  const found = new Map<string, Through>();
  const crossed = new Set(awake.map((island) => island.id));
  let front: Through[] = [];
  const near = new Set([start]);
  for (const island of awake) {
    for (const id of listeners(island)) {
      if (near.has(id)) continue;
      near.add(id);
      front.push({ vmId: id, via: [], islands: [island.id] });
    }
  }
  while (front.length > 0) {
    const next: Through[] = [];
    for (const step of front) {
      for (const island of islandsOfVm(model, step.vmId)) {
        if (crossed.has(island.id) || !hearsOn(island, step.vmId)) continue;
        crossed.add(island.id);
        const way: Way = { via: [...step.via, step.vmId], islands: [...step.islands, island.id] };
        if (island.nic !== null) out ??= way;
        for (const id of listeners(island)) {
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

const listeners = (island: Island): string[] => [
  ...new Set(island.members.filter((member) => member.hears).map((member) => member.vmId)),
];

/** The NICs of a network's uplinks, each with its host: `out0 on laptop`. */
export const nicWords = (model: Model, networkId: string): string[] =>
  model.map.islands.flatMap(({ networkId: of, nic, hostId }) =>
    of === networkId && nic !== null ? [text.nicOn(nic, model.hosts.get(hostId ?? '')?.name ?? '')] : [],
  );

/** Whether a VM has external access, and via which VMs. */
export function outWords(model: Model, vmId: string, { out }: Pick<Hearing, 'out'>): string {
  const name = (id: string): string => model.vms.get(id)?.name ?? '';
  if (out === null) return text.outNone(name(vmId));
  if (out.via.length > 0) return text.outThrough(name(vmId), out.via.map(name));
  const network = model.islands.get(out.islands[0] ?? '')?.networkId ?? '';
  return text.outDirect(name(vmId), model.networks.get(network)?.name ?? '');
}

/** The description on the outside strip: its NICs and, while a VM is selected, whether that VM reaches them. */
export function mainlandWords(model: Model, picked: Picked | null): string {
  if (picked?.kind === 'vm' && model.vms.has(picked.id)) return outWords(model, picked.id, hearingOf(model, picked.id));
  return model.map.networks.every((network) => network.isIsolated) ? text.outsideNone : text.outsideSome;
}
