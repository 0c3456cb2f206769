import { beforeEach, expect, test } from 'vitest';
import type { Store } from '../../engine/ports/store';
import { openMemoryStore } from '../store';
import { aVm, aVnic, anImage, defaultPlace, populate, touchedBy } from '../testing/rows';

let store: Store;
beforeEach(() => {
  store = openMemoryStore();
});

test('an image comes back as it went in', () => {
  const image = anImage({ format: 'raw', sizeBytes: 5_000_000_000, virtualBytes: 2 ** 50 });
  expect(touchedBy(store, () => store.images.insert(image))).toEqual([`image ${image.id}`]);
  expect(store.images.get(image.id)).toEqual(image);
  expect(store.images.byName(image.name)).toEqual(image);
  store.images.update(image.id, { name: 'renamed' });
  expect(store.images.list()).toEqual([{ ...image, name: 'renamed' }]);
  store.images.remove(image.id);
  expect(store.images.list()).toEqual([]);
});

test('a VM comes back as it went in, whatever it boots from', () => {
  const place = defaultPlace(store);
  const kernel = aVm(place, { boot: { kind: 'kernel', kernel: '/k', initrd: null, append: 'a="b\'c"' } });
  const tiny = aVm(place, { state: 'up', startedAt: '2026-11-23T10:00:00.000Z' });
  expect(touchedBy(store, () => store.vms.insert(kernel))).toEqual([`vm ${kernel.id}`]);
  store.vms.insert(tiny);
  expect(store.vms.list()).toEqual([kernel, tiny]);
  expect(store.vms.get(tiny.id)).toEqual(tiny);
  expect(store.vms.byName(kernel.name)).toEqual([kernel]);
  expect(store.vms.ofCluster(place.clusterId)).toEqual([kernel, tiny]);
  store.vms.update(tiny.id, { boot: { kind: 'disk', path: '/d', format: 'raw' } });
  expect(store.vms.get(tiny.id)?.boot).toEqual({ kind: 'disk', path: '/d', format: 'raw' });
  expect(store.vms.byDisk('/d').map(({ id }) => id)).toEqual([tiny.id]);
  expect(store.vms.byDisk('/k')).toEqual([]);
});

test('VMs of a host', () => {
  const { host, vm, place } = populate(store);
  store.vms.insert(aVm(place));
  expect(store.vms.ofHost(host.id)).toEqual([vm]);
});

test("a vNIC's network is its profile's, and it touches its VM", () => {
  const { vm, vnic, network, host } = populate(store);
  expect(store.vnics.get(vnic.id)).toEqual(vnic);
  expect(store.vnics.byMac(vnic.mac.toUpperCase())).toEqual(vnic);
  expect(store.vnics.ofNetwork(network.id)).toEqual([vnic]);
  expect(store.vnics.ofHost(host.id)).toEqual([vnic]);
  const touched = touchedBy(store, () => store.vnics.update(vnic.id, { profileId: null, linked: false }));
  expect(touched).toEqual([`vm ${vm.id}`]);
  expect(store.vnics.get(vnic.id)).toEqual({ ...vnic, profileId: null, networkId: null, linked: false });
  expect(store.vnics.ofNetwork(network.id)).toEqual([]);
});

test('the network given with a vNIC is not written', () => {
  const { vm, vnic, network } = populate(store);
  expect(touchedBy(store, () => store.vnics.update(vnic.id, { networkId: null }))).toBeNull();
  const lone = aVnic(vm.id, { networkId: network.id, profileId: null });
  store.vnics.insert(lone);
  expect(store.vnics.get(lone.id)?.networkId).toBeNull();
});

test('vNICs come in order of (VM creation, position)', () => {
  const place = defaultPlace(store);
  const [first, second] = [aVm(place, { id: 'z' }), aVm(place, { id: 'a' })];
  const rows = [
    aVnic('a', { id: 'a1', position: 1 }),
    aVnic('z', { id: 'z1', position: 1 }),
    aVnic('a', { id: 'a0', position: 0 }),
    aVnic('z', { id: 'z0', position: 0 }),
  ];
  store.vms.insert(first);
  store.vms.insert(second);
  rows.forEach((row) => store.vnics.insert(row));
  expect(store.vnics.list().map(({ id }) => id)).toEqual(['z0', 'z1', 'a0', 'a1']);
  expect(store.vnics.ofVm('a').map(({ id }) => id)).toEqual(['a0', 'a1']);
});

test('removing a VM removes its vNICs', () => {
  const { vm } = populate(store);
  expect(touchedBy(store, () => store.vms.remove(vm.id))).toEqual([`vm ${vm.id}`]);
  expect(store.vnics.list()).toEqual([]);
});
