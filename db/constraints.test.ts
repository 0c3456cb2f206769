import { beforeEach, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../contract';
import type { Store } from '../engine/ports/store';
import { openMemoryStore } from './store';
import {
  aCheck,
  aHost,
  aJob,
  aNetwork,
  aProfile,
  aStep,
  aVm,
  aVnic,
  anAttachment,
  anEvent,
  anImage,
  populate,
  thrownBy,
} from './testing/rows';

/** The last line: each constraint of the database broken once, past every rule of the engine. */
interface Refusal {
  code: ErrorCode;
  field?: string;
  rule?: string;
  message?: RegExp;
}
type World = ReturnType<typeof populate>;
type Case = [name: string, break_: (store: Store, world: World) => void, refusal: Refusal];

const AT = '2026-11-23T10:00:00.000Z';
/** A value that the types forbid, as a bug or another program would write it. */
const wrong = (value: unknown): never => value as never;

let store: Store;
let world: World;
beforeEach(() => {
  store = openMemoryStore();
  world = populate(store);
});

function proves(cases: Case[]): void {
  test.each(cases)('%s', (_name, break_, { message, ...refusal }) => {
    const before = JSON.stringify(everything());
    const error = thrownBy(() => break_(store, world));
    expect(error).toMatchObject({ name: 'AppError', ...refusal });
    expect(error).toHaveProperty('remedy.note', expect.stringMatching(/./));
    if (message) expect(error).toHaveProperty('message', expect.stringMatching(message));
    expect(JSON.stringify(everything())).toBe(before);
  });
}

function everything(): unknown {
  const {
    dataCenters,
    clusters,
    hosts,
    networks,
    networkClusters,
    attachments,
    vnicProfiles,
    vms,
    vnics,
    images,
    jobs,
  } = store;
  const tables = [
    dataCenters,
    clusters,
    hosts,
    networks,
    networkClusters,
    attachments,
    vnicProfiles,
    vms,
    vnics,
    images,
    jobs,
  ];
  return [...tables.map((table) => table.list()), store.steps.ofJob(world.job.id), store.events.lastSeq()];
}

describe('unique', () => {
  proves([
    [
      'data center name',
      (s) => s.dataCenters.insert({ id: 'x', name: 'Default', comment: '', createdAt: AT }),
      { code: 'CONFLICT', field: 'name' },
    ],
    [
      'cluster name in its data center',
      (s, w) =>
        s.clusters.insert({ id: 'x', dataCenterId: w.place.dataCenterId, name: 'Default', comment: '', createdAt: AT }),
      { code: 'CONFLICT', field: 'name' },
    ],
    [
      'host name',
      (s, w) => s.hosts.insert(aHost(w.place.clusterId, { name: w.host.name })),
      { code: 'CONFLICT', field: 'name' },
    ],
    [
      'network name in its data center',
      (s, w) => s.networks.insert(aNetwork(w.place.dataCenterId, { name: w.network.name })),
      { code: 'CONFLICT', field: 'name', rule: 'O5' },
    ],
    [
      'bridge name in its data center',
      (s, w) => s.networks.insert(aNetwork(w.place.dataCenterId, { bridge: w.network.bridge })),
      { code: 'CONFLICT', field: 'name', rule: 'O5' },
    ],
    [
      'a network is in a cluster once',
      (s, w) => s.networkClusters.insert({ networkId: w.network.id, clusterId: w.place.clusterId, required: true }),
      { code: 'CONFLICT', field: 'cluster' },
    ],
    [
      'profile name on its network',
      (s, w) => s.vnicProfiles.insert(aProfile(w.network.id, { name: w.profile.name })),
      { code: 'CONFLICT', field: 'name' },
    ],
    [
      'VM name in its data center',
      (s, w) => s.vms.insert(aVm(w.place, { name: w.vm.name })),
      { code: 'CONFLICT', field: 'name', rule: 'O5' },
    ],
    [
      'vNIC name on its VM',
      (s, w) => s.vnics.insert(aVnic(w.vm.id, { name: w.vnic.name })),
      { code: 'CONFLICT', field: 'name' },
    ],
    [
      'MAC address',
      (s, w) => s.vnics.insert(aVnic(w.vm.id, { mac: w.vnic.mac })),
      { code: 'CONFLICT', field: 'mac', rule: 'O5' },
    ],
    ['image name', (s, w) => s.images.insert(anImage({ name: w.image.name })), { code: 'CONFLICT', field: 'name' }],
    ['identity', (s, w) => s.vms.insert(aVm(w.place, { id: w.vm.id })), { code: 'CONFLICT', message: /VM/ }],
    ['step of a job', (s, w) => s.steps.insert(aStep(w.job.id, 1)), { code: 'CONFLICT' }],
    [
      'renaming onto another',
      (s, w) =>
        s.transaction((tx) => {
          const other = aVm(w.place);
          tx.vms.insert(other);
          tx.vms.update(other.id, { name: w.vm.name });
        }),
      { code: 'CONFLICT', field: 'name' },
    ],
  ]);
});

describe('references', () => {
  proves([
    [
      'cluster to data center',
      (s) => s.clusters.insert({ id: 'x', dataCenterId: 'gone', name: 'x', comment: '', createdAt: AT }),
      { code: 'CONFLICT', message: /cluster refers to/ },
    ],
    ['host to cluster', (s) => s.hosts.insert(aHost('gone')), { code: 'CONFLICT', message: /host refers to/ }],
    [
      'network to data center',
      (s) => s.networks.insert(aNetwork('gone')),
      { code: 'CONFLICT', message: /network refers to/ },
    ],
    [
      'network in cluster to network',
      (s, w) => s.networkClusters.insert({ networkId: 'gone', clusterId: w.place.clusterId, required: true }),
      { code: 'CONFLICT' },
    ],
    [
      'network in cluster to cluster',
      (s, w) => s.networkClusters.insert({ networkId: w.network.id, clusterId: 'gone', required: true }),
      { code: 'CONFLICT' },
    ],
    ['attachment to host', (s, w) => s.attachments.upsert(anAttachment(w.network.id, 'gone')), { code: 'CONFLICT' }],
    ['attachment to network', (s, w) => s.attachments.upsert(anAttachment('gone', w.host.id)), { code: 'CONFLICT' }],
    [
      'attachment without host',
      (s, w) => s.attachments.upsert(anAttachment(w.network.id, wrong(null))),
      { code: 'RULE_BROKEN', message: /host_id/ },
    ],
    ['profile to network', (s) => s.vnicProfiles.insert(aProfile('gone')), { code: 'CONFLICT' }],
    ['check to network', (s, w) => s.checks.insert(aCheck('gone', w.host.id)), { code: 'CONFLICT' }],
    ['VM to cluster', (s, w) => s.vms.insert(aVm({ ...w.place, clusterId: 'gone' })), { code: 'CONFLICT' }],
    ['VM to host', (s, w) => s.vms.insert(aVm(w.place, { hostId: 'gone' })), { code: 'CONFLICT' }],
    [
      'VM to image',
      (s, w) =>
        s.vms.insert(
          aVm(w.place, {
            boot: { kind: 'image', imageId: 'gone', seed: null, diskBytes: null, copy: 'thin', copiedFrom: null },
          }),
        ),
      { code: 'CONFLICT' },
    ],
    ['vNIC to VM', (s) => s.vnics.insert(aVnic('gone')), { code: 'CONFLICT' }],
    ['vNIC to profile', (s, w) => s.vnics.update(w.vnic.id, { profileId: 'gone' }), { code: 'CONFLICT' }],
    ['step to job', (s) => s.steps.insert(aStep('gone', 1)), { code: 'CONFLICT' }],
    [
      'a data center in use stays',
      (s, w) => s.dataCenters.remove(w.place.dataCenterId),
      { code: 'CONFLICT', message: /data center is still in use/ },
    ],
    [
      'a cluster with a host stays',
      (s, w) => s.clusters.remove(w.place.clusterId),
      { code: 'CONFLICT', message: /cluster is still in use/ },
    ],
    [
      'a host with a VM stays',
      (s, w) => s.hosts.remove(w.host.id),
      { code: 'CONFLICT', message: /host is still in use/ },
    ],
    [
      'a network that a VM uses stays',
      (s, w) => s.networks.remove(w.network.id),
      { code: 'CONFLICT', message: /network is still in use/ },
    ],
    [
      'a profile that a vNIC uses stays',
      (s, w) => s.vnicProfiles.remove(w.profile.id),
      { code: 'CONFLICT', message: /profile is still in use/ },
    ],
    [
      'an image that a VM boots from stays',
      (s, w) => s.images.remove(w.image.id),
      { code: 'CONFLICT', message: /image is still in use/ },
    ],
  ]);

  test("a VM's cluster and data center cannot disagree", () => {
    store.dataCenters.insert({ id: 'dc-2', name: 'Second', comment: '', createdAt: AT });
    const error = thrownBy(() => store.vms.insert(aVm({ ...world.place, dataCenterId: 'dc-2' })));
    expect(error).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/another data center/) });
  });
});

