import type { Event, EventType } from '../../../contract';

/** The periods that the user can choose. */
export const PERIODS = ['hour', 'day', 'week'] as const;
export type Period = (typeof PERIODS)[number];
const HOUR_MS = 3_600_000;
export const PERIOD_MS: Record<Period, number> = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS };

/** How an object on the map changed, as one short word. */
export type Mark = 'new' | 'moved' | 'changed' | 'failed';

/** Changes by object. A VM has the word of its latest change, except that a new VM stays new. */
export interface Changed {
  readonly vms: ReadonlyMap<string, Mark>;
  /** Islands by id: a note, an outside change; networks: all of their islands. */
  readonly islands: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
  /** When the last outside change on an island was repaired, if nothing has changed since. */
  readonly repaired: ReadonlyMap<string, string>;
}

export const UNCHANGED: Changed = {
  vms: new Map(),
  islands: new Set(),
  networks: new Set(),
  hosts: new Set(),
  repaired: new Map(),
};

const MARKS: Partial<Record<EventType, Mark>> = {
  'vm.added': 'new',
  'vnic.added': 'moved',
  'vnic.removed': 'moved',
  'vnic.plugged': 'moved',
  'vnic.unplugged': 'moved',
  'vnic.moved': 'moved',
  'vm.ended_from_outside': 'failed',
  'vm.start_failed': 'failed',
};

/** `events` newest first, as the engine lists them. */
export function changedBy(events: readonly Event[]): Changed {
  const vms = new Map<string, Mark>();
  const islands = new Set<string>();
  const networks = new Set<string>();
  const hosts = new Set<string>();
  const repaired = new Map<string, string>();
  const seen = new Set<string>();
  for (const { type, at, subjects } of events) {
    const { vmId, networkId, hostId } = subjects;
    const island = networkId !== undefined && hostId !== undefined ? `${networkId}/${hostId}` : undefined;
    if (vmId !== undefined) {
      if (type === 'vm.added' || !vms.has(vmId)) vms.set(vmId, MARKS[type] ?? 'changed');
    } else if (island !== undefined) islands.add(island);
    else if (networkId !== undefined) networks.add(networkId);
    else if (hostId !== undefined) hosts.add(hostId);
    if (island === undefined || !type.startsWith('drift.')) continue;
    if (type === 'drift.repaired' && !seen.has(island)) repaired.set(island, at);
    seen.add(island);
  }
  return { vms, islands, networks, hosts, repaired };
}

/** The lines of the change list: single events, or many of one kind and actor as one. */
export interface Line {
  readonly key: number;
  readonly type: EventType;
  readonly events: readonly Event[];
}

/** Up to this many of a kind are listed individually. */
const FEW = 3;

export function linesOf(events: readonly Event[]): Line[] {
  const groups = new Map<string, Event[]>();
  for (const event of events) {
    const key = `${event.type} ${event.by.user} ${event.by.door}`;
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  const lines = [...groups.values()].flatMap((group): Line[] =>
    group.length > FEW
      ? [{ key: group[0]?.seq ?? 0, type: group[0]?.type ?? 'vm.added', events: group }]
      : group.map((event) => ({ key: event.seq, type: event.type, events: [event] })),
  );
  return lines.sort((a, b) => b.key - a.key);
}
