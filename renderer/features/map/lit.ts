import type { VmState } from '../../../contract';
import { type Tone, vmFeel } from '../../ui/tone';
import { type Changed, type Period, UNCHANGED } from './changes';
import { hearingOf } from './hearing';
import { islandsOfVm, type MapVm, type Model, vmsOn } from './model';
import type { Picked } from './picked';

/** What is highlighted by a selection, search or filter; everything else dims. */
export interface Lit {
  readonly vms: ReadonlySet<string>;
  readonly islands: ReadonlySet<string>;
  /** VMs that the selected one reaches only via others: highlighted less. */
  readonly through: ReadonlySet<string>;
  /** Islands that the selected VM reaches only if others forward: their edges are possible, not certain. */
  readonly possible: ReadonlySet<string>;
}

const NO_WAYS: Pick<Lit, 'through' | 'possible'> = { through: new Set(), possible: new Set() };

/** The highlight of a VM; null: none. */
export const lightOf = (lit: Lit | null, vmId: string): 'lit' | 'through' | null =>
  lit?.vms.has(vmId) === true ? 'lit' : lit?.through.has(vmId) === true ? 'through' : null;

/** The highlight of an edge: full, or `possible` if it depends on forwarding; null: none. */
export function wayLight(lit: Lit | null, vmId: string, islandId: string): 'lit' | 'possible' | null {
  if (lit === null || lightOf(lit, vmId) === null || !lit.islands.has(islandId)) return null;
  return lit.possible.has(islandId) ? 'possible' : 'lit';
}

/** States as the user filters them. */
export const STATE_FILTERS = ['up', 'down', 'busy', 'trouble'] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];

/** The map's filter: empty or null fields do not filter. */
export interface Filter {
  readonly words: string;
  readonly state: StateFilter | null;
  readonly hostId: string | null;
  readonly networkId: string | null;
  /** Of networks and of hosts. */
  readonly label: string | null;
  /** Only what changed in this period. */
  readonly since: Period | null;
}

const TONES: Record<StateFilter, readonly Tone[]> = {
  up: ['ok'],
  down: ['off'],
  busy: ['busy'],
  trouble: ['warn', 'bad', 'unknown'],
};

export const isNarrow = (filter: Filter): boolean =>
  filter.words.trim() !== '' ||
  filter.state !== null ||
  filter.hostId !== null ||
  filter.networkId !== null ||
  filter.label !== null ||
  filter.since !== null;

const inState = (state: VmState, wanted: StateFilter | null): boolean =>
  wanted === null || TONES[wanted].includes(vmFeel(state).tone);

/** The VMs that match a filter: the text matches their name, or the name of their network or host. */
export function vmsLeft(model: Model, filter: Filter, changed = UNCHANGED): MapVm[] {
  const words = filter.words.trim().toLowerCase();
  const says = (name: string | undefined): boolean => name?.toLowerCase().includes(words) === true;
  const labelled = filter.label === null ? null : bearersOf(model, filter.label);
  const networks = new Set(model.map.networks.filter((network) => says(network.name)).map((network) => network.id));
  const hosts = new Set(model.map.hosts.filter((host) => says(host.name)).map((host) => host.id));
  return model.map.vms.filter((vm) => {
    const islands = islandsOfVm(model, vm.id);
    return (
      inState(vm.state, filter.state) &&
      (filter.since === null || changed.vms.has(vm.id)) &&
      (filter.hostId === null || vm.hostId === filter.hostId) &&
      (labelled === null ||
        labelled.has(vm.hostId ?? '') ||
        islands.some((island) => labelled.has(island.networkId))) &&
      (filter.networkId === null || islands.some((island) => island.networkId === filter.networkId)) &&
      (words === '' ||
        says(vm.name) ||
        hosts.has(vm.hostId ?? '') ||
        islands.some((island) => networks.has(island.networkId)))
    );
  });
}

/** The networks and hosts that have a label. */
export const bearersOf = ({ map }: Model, label: string): ReadonlySet<string> =>
  new Set([
    ...map.networks.filter((network) => network.label === label).map(({ id }) => id),
    ...map.hosts.filter((host) => host.labels.includes(label)).map(({ id }) => id),
  ]);

/** The highlight of the filter, else of the selection; null: neither is set. */
export function litBy(model: Model, picked: Picked | null, filter: Filter, changed = UNCHANGED): Lit | null {
  if (isNarrow(filter)) return litByFilter(model, filter, changed);
  if (picked === null) return null;
  switch (picked.kind) {
    case 'vm':
      return litByVm(model, picked.id);
    case 'network':
    case 'host': {
      const islands = model.map.islands.filter(
        (island) => (picked.kind === 'network' ? island.networkId : island.hostId) === picked.id,
      );
      const vms = new Set(islands.flatMap(vmsOn));
      if (picked.kind === 'host') for (const vm of model.map.vms) if (vm.hostId === picked.id) vms.add(vm.id);
      return { vms, islands: new Set(islands.map((island) => island.id)), ...NO_WAYS };
    }
  }
}

/** A selected VM highlights those that it reaches, those that it reaches only via others less, and all islands on the paths. */
function litByVm(model: Model, vmId: string): Lit {
  const { direct, through, out } = hearingOf(model, vmId);
  const own = new Set(islandsOfVm(model, vmId).map((island) => island.id));
  const crossed = [...through, ...(out === null ? [] : [out])].flatMap((one) => one.islands);
  return {
    vms: new Set([vmId, ...direct.flatMap((one) => one.vmIds)]),
    islands: new Set([...own, ...crossed]),
    through: new Set(through.map((one) => one.vmId)),
    possible: new Set(crossed.filter((id) => !own.has(id))),
  };
}

function litByFilter(model: Model, filter: Filter, changed: Changed): Lit {
  const vms = vmsLeft(model, filter, changed);
  const words = filter.words.trim().toLowerCase();
  const labelled = filter.label === null ? null : bearersOf(model, filter.label);
  const named = model.map.islands.filter(
    (island) =>
      (filter.networkId === null || island.networkId === filter.networkId) &&
      (filter.hostId === null || island.hostId === filter.hostId) &&
      filter.state === null &&
      (labelled === null || labelled.has(island.networkId) || labelled.has(island.hostId ?? '')) &&
      (filter.since === null || changed.islands.has(island.id) || changed.networks.has(island.networkId)) &&
      model.networks.get(island.networkId)?.name.toLowerCase().includes(words),
  );
  const holding = vms.flatMap((vm) => islandsOfVm(model, vm.id));
  return {
    vms: new Set(vms.map((vm) => vm.id)),
    islands: new Set([...named, ...holding].map((island) => island.id)),
    ...NO_WAYS,
  };
}
