import { say } from '../../contract';
import { beforeEach, expect, test } from 'vitest';
import type { HostNic } from '../../contract';
import type { Store } from '../../engine/ports/store';
import { openMemoryStore } from '../store';
import { aNic } from '../../test/support/a-nic';
import { aHost, defaultPlace, populate, touchedBy } from '../testing/rows';

const silent = say('reason.host.error', { error: 'no answer', remedy: null });

let store: Store;
beforeEach(() => {
  store = openMemoryStore();
});

const AT = '2026-11-23T10:00:00.000Z';

test('a data center comes back as it went in, by id and by name', () => {
  const row = { id: 'dc-1', name: 'Büro 東京 \u{1F3DD}', comment: "it's; DROP TABLE hosts", createdAt: AT };
  expect(touchedBy(store, () => store.dataCenters.insert(row))).toEqual(['data_center dc-1']);
  expect(store.dataCenters.get('dc-1')).toEqual(row);
  expect(store.dataCenters.byName(row.name)).toEqual(row);
  store.dataCenters.update('dc-1', { name: 'Office' });
  expect(store.dataCenters.list().map(({ name }) => name)).toEqual(['Default', 'Office']);
  store.dataCenters.remove('dc-1');
  expect(store.dataCenters.get('dc-1')).toBeUndefined();
  expect(store.dataCenters.byName('Office')).toBeUndefined();
});

test('clusters of one name in two data centers are both found', () => {
  store.dataCenters.insert({ id: 'dc-1', name: 'Office', comment: '', createdAt: AT });
  const row = { id: 'c-1', dataCenterId: 'dc-1', name: 'Default', comment: '', createdAt: AT };
  store.clusters.insert(row);
  expect(store.clusters.byName('Default')).toHaveLength(2);
  expect(store.clusters.ofDataCenter('dc-1')).toEqual([row]);
  expect(touchedBy(store, () => store.clusters.update('c-1', { comment: 'new' }))).toEqual(['cluster c-1']);
  expect(store.clusters.get('c-1')?.comment).toBe('new');
});

test('removing a cluster touches the networks that were attached to it', () => {
  const { dataCenterId } = defaultPlace(store);
  store.clusters.insert({ id: 'c-1', dataCenterId, name: 'Second', comment: '', createdAt: AT });
  const { network } = populate(store);
  store.networkClusters.insert({ networkId: network.id, clusterId: 'c-1', required: true });
  expect(touchedBy(store, () => store.clusters.remove('c-1'))).toEqual(['cluster c-1', `network ${network.id}`]);
  expect(store.networkClusters.ofCluster('c-1')).toEqual([]);
});

test('a host comes back with its JSON parsed', () => {
  const { clusterId } = defaultPlace(store);
  const row = aHost(clusterId, {
    kind: 'simulated',
    how: { kind: 'simulated', delayMs: 5, faultRate: 0.25, memoryMiB: 1024, cpus: 2 },
    capabilities: {
      hostname: 'h',
      kernel: '6.18',
      bootId: 'b',
      cpus: 2,
      memoryMiB: 1024,
      rootless: false,
      kvm: false,
      tools: { nft: '1.1.3' },
      gaps: [],
    },
    memoryFreeMiB: 512,
  });
  store.hosts.insert(row);
  expect(store.hosts.get(row.id)).toEqual(row);
  expect(store.hosts.byName(row.name)).toEqual(row);
  expect(store.hosts.ofCluster(clusterId)).toEqual([row]);
  store.hosts.update(row.id, { capabilities: null, state: 'error', reason: silent });
  expect(store.hosts.get(row.id)).toEqual({ ...row, capabilities: null, state: 'error', reason: silent });
});

test('lists come in order of creation, whatever the ids and names', () => {
  const { clusterId } = defaultPlace(store);
  for (const id of ['z', 'a', 'm']) store.hosts.insert(aHost(clusterId, { id, name: id }));
  expect(store.hosts.list().map(({ id }) => id)).toEqual(['z', 'a', 'm']);
});

test('a patch that changes nothing is neither written nor published', () => {
  const { host } = populate(store);
  const same = { state: host.state, how: { ...host.how }, reason: null };
  expect(touchedBy(store, () => store.hosts.update(host.id, same))).toBeNull();
  expect(touchedBy(store, () => store.hosts.update(host.id, { ...same, reason: silent }))).toEqual([`host ${host.id}`]);
});

test('publishes the update of a missing row as an error, not its removal', () => {
  expect(() => store.hosts.update('gone', { reason: silent })).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  expect(touchedBy(store, () => store.hosts.remove('gone'))).toBeNull();
});

test('removing a host takes its NICs, attachments and checks along and touches its attachments', () => {
  const { host, network, vm } = populate(store);
  store.vms.update(vm.id, { hostId: null });
  store.hostNics.replace(host.id, [aNic(host.id, 'eth0')]);
  store.hostBonds.replace(host.id, [{ hostId: host.id, name: 'bond0', mode: '802.3ad', nics: ['eth0', 'eth1'] }]);
  expect(touchedBy(store, () => store.hosts.remove(host.id))).toEqual([
    `host ${host.id}`,
    `attachment ${network.id}/${host.id}`,
  ]);
  expect(store.hostNics.ofHost(host.id)).toEqual([]);
  expect(store.hostBonds.ofHost(host.id)).toEqual([]);
  expect(store.attachments.list()).toEqual([]);
  expect(store.checks.ofNetwork(network.id, 10)).toEqual([]);
});

test('the NICs of a host are replaced as a whole; the same again touches nothing', () => {
  const { host } = populate(store);
  const nic = (name: string, over: Partial<HostNic> = {}): HostNic => aNic(host.id, name, over);
  store.hostNics.replace(host.id, [nic('eth1'), nic('eth0')]);
  expect(store.hostNics.ofHost(host.id).map(({ name }) => name)).toEqual(['eth0', 'eth1']);
  expect(touchedBy(store, () => store.hostNics.replace(host.id, [nic('eth0'), nic('eth1')]))).toBeNull();
  const next = [nic('eth1', { up: false }), nic('eth2')];
  expect(touchedBy(store, () => store.hostNics.replace(host.id, next))).toEqual([`host ${host.id}`]);
  expect(store.hostNics.ofHost(host.id)).toEqual(next);
});
