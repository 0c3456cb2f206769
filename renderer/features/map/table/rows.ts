import type { Island } from '../../../../contract';
import type { Group } from '../layout/boxes';
import { vmsOn } from '../model';
import { panelKey } from '../canvas/nodes';
import type { Selection } from '../selection';

/** One row of the table: a panel, an island, the heading of VMs without a network, or a VM. */
export type RowOf =
  | { readonly kind: 'panel'; readonly group: Group }
  | { readonly kind: 'island'; readonly island: Island }
  | { readonly kind: 'alone' }
  | { readonly kind: 'vm'; readonly vmId: string };

export interface Row {
  readonly key: string;
  readonly of: RowOf;
  readonly selects: Selection | null;
  readonly islandId: string | null;
  /** 1-based, as ARIA counts. */
  readonly level: number;
  readonly place: number;
  readonly siblings: number;
  /** Null: it has no children. */
  readonly open: boolean | null;
  /** The number of filtered VMs below it. */
  readonly vms: number;
}

export interface RowOptions {
  readonly isOpen: (key: string) => boolean;
  /** The VMs that match a filter; null: all. */
  readonly left: ReadonlySet<string> | null;
  readonly rank: (vmId: string) => number;
}

interface Branch {
  readonly key: string;
  readonly of: RowOf;
  readonly selects: Selection | null;
  readonly branches: readonly Branch[];
  readonly vmIds: readonly string[];
}

/** The map as rows: the same panels and islands, each expanded or not. */
export function rowsOf(groups: readonly Group[], options: RowOptions): Row[] {
  const branches = groups.flatMap((group) => {
    const inside = branchesOf(group, options);
    // The group of all islands is not a level of its own.
    if (group.of.kind === 'islands') return inside;
    const branch: Branch = {
      key: panelKey(group.key),
      of: { kind: 'panel', group },
      selects: selectionOf(group),
      branches: inside,
      vmIds: [],
    };
    return options.left !== null && inside.length === 0 ? [] : [branch];
  });
  return branches.flatMap((branch, i) => lines(branch, 1, i + 1, branches.length, options));
}

function branchesOf(group: Group, { left, rank }: RowOptions): Branch[] {
  const kept = (ids: readonly string[]): string[] =>
    ids.filter((id) => left === null || left.has(id)).sort((a, b) => rank(a) - rank(b));
  const islands = group.islands.map((island): Branch => ({
    key: `island/${island.id}`,
    of: { kind: 'island', island },
    selects: { kind: 'network', id: island.networkId },
    branches: [],
    vmIds: kept(vmsOn(island)),
  }));
  const alone: Branch = {
    key: `alone/${group.key}`,
    of: { kind: 'alone' },
    selects: null,
    branches: [],
    vmIds: kept(group.alone),
  };
  const some = islands.filter((branch) => left === null || branch.vmIds.length > 0);
  return alone.vmIds.length === 0 ? some : [...some, alone];
}

function selectionOf({ of }: Group): Selection | null {
  if (of.kind === 'host') return of.host === null ? null : { kind: 'host', id: of.host.id };
  return of.kind === 'network' ? { kind: 'network', id: of.network.id } : null;
}

function lines(branch: Branch, level: number, place: number, siblings: number, options: RowOptions): Row[] {
  const { key, of, selects, branches, vmIds } = branch;
  const islandId = of.kind === 'island' ? of.island.id : null;
  const isEmpty = branches.length + vmIds.length === 0;
  // Search results are expanded.
  const open = options.left !== null || options.isOpen(key);
  const head: Row = {
    key,
    of,
    selects,
    islandId,
    level,
    place,
    siblings,
    open: isEmpty ? null : open,
    vms: countOf(branch),
  };
  if (isEmpty || !open) return [head];
  const below = branches.length + vmIds.length;
  return [
    head,
    ...branches.flatMap((one, i) => lines(one, level + 1, i + 1, below, options)),
    ...vmIds.map((vmId, i): Row => ({
      key: `${key}/${vmId}`,
      of: { kind: 'vm', vmId },
      selects: { kind: 'vm', id: vmId },
      islandId: null,
      level: level + 1,
      place: branches.length + i + 1,
      siblings: below,
      open: null,
      vms: 0,
    })),
  ];
}

/** A VM on two islands of a host counts once. */
const countOf = (branch: Branch): number =>
  new Set([...branch.vmIds, ...branch.branches.flatMap((one) => one.vmIds)]).size;
