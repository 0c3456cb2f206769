import { QueryClient, type QueryKey } from '@tanstack/react-query';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AtollMap, EntityChange, EntityKind, Event, LiveBatch } from '../../contract';
import { sceneOf } from '../../test/support/map-scene';
import { applyBatch, updateMap } from './live';
import { keys } from './keys';

let cache: QueryClient;
beforeEach(() => {
  cache = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
});

const apply = (fed: LiveBatch): void =>
  applyBatch(cache, fed, (queryKey: QueryKey) => void cache.invalidateQueries({ queryKey }));
/** Only the fields that a test needs. */
interface PartialChange {
  readonly kind: EntityKind;
  readonly id: string;
  readonly value: object | null;
}
const changesOf = (changes: readonly PartialChange[]): EntityChange[] => changes as EntityChange[];
const batch = ({
  changes = [],
  ...part
}: Partial<Omit<LiveBatch, 'changes'>> & { changes?: readonly PartialChange[] }): LiveBatch => ({
  seq: 1,
  reset: false,
  changes: changesOf(changes),
  events: [],
  ...part,
});
const event = (seq: number, subjects = {}): Event => ({
  seq,
  at: '2026-11-01T00:00:00.000Z',
  type: 'vm.state',
  severity: 'normal',
  message: { type: 'vm.added', params: { vm: `event ${seq}` } },
  by: { user: 'u', door: 'cli' },
  subjects,
  undo: null,
});

