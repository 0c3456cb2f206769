import type { VmState } from '../../../contract';
import { type Tone, vmFeel } from '../../ui/tone';
import { type Changed, type Period, UNCHANGED } from './changes';
import { reachOf } from './reach';
import { islandsOfVm, joinedTo, type MapVm, type Model, vmsOn } from './model';
import type { Selection } from './selection';

/** What is highlighted by a selection, search or filter; everything else dims. */
export interface Highlight {
  readonly vms: ReadonlySet<string>;
  readonly islands: ReadonlySet<string>;
  /** VMs that the selected one reaches only via others: highlighted less. */
  readonly through: ReadonlySet<string>;
  /** Islands that the selected VM reaches only if others forward: their edges are possible, not certain. */
  readonly possible: ReadonlySet<string>;
}

const NO_PATHS: Pick<Highlight, 'through' | 'possible'> = { through: new Set(), possible: new Set() };

/** The highlight of a VM; null: none. */
export const vmHighlight = (highlight: Highlight | null, vmId: string): 'highlighted' | 'through' | null =>
  highlight?.vms.has(vmId) === true ? 'highlighted' : highlight?.through.has(vmId) === true ? 'through' : null;

/** The highlight of an edge: full, or `possible` if it depends on forwarding; null: none. */
export function edgeHighlight(
  highlight: Highlight | null,
  vmId: string,
  islandId: string,
): 'highlighted' | 'possible' | null {
  if (highlight === null || vmHighlight(highlight, vmId) === null || !highlight.islands.has(islandId)) return null;
  return highlight.possible.has(islandId) ? 'possible' : 'highlighted';
}

/** States as the user filters them. */
export const STATE_FILTERS = ['up', 'down', 'busy', 'failed'] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];

/** The names of filters in links that an older version made. */
const FORMER_STATES: ReadonlyMap<string, StateFilter> = new Map([['trouble', 'failed']]);

/** The state that a link names; null: all. */
export const parseState = (state = ''): StateFilter | null =>
  STATE_FILTERS.find((one) => one === state) ?? FORMER_STATES.get(state) ?? null;

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
  failed: ['warn', 'bad', 'unknown'],
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
export function filteredVms(model: Model, filter: Filter, changed = UNCHANGED): MapVm[] {
  const words = filter.words.trim().toLowerCase();
  const matches = (name: string | undefined): boolean => name?.toLowerCase().includes(words) === true;
  const labelled = filter.label === null ? null : labelledWith(model, filter.label);
  const networks = new Set(model.map.networks.filter((network) => matches(network.name)).map((network) => network.id));
  const hosts = new Set(model.map.hosts.filter((host) => matches(host.name)).map((host) => host.id));
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
        matches(vm.name) ||
        hosts.has(vm.hostId ?? '') ||
        islands.some((island) => networks.has(island.networkId)))
    );
  });
}

/** The networks and hosts that have a label. */
export const labelledWith = ({ map }: Model, label: string): ReadonlySet<string> =>
  new Set([
    ...map.networks.filter((network) => network.label === label).map(({ id }) => id),
    ...map.hosts.filter((host) => host.labels.includes(label)).map(({ id }) => id),
  ]);

/** The highlight of the filter, else of the selection; null: neither is set. */
export function highlightFor(
  model: Model,
  selected: Selection | null,
  filter: Filter,
  changed = UNCHANGED,
): Highlight | null {
  if (isNarrow(filter)) return filterHighlight(model, filter, changed);
  if (selected === null) return null;
  switch (selected.kind) {
    case 'vm':
      return selectionHighlight(model, selected.id);
    case 'network':
    case 'host': {
      const islands = model.map.islands.filter(
        (island) => (selected.kind === 'network' ? island.networkId : island.hostId) === selected.id,
      );
      const vms = new Set(islands.flatMap(vmsOn));
      if (selected.kind === 'host') for (const vm of model.map.vms) if (vm.hostId === selected.id) vms.add(vm.id);
      return { vms, islands: new Set(islands.map((island) => island.id)), ...NO_PATHS };
    }
  }
}

/** A selected VM highlights those that it reaches, those that it reaches only via others less, and all islands on the paths. */
function selectionHighlight(model: Model, vmId: string): Highlight {
  const { direct, through, out } = reachOf(model, vmId);
  const islands = islandsOfVm(model, vmId);
  const own = new Set([...islands, ...islands.flatMap((one) => joinedTo(model, one))].map((island) => island.id));
  const crossed = [...through, ...(out === null ? [] : [out])].flatMap((one) => one.islands);
  return {
    vms: new Set([vmId, ...direct.flatMap((one) => one.vmIds)]),
    islands: new Set([...own, ...crossed]),
    through: new Set(through.map((one) => one.vmId)),
    possible: new Set(crossed.filter((id) => !own.has(id))),
  };
}

function filterHighlight(model: Model, filter: Filter, changed: Changed): Highlight {
  const vms = filteredVms(model, filter, changed);
  const words = filter.words.trim().toLowerCase();
  const labelled = filter.label === null ? null : labelledWith(model, filter.label);
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
    ...NO_PATHS,
  };
}
