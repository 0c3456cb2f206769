import { describe, expect, it } from 'vitest';
import type { Guest } from '../../contract';
import { openMemoryStore } from '../../db/store';
import { aVm, defaultPlace, touchedBy } from '../../db/testing/rows';
import { keepAddresses, keepGuest, knownGuest } from './guest-rows';

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
const MAC = '56:6f:00:00:00:01';
const guest = (seconds: number, over: Partial<Guest> = {}): Guest => ({
  agent: true,
  hostname: 'db',
  os: 'Debian',
  addresses: [{ mac: MAC, address: '10.0.0.5/24', source: 'agent', seenAt: at(seconds) }],
  at: at(seconds),
  ...over,
});

describe('what is known of a guest', () => {
  it('counts while the guest runs that it is known of', () => {
    const known = guest(10);
    expect(knownGuest({ state: 'up', startedAt: at(5), guest: known })).toEqual(known);
    expect(knownGuest({ state: 'down', startedAt: null, guest: known })).toBeNull();
    expect(knownGuest({ state: 'up', startedAt: at(20), guest: known })).toBeNull();
    expect(knownGuest({ state: 'up', startedAt: at(5), guest: null })).toBeNull();
  });

  it('has the addresses that each source knows now', () => {
    const store = openMemoryStore();
    const vm = aVm(defaultPlace(store), { state: 'up', startedAt: at(0) });
    store.vms.insert(vm);
    const known = () => knownGuest(store.vms.get(vm.id)!);
    store.transaction((tx) =>
      keepAddresses(tx, vm.id, { source: 'lease', addresses: [{ mac: MAC, address: '10.0.0.9/24' }], at: at(1) }),
    );
    expect(known()).toMatchObject({ agent: false, hostname: null, addresses: [{ source: 'lease', seenAt: at(1) }] });
    store.transaction((tx) => keepGuest(tx, vm.id, { ...guest(2), addresses: known()!.addresses }));
    store.transaction((tx) =>
      keepAddresses(tx, vm.id, { source: 'agent', addresses: [{ mac: MAC, address: '10.0.0.5/24' }], at: at(2) }),
    );
    store.transaction((tx) => keepAddresses(tx, vm.id, { source: 'lease', addresses: [], at: at(3) }));
    expect(known()).toMatchObject({ agent: true, hostname: 'db', addresses: [{ source: 'agent', seenAt: at(2) }] });
    store.close();
  });

  it('is written again only if it has changed, or was seen a while ago', () => {
    const store = openMemoryStore();
    const vm = aVm(defaultPlace(store), { state: 'up', startedAt: at(0) });
    store.vms.insert(vm);
    const keep = (one: Guest) => touchedBy(store, () => store.transaction((tx) => keepGuest(tx, vm.id, one)));
    expect(keep(guest(1))).toEqual([`vm ${vm.id}`]);
    expect(keep(guest(2))).toBeNull();
    expect(keep(guest(3, { hostname: 'other' }))).toEqual([`vm ${vm.id}`]);
    expect(keep(guest(4, { hostname: 'other' }))).toBeNull();
    expect(keep(guest(64, { hostname: 'other' }))).toEqual([`vm ${vm.id}`]);
    store.close();
  });
});
