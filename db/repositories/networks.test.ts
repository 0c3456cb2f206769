import { beforeEach, expect, test } from 'vitest';
import type { Store } from '../../engine/ports/store';
import { openMemoryStore } from '../store';
import { aCheck, aHost, aNetwork, aProfile, anAttachment, defaultPlace, populate, touchedBy } from '../testing/rows';

let store: Store;
beforeEach(() => {
  store = openMemoryStore();
});

test('a network comes back as it went in, isolated or not', () => {
  const { dataCenterId } = defaultPlace(store);
  const isolated = aNetwork(dataCenterId, { isIsolated: true });
  const regular = aNetwork(dataCenterId, { isIsolated: false, vlan: 7, guestSubnet: null });
  expect(touchedBy(store, () => store.networks.insert(isolated))).toEqual([`network ${isolated.id}`]);
  store.networks.insert(regular);
  expect(store.networks.list()).toEqual([isolated, regular]);
  expect(store.networks.get(regular.id)).toEqual(regular);
  expect(store.networks.byName(isolated.name)).toEqual([isolated]);
  expect(store.networks.ofDataCenter(dataCenterId)).toEqual([isolated, regular]);
  expect(store.networks.ofDataCenter('other')).toEqual([]);
  store.networks.update(isolated.id, { mtu: 9000, comment: 'jumbo' });
  expect(store.networks.get(isolated.id)).toEqual({ ...isolated, mtu: 9000, comment: 'jumbo' });
});

test('a network in a cluster touches the network', () => {
  const { clusterId, dataCenterId } = defaultPlace(store);
  const network = aNetwork(dataCenterId);
  store.networks.insert(network);
  const row = { networkId: network.id, clusterId, required: true };
  expect(touchedBy(store, () => store.networkClusters.insert(row))).toEqual([`network ${network.id}`]);
  expect(store.networkClusters.list()).toEqual([row]);
  expect(store.networkClusters.ofNetwork(network.id)).toEqual([row]);
  expect(store.networkClusters.ofCluster(clusterId)).toEqual([row]);
  expect(touchedBy(store, () => store.networkClusters.remove(network.id, clusterId))).toEqual([
    `network ${network.id}`,
  ]);
  expect(store.networkClusters.list()).toEqual([]);
});

test('an attachment is known by network and host; upsert makes it, then changes it', () => {
  const { clusterId, dataCenterId } = defaultPlace(store);
  const network = aNetwork(dataCenterId);
  const host = aHost(clusterId);
  store.networks.insert(network);
  store.hosts.insert(host);
  const key = { networkId: network.id, hostId: host.id };
  const row = anAttachment(network.id, host.id, { differences: [{ what: 'mtu', wanted: '1500', actual: '9000' }] });
  const touched = [`attachment ${network.id}/${host.id}`];
  expect(touchedBy(store, () => store.attachments.upsert(row))).toEqual(touched);
  expect(touchedBy(store, () => store.attachments.upsert(structuredClone(row)))).toBeNull();
  expect(store.attachments.get(key)).toEqual(row);
  expect(touchedBy(store, () => store.attachments.upsert({ ...row, state: 'in_sync', differences: [] }))).toEqual(
    touched,
  );
  expect(touchedBy(store, () => store.attachments.update(key, { verdict: 'isolated' }))).toEqual(touched);
  const now = { ...row, state: 'in_sync', differences: [], verdict: 'isolated' };
  expect(store.attachments.list()).toEqual([now]);
  expect(store.attachments.ofHost(host.id)).toEqual([now]);
  expect(store.attachments.ofNetwork(network.id)).toEqual([now]);
  expect(touchedBy(store, () => store.attachments.remove(key))).toEqual(touched);
  expect(store.attachments.get(key)).toBeUndefined();
});

test('many networks are attached by one statement, as one by one, or none of them', () => {
  const { clusterId, dataCenterId } = defaultPlace(store);
  const host = aHost(clusterId);
  store.hosts.insert(host);
  const networks = [1, 2, 3].map(() => aNetwork(dataCenterId));
  networks.forEach((network) => store.networks.insert(network));
  const ids = networks.map(({ id }) => id);
  const each = (row: (id: string) => unknown): unknown[] => ids.map(row);
  const membership = { clusterId, required: true };
  expect(touchedBy(store, () => store.networkClusters.insertEach(ids, membership))).toEqual(
    each((id) => `network ${id}`),
  );
  expect(store.networkClusters.list()).toEqual(each((networkId) => ({ networkId, ...membership })));
  const { networkId: _first, ...rest } = anAttachment('', host.id, {
    differences: [{ what: 'mtu', wanted: '1', actual: '2' }],
  });
  const touched = each((id) => `attachment ${id}/${host.id}`);
  expect(() => store.attachments.insertEach([...ids, 'none'], rest)).toThrow(/refers to something/);
  expect(store.attachments.list()).toEqual([]);
  expect(touchedBy(store, () => store.attachments.insertEach(ids, rest))).toEqual(touched);
  expect(store.attachments.list()).toEqual(each((networkId) => ({ networkId, ...rest })));
  store.attachments.update({ networkId: ids[1] ?? '', hostId: host.id }, { state: 'in_sync' });
  expect(store.attachments.inSync(host.id, ids)).toEqual([ids[1]]);
  expect(store.attachments.inSync(host.id, [ids[0] ?? ''])).toEqual([]);
});

