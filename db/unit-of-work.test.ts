import { beforeEach, expect, test, vi } from 'vitest';
import type { Event } from '../contract';
import type { Store, Touched } from '../engine/ports/store';
import { openMemoryStore } from './store';
import { aHost, aVm, aVnic, anEvent, defaultPlace, populate, thrownBy, oldText } from './testing/rows';

let store: Store;
let published: Array<{ touched: readonly Touched[]; events: readonly Event[] }>;
beforeEach(() => {
  store = openMemoryStore();
  published = [];
  store.onCommit((touched, events) => published.push({ touched, events }));
});

test('a transaction publishes once, each thing once, with its events', () => {
  const place = defaultPlace(store);
  const vm = aVm(place);
  const result = store.transaction((tx) => {
    tx.vms.insert(vm);
    tx.vnics.insert(aVnic(vm.id));
    tx.vms.update(vm.id, { state: 'up' });
    tx.events.append(anEvent({ message: oldText('up') }));
    expect(published).toEqual([]);
    return 'result';
  });
  expect(result).toBe('result');
  expect(published).toEqual([
    { touched: [{ kind: 'vm', id: vm.id }], events: [{ ...anEvent({ message: oldText('up') }), seq: 1 }] },
  ]);
});

test('a write outside a transaction is one of its own', () => {
  const host = aHost(defaultPlace(store).clusterId);
  store.hosts.insert(host);
  store.events.append(anEvent());
  expect(published.map(({ touched, events }) => [touched.length, events.length])).toEqual([
    [1, 0],
    [0, 1],
  ]);
});

test('an error rolls everything back, publishes nothing and is thrown on as it is', () => {
  const boom = new Error('boom');
  const thrown = thrownBy(() =>
    store.transaction((tx) => {
      tx.hosts.insert(aHost(defaultPlace(store).clusterId));
      tx.events.append(anEvent());
      tx.counters.next('mac');
      throw boom;
    }),
  );
  expect(thrown).toBe(boom);
  expect(store.hosts.list()).toEqual([]);
  expect(store.events.lastSeq()).toBe(0);
  expect(store.counters.peek('mac')).toBe(0);
  expect(published).toEqual([]);
  store.hosts.insert(aHost(defaultPlace(store).clusterId));
  expect(published).toHaveLength(1);
});

test('a refused statement whose error is caught leaves the rest of the transaction', () => {
  const { host, place } = populate(store);
  const next = aHost(place.clusterId);
  store.transaction((tx) => {
    expect(() => tx.hosts.insert(aHost(place.clusterId, { name: host.name }))).toThrow();
    tx.hosts.insert(next);
  });
  expect(store.hosts.list()).toEqual([host, next]);
});

test('a preview sees its own writes, keeps none and publishes nothing', () => {
  const host = aHost(defaultPlace(store).clusterId);
  const seen = store.preview((tx) => {
    tx.hosts.insert(host);
    tx.events.append(anEvent());
    tx.counters.next('mac');
    return tx.hosts.list();
  });
  expect(seen).toEqual([host]);
  expect(store.hosts.list()).toEqual([]);
  expect(store.counters.peek('mac')).toBe(0);
  expect(published).toEqual([]);
  expect(store.events.append(anEvent()).seq).toBe(1);
});

test('transactions and previews do not nest', () => {
  for (const nested of [() => store.transaction(() => 1), () => store.preview(() => 1)]) {
    expect(() => store.transaction(() => nested())).toThrow(/do not nest/);
    expect(() => store.preview(() => nested())).toThrow(/do not nest/);
  }
  expect(store.transaction(() => 'still works')).toBe('still works');
});

test('an async function is refused and rolled back', async () => {
  const late: Array<Promise<void>> = [];
  const act = (): unknown =>
    store.transaction((tx) => {
      tx.hosts.insert(aHost(defaultPlace(store).clusterId));
      const promise = Promise.resolve();
      late.push(promise);
      return promise;
    });
  expect(act).toThrow(/synchronous/);
  await Promise.all(late);
  expect(store.hosts.list()).toEqual([]);
  expect(published).toEqual([]);
});

test('a listener that writes is heard after those before it, in the same order by all', () => {
  const { clusterId } = defaultPlace(store);
  const order: string[] = [];
  const follow = aHost(clusterId, { id: 'second' });
  store.onCommit(([first]) => {
    order.push(`a ${first?.id}`);
    if (first?.id === 'first') store.hosts.insert(follow);
  });
  store.onCommit(([first]) => order.push(`b ${first?.id}`));
  store.hosts.insert(aHost(clusterId, { id: 'first' }));
  expect(order).toEqual(['a first', 'b first', 'a second', 'b second']);
});

test('a listener that fails is logged; the commit stands and the others hear of it', () => {
  const error = vi.fn();
  const quiet = (): void => undefined;
  store = openMemoryStore({ log: { debug: quiet, info: quiet, warn: quiet, error } });
  const heard = vi.fn();
  store.onCommit(() => {
    throw new Error('deaf');
  });
  store.onCommit(heard);
  store.hosts.insert(aHost(defaultPlace(store).clusterId));
  expect(store.hosts.list()).toHaveLength(1);
  expect(heard).toHaveBeenCalledOnce();
  expect(error).toHaveBeenCalledOnce();
});

test('does not call a listener that unsubscribed', () => {
  const heard = vi.fn();
  const leave = store.onCommit(heard);
  leave();
  store.hosts.insert(aHost(defaultPlace(store).clusterId));
  expect(heard).not.toHaveBeenCalled();
});