describe('applyBatch', () => {
  it('updates a list in place: items keep their position, new ones are appended, removed ones are dropped', () => {
    cache.setQueryData(keys.list('vm'), [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    apply(
      batch({
        changes: [
          { kind: 'vm', id: 'b', value: { id: 'b', state: 'up' } },
          { kind: 'vm', id: 'a', value: null },
          { kind: 'vm', id: 'd', value: { id: 'd' } },
        ],
      }),
    );
    expect(cache.getQueryData(keys.list('vm'))).toEqual([{ id: 'b', state: 'up' }, { id: 'c' }, { id: 'd' }]);
  });

  it('prepends new jobs', () => {
    cache.setQueryData(keys.list('job'), [{ id: 'old' }]);
    apply(batch({ changes: [{ kind: 'job', id: 'new', value: { id: 'new' } }] }));
    expect(cache.getQueryData<{ id: string }[]>(keys.list('job'))?.map((job) => job.id)).toEqual(['new', 'old']);
  });

  it("applies only the current user's preferences", () => {
    const mine = { user: 'me', preferences: { mapAspect: 1, mapUnfolded: [], tables: {} } };
    cache.setQueryData(keys.preferences, mine);
    const others = { kind: 'preferences', id: 'root', value: { mapAspect: 2, mapUnfolded: [], tables: {} } } as const;
    apply(batch({ changes: [others] }));
    expect(cache.getQueryData(keys.preferences)).toEqual(mine);
    apply(batch({ changes: [{ ...others, id: 'me' }] }));
    expect(cache.getQueryData(keys.preferences)).toEqual({ user: 'me', preferences: others.value });
  });

  it('reloads doctor when a remedy has ended, not while it runs', () => {
    cache.setQueryData(keys.doctor, { checks: [] });
    const job = (endedAt: string | null) =>
      batch({ changes: [{ kind: 'job', id: 'j', value: { id: 'j', kind: 'system.remedy', endedAt } }] });
    apply(job(null));
    expect(cache.getQueryState(keys.doctor)?.isInvalidated).toBe(false);
    apply(job('2026-11-01T00:00:00.000Z'));
    expect(cache.getQueryState(keys.doctor)?.isInvalidated).toBe(true);
  });

  it('does not create a list that was never read', () => {
    apply(batch({ changes: [{ kind: 'host', id: 'h', value: { id: 'h' } }] }));
    expect(cache.getQueryData(keys.list('host'))).toBeUndefined();
  });

  it('adds each event once, latest first', () => {
    cache.setQueryData(keys.events, [event(2), event(1)]);
    apply(batch({ events: [event(2), event(3), event(4)] }));
    expect(cache.getQueryData<Event[]>(keys.events)?.map((e) => e.seq)).toEqual([4, 3, 2, 1]);
  });

  it('marks everything stale after a gap, and removes nothing', () => {
    cache.setQueryData(keys.list('vm'), [{ id: 'a' }]);
    apply(batch({ reset: true }));
    expect(cache.getQueryState(keys.list('vm'))?.isInvalidated).toBe(true);
    expect(cache.getQueryData(keys.list('vm'))).toEqual([{ id: 'a' }]);
  });

  it('keeps stale entries stale even if they change before they are read again', () => {
    cache.setQueryData(keys.list('vm'), [{ id: 'a' }]);
    cache.setQueryData<AtollMap>(keys.map, sceneOf('h/blue: web db'));
    apply(batch({ reset: true }));
    apply(batch({ changes: [{ kind: 'vm', id: 'b', value: { id: 'b' } }] }));
    apply(batch({ changes: [{ kind: 'host', id: 'h', value: { id: 'h', state: 'up' } }] }));
    expect(cache.getQueryData(keys.list('vm'))).toHaveLength(2);
    expect(cache.getQueryState(keys.list('vm'))?.isInvalidated).toBe(true);
    expect(cache.getQueryState(keys.map)?.isInvalidated).toBe(true);
  });

  it('keeps an open network page current', () => {
    const show = {
      network: { id: 'n', name: 'blue' },
      attachments: [{ networkId: 'n', hostId: 'h', state: 'pending', verdictAt: null }],
      profiles: [],
      vms: [],
      checks: [],
      events: [],
    };
    cache.setQueryData(keys.network('n'), show);
    apply(
      batch({
        changes: [
          { kind: 'attachment', id: 'n/h', value: { networkId: 'n', hostId: 'h', state: 'in_sync', verdictAt: null } },
          {
            kind: 'vm',
            id: 'v',
            value: { id: 'v', name: 'web', state: 'up', hostId: 'h', vnics: [{ networkId: 'n' }] },
          },
        ],
        events: [event(7, { networkId: 'n' }), event(8, { networkId: 'other' })],
      }),
    );
    expect(cache.getQueryData(keys.network('n'))).toMatchObject({
      attachments: [{ state: 'in_sync' }],
      vms: [{ id: 'v', name: 'web' }],
      events: [{ seq: 7 }],
    });
    expect(cache.getQueryState(keys.network('n'))?.isInvalidated).toBe(false);
  });
});

describe('updateMap', () => {
  const map: AtollMap = sceneOf('h/blue: web db');

  it('updates states in place and reports that reachability may have changed', () => {
    const { map: next, reshaped } = updateMap(
      map,
      changesOf([{ kind: 'vm', id: 'web', value: { name: 'web', state: 'down' } }]),
    );
    expect(next.vms.map((vm) => vm.state)).toEqual(['down', 'up']);
    expect(reshaped).toBe(true);
  });

  it('applies a new verdict without reloading the map', () => {
    const change = {
      kind: 'attachment' as const,
      id: 'blue/h',
      value: { verdict: 'isolated', verdictAt: '2026-11-01T00:00:00.000Z' },
    };
    const { map: next, reshaped } = updateMap(map, changesOf([change]));
    expect(next.islands[0]?.verdict).toBe('isolated');
    expect(reshaped).toBe(false);
  });

  it('reloads the map when a host is added or removed, not when its state changes', () => {
    const host = (id: string, value: object | null) => changesOf([{ kind: 'host', id, value }]);
    expect(updateMap(map, host('h', { name: 'h', state: 'maintenance' }))).toMatchObject({
      reshaped: false,
      map: { hosts: [{ state: 'maintenance' }] },
    });
    expect(updateMap(map, host('new', { name: 'new' })).reshaped).toBe(true);
    expect(updateMap(map, host('h', null)).reshaped).toBe(true);
  });
});