describe('rules', () => {
  proves([
    [
      'S1: isolation is chosen once',
      (s, w) => s.networks.update(w.network.id, { isIsolated: false }),
      { code: 'RULE_BROKEN', rule: 'S1' },
    ],
    [
      'S3: an isolated network has no VLAN',
      (s, w) => s.networks.update(w.network.id, { vlan: 5 }),
      { code: 'RULE_BROKEN', rule: 'S3', field: 'vlan' },
    ],
    [
      'S3: an isolated network has no NIC (new)',
      (s, w) =>
        s.transaction((tx) => {
          tx.attachments.remove(w.attachment);
          tx.attachments.upsert({ ...w.attachment, nic: 'eth0' });
        }),
      { code: 'RULE_BROKEN', rule: 'S3' },
    ],
    [
      'S3: an isolated network has no NIC (changed)',
      (s, w) => s.attachments.update(w.attachment, { nic: 'eth0' }),
      { code: 'RULE_BROKEN', rule: 'S3' },
    ],
    [
      'S4: an isolated network is required',
      (s, w) =>
        s.transaction((tx) => {
          tx.networkClusters.remove(w.network.id, w.place.clusterId);
          tx.networkClusters.insert({ networkId: w.network.id, clusterId: w.place.clusterId, required: false });
        }),
      { code: 'RULE_BROKEN', rule: 'S4' },
    ],
    [
      'O5: a bridge keeps its name',
      (s, w) => s.networks.update(w.network.id, { bridge: 'other' }),
      { code: 'RULE_BROKEN', rule: 'O5' },
    ],
    [
      'O5: a bridge name has at most 15 bytes',
      (s, w) => s.networks.insert(aNetwork(w.place.dataCenterId, { bridge: 'ä'.repeat(8) })),
      { code: 'RULE_BROKEN', rule: 'O5', field: 'bridge' },
    ],
  ]);

  test('a network is attached only to clusters of its own data center', () => {
    store.dataCenters.insert({ id: 'dc-2', name: 'Second', comment: '', createdAt: AT });
    store.clusters.insert({ id: 'c-2', dataCenterId: 'dc-2', name: 'Default', comment: '', createdAt: AT });
    const error = thrownBy(() =>
      store.networkClusters.insert({ networkId: world.network.id, clusterId: 'c-2', required: true }),
    );
    expect(error).toMatchObject({ code: 'RULE_BROKEN', message: expect.stringMatching(/own data center/) });
  });

  test('a regular network need not be required', () => {
    const regular = aNetwork(world.place.dataCenterId, { isIsolated: false });
    store.networks.insert(regular);
    store.networkClusters.insert({ networkId: regular.id, clusterId: world.place.clusterId, required: false });
    expect(store.networkClusters.ofNetwork(regular.id)[0]?.required).toBe(false);
  });
});