test('many attachments are settled at once, and each is touched', () => {
  const { network, host, place } = populate(store);
  const other = aNetwork(place.dataCenterId);
  store.networks.insert(other);
  store.attachments.upsert(anAttachment(network.id, host.id, { state: 'failed', message: 'no' }));
  const difference = { what: 'MTU', wanted: '1500', actual: '1400' };
  store.attachments.upsert(anAttachment(other.id, host.id, { state: 'out_of_sync', differences: [difference] }));
  const at = '2026-11-24T00:00:00.000Z';
  const settled = { state: 'in_sync', message: null, differences: [], observedAt: at };
  const touched = [network, other].map(({ id }) => `attachment ${id}/${host.id}`);
  expect(touchedBy(store, () => store.attachments.settle(host.id, [network.id, other.id], at, null))).toEqual(touched);
  expect(store.attachments.ofHost(host.id)).toMatchObject([settled, settled]);
  store.attachments.settle(host.id, [network.id], at, { verdict: 'isolated', points: 9, unchecked: 1, failed: 0 });
  const judged = { ...settled, verdict: 'isolated', verdictAt: at, points: 9, unchecked: 1, failed: 0 };
  expect(store.attachments.ofHost(host.id)).toMatchObject([
    judged,
    { ...settled, verdict: 'unknown', verdictAt: null, points: 0, unchecked: 0, failed: 0 },
  ]);
  store.attachments.settle(host.id, [network.id], '2026-11-25T00:00:00.000Z', null);
  expect(store.attachments.ofNetwork(network.id)).toMatchObject([
    { verdict: 'isolated', verdictAt: at, points: 9, unchecked: 1, failed: 0 },
  ]);
  expect(
    store.networks
      .some([other.id, network.id, 'none'])
      .map(({ id }) => id)
      .sort(),
  ).toEqual([network.id, other.id].sort());
});

test('a regular network may have a NIC on a host', () => {
  const { clusterId, dataCenterId } = defaultPlace(store);
  const network = aNetwork(dataCenterId, { isIsolated: false });
  const host = aHost(clusterId);
  store.networks.insert(network);
  store.hosts.insert(host);
  store.attachments.upsert(anAttachment(network.id, host.id, { nic: 'eth0' }));
  expect(store.attachments.list()[0]?.nic).toBe('eth0');
});

test('a vNIC profile touches its network', () => {
  const { network, profile } = populate(store);
  const second = aProfile(network.id);
  expect(touchedBy(store, () => store.vnicProfiles.insert(second))).toEqual([`network ${network.id}`]);
  expect(store.vnicProfiles.ofNetwork(network.id)).toEqual([profile, second]);
  expect(store.vnicProfiles.list()).toEqual([profile, second]);
  store.vnicProfiles.update(second.id, { name: 'renamed' });
  expect(store.vnicProfiles.get(second.id)?.name).toBe('renamed');
  expect(touchedBy(store, () => store.vnicProfiles.remove(second.id))).toEqual([`network ${network.id}`]);
});

test('removing a network takes its profiles, clusters, attachments and checks along', () => {
  const { network, host, vnic } = populate(store);
  store.vnics.update(vnic.id, { profileId: null });
  expect(touchedBy(store, () => store.networks.remove(network.id))).toEqual([
    `network ${network.id}`,
    `attachment ${network.id}/${host.id}`,
  ]);
  expect(store.vnicProfiles.list()).toEqual([]);
  expect(store.networkClusters.list()).toEqual([]);
  expect(store.attachments.list()).toEqual([]);
  expect(store.checks.ofNetwork(network.id, 10)).toEqual([]);
});

test('checks come newest first, at most 200 of a network on a host', () => {
  const { network, host, place } = populate(store);
  const other = aHost(place.clusterId);
  store.hosts.insert(other);
  const elsewhere = aCheck(network.id, other.id);
  store.checks.insert(elsewhere);
  const inserted = Array.from({ length: 205 }, () => aCheck(network.id, host.id));
  store.transaction((tx) => inserted.forEach((check) => tx.checks.insert(check)));
  const kept = store.checks.ofNetwork(network.id, 1000);
  expect(kept.slice(0, 200)).toEqual(inserted.slice(5).reverse());
  expect(kept[200]).toEqual(elsewhere);
  expect(kept).toHaveLength(201);
  expect(store.checks.ofNetwork(network.id, 3)).toHaveLength(3);
});

test('a check touches itself', () => {
  const { network, host } = populate(store);
  const check = aCheck(network.id, host.id, { probe: true, verdict: 'not_isolated' });
  expect(touchedBy(store, () => store.checks.insert(check))).toEqual([`check ${check.id}`]);
  expect(store.checks.ofNetwork(network.id, 1)).toEqual([check]);
});