describe('ranges and enumerations', () => {
  proves([
    ['data center name', (s, w) => s.dataCenters.update(w.place.dataCenterId, { name: '' }), { code: 'RULE_BROKEN' }],
    ['cluster name', (s, w) => s.clusters.update(w.place.clusterId, { name: '' }), { code: 'RULE_BROKEN' }],
    ['host name', (s, w) => s.hosts.update(w.host.id, { name: 'x'.repeat(257) }), { code: 'RULE_BROKEN' }],
    ['host kind', (s, w) => s.hosts.update(w.host.id, { kind: wrong('cloud') }), { code: 'RULE_BROKEN' }],
    ['host state', (s, w) => s.hosts.update(w.host.id, { state: wrong('sleeping') }), { code: 'RULE_BROKEN' }],
    ['host free memory', (s, w) => s.hosts.update(w.host.id, { memoryFreeMiB: -1 }), { code: 'RULE_BROKEN' }],
    [
      'VLAN 0',
      (s, w) => s.networks.insert(aNetwork(w.place.dataCenterId, { isIsolated: false, vlan: 0 })),
      { code: 'RULE_BROKEN', field: 'vlan' },
    ],
    [
      'VLAN 4095',
      (s, w) => s.networks.insert(aNetwork(w.place.dataCenterId, { isIsolated: false, vlan: 4095 })),
      { code: 'RULE_BROKEN', field: 'vlan' },
    ],
    ['MTU 67', (s, w) => s.networks.update(w.network.id, { mtu: 67 }), { code: 'RULE_BROKEN', field: 'mtu' }],
    ['MTU 70000', (s, w) => s.networks.update(w.network.id, { mtu: 70_000 }), { code: 'RULE_BROKEN', field: 'mtu' }],
    ['MTU of another type', (s, w) => s.networks.update(w.network.id, { mtu: wrong('much') }), { code: 'RULE_BROKEN' }],
    ['network name', (s, w) => s.networks.update(w.network.id, { name: '' }), { code: 'RULE_BROKEN' }],
    ['profile name', (s, w) => s.vnicProfiles.update(w.profile.id, { name: '' }), { code: 'RULE_BROKEN' }],
    [
      'attachment state',
      (s, w) => s.attachments.update(w.attachment, { state: wrong('fine') }),
      { code: 'RULE_BROKEN' },
    ],
    [
      'attachment verdict',
      (s, w) => s.attachments.update(w.attachment, { verdict: wrong('maybe') }),
      { code: 'RULE_BROKEN' },
    ],
    [
      'check verdict',
      (s, w) => s.checks.insert(aCheck(w.network.id, w.host.id, { verdict: wrong('maybe') })),
      { code: 'RULE_BROKEN' },
    ],
    ['VM name', (s, w) => s.vms.update(w.vm.id, { name: '' }), { code: 'RULE_BROKEN' }],
    ['VM state', (s, w) => s.vms.update(w.vm.id, { state: wrong('asleep') }), { code: 'RULE_BROKEN' }],
    ['VM memory', (s, w) => s.vms.update(w.vm.id, { memoryMiB: 31 }), { code: 'RULE_BROKEN', field: 'memoryMiB' }],
    ['VM CPUs', (s, w) => s.vms.update(w.vm.id, { cpus: 0 }), { code: 'RULE_BROKEN', field: 'cpus' }],
    ['vNIC name', (s, w) => s.vnics.update(w.vnic.id, { name: '' }), { code: 'RULE_BROKEN' }],
    ['vNIC position', (s, w) => s.vnics.update(w.vnic.id, { position: -1 }), { code: 'RULE_BROKEN' }],
    ['MAC in capitals', (s, w) => s.vnics.update(w.vnic.id, { mac: '56:6F:00:00:00:01' }), { code: 'RULE_BROKEN' }],
    ['image name', (s, w) => s.images.update(w.image.id, { name: '' }), { code: 'RULE_BROKEN' }],
    ['image format', (s, w) => s.images.update(w.image.id, { format: wrong('vmdk') }), { code: 'RULE_BROKEN' }],
    ['image size', (s, w) => s.images.update(w.image.id, { sizeBytes: -1 }), { code: 'RULE_BROKEN' }],
    ['image virtual size', (s, w) => s.images.update(w.image.id, { virtualBytes: -1 }), { code: 'RULE_BROKEN' }],
    ['job state', (s) => s.jobs.insert(aJob({ state: wrong('lost') })), { code: 'RULE_BROKEN' }],
    ['step state', (s, w) => s.steps.update(w.job.id, 1, { state: wrong('lost') }), { code: 'RULE_BROKEN' }],
    ['step index', (s, w) => s.steps.insert(aStep(w.job.id, 0)), { code: 'RULE_BROKEN' }],
    ['event severity', (s) => s.events.append(anEvent({ severity: wrong('fatal') })), { code: 'RULE_BROKEN' }],
    [
      'a column that must have a value',
      (s, w) => s.hosts.update(w.host.id, { name: wrong(null) }),
      { code: 'RULE_BROKEN', message: /hosts\.name/ },
    ],
  ]);

  test('a name of 256 characters outside the BMP fits', () => {
    const name = '\u{1F3DD}'.repeat(256);
    store.vms.update(world.vm.id, { name });
    expect(store.vms.get(world.vm.id)?.name).toBe(name);
  });
});
