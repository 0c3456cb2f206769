import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '../contract';
import { TestEngine } from '../test/support/test-engine';

/** Names of all procedures that take `dryRun`, as the contract has them. */
function changing(node: object, path: readonly string[] = []): string[] {
  if ('~orpc' in node) {
    const { inputSchema } = node['~orpc'] as { inputSchema?: { shape?: object } };
    return inputSchema?.shape && 'dryRun' in inputSchema.shape ? [path.join('.')] : [];
  }
  return Object.entries(node).flatMap(([name, part]) => changing(part as object, [...path, name]));
}

/** An input for each of them that would change something in the test world. */
const INPUTS: Record<string, object> = {
  'dataCenters.add': { name: 'b' },
  'dataCenters.update': { dataCenter: 'Default', name: 'b' },
  'dataCenters.remove': { dataCenter: 'gone' },
  'clusters.add': { name: 'c2', dataCenter: 'empty' },
  'clusters.update': { cluster: 'Default', comment: 'b' },
  'clusters.remove': { cluster: 'bare' },
  'clusters.sync': { cluster: 'Default' },
  'hosts.add': { name: 'sim9', cluster: 'Default', how: { kind: 'simulated' } },
  'hosts.update': { host: 'sim1', comment: 'b' },
  'hosts.label': { host: 'sim1', add: ['x'] },
  'hosts.activate': { host: 'sim3' },
  'hosts.maintenance': { host: 'sim1', stopVms: true },
  'hosts.rotateKey': { host: 'sim1' },
  'hosts.setupNetworks': { host: 'sim1', attach: [{ network: 'office', nic: 'eth1' }] },
  'hosts.sync': { host: 'sim1' },
  'hosts.remove': { host: 'sim3' },
  'labs.stop': { lab: 'lab1', stopVms: true },
  'labs.remove': { lab: 'lab1' },
  'labs.clone': { lab: 'sim1', copies: 2, start: true },
  'labs.reset': { lab: 'sim2' },
  'networks.add': { name: 'red', isIsolated: true, clusters: ['Default'] },
  'networks.addMany': { networks: [{ name: 'red', isIsolated: true, clusters: ['Default'] }] },
  'networks.update': { network: 'blue', mtu: 9000, name: 'red' },
  'networks.addProfile': { network: 'blue', name: 'lab' },
  'networks.renameProfile': { network: 'blue', profile: 'blue', name: 'lab' },
  'networks.removeProfile': { network: 'blue', profile: 'spare' },
  'networks.updateServices': { network: 'blue', domain: 'blue.test' },
  'networks.stretch': { network: 'blue', hosts: ['sim1', 'sim2'] },
  'networks.unstretch': { network: 'green' },
  'networks.tryDirect': { network: 'green' },
  'networks.attach': { network: 'loose', cluster: 'Default' },
  'networks.detach': { network: 'green', cluster: 'Default' },
  'networks.sync': { network: 'blue' },
  'networks.placeTogether': { network: 'blue', host: 'sim2' },
  'networks.remove': { network: 'green' },
  'networks.removeMany': { networks: ['green', 'loose'] },
  'outside.enable': { host: 'lab1' },
  'folders.allow': { path: '/images' },
  'folders.remove': { path: '/images' },
  'vms.add': { name: 'new', vnics: [{ network: 'blue' }], start: true },
  'vms.update': { vm: 'off', memoryMiB: 512 },
  'vms.start': { vm: 'off' },
  'vms.move': { vm: 'off', host: 'sim2' },
  'vms.shutdown': { vm: 'on' },
  'vms.stop': { vm: 'on' },
  'vms.reboot': { vm: 'on' },
  'vms.reset': { vm: 'on' },
  'vms.suspend': { vm: 'on' },
  'vms.resume': { vm: 'saved' },
  'vms.clone': { vm: 'off', name: 'off-copy' },
  'vms.remove': { vm: 'off' },
  'cdroms.add': { vm: 'off', path: '/two.iso' },
  'cdroms.change': { vm: 'on', drive: 'cd1', path: '/two.iso' },
  'cdroms.remove': { vm: 'off', drive: 'cd1' },
  'vms.export': { vm: 'off', path: '/new.ova' },
  'vms.import': { path: '/old.ova' },
  'disks.export': { vm: 'off', disk: 'data', path: '/new.qcow2' },
  'disks.move': { vm: 'off', disk: 'data', to: 'other' },
  'disks.import': { vm: 'off', path: '/old.vmdk' },
  'disks.add': { vm: 'off', sizeBytes: 1024 ** 3 },
  'disks.resize': { vm: 'off', disk: 'data', sizeBytes: 2 * 1024 ** 3 },
  'disks.remove': { vm: 'off', disk: 'data' },
  'vnics.add': { vm: 'on', network: 'green' },
  'vnics.plug': { vm: 'on', vnic: 'nic2' },
  'vnics.unplug': { vm: 'on', vnic: 'nic1' },
  'vnics.link': { vm: 'on', vnic: 'nic1', up: false },
  'vnics.move': { vm: 'on', vnic: 'nic1', network: 'green' },
  'vnics.remove': { vm: 'on', vnic: 'nic1' },
  'images.add': { name: 'alpine', path: '/alpine.qcow2' },
  'images.addFromVm': { name: 'of-off', vm: 'off' },
  'images.rename': { image: 'spare', name: 'other' },
  'images.remove': { image: 'spare' },
  'snapshots.add': { name: 'two', vms: ['on'] },
  'snapshots.revert': { snapshot: 'one' },
  'snapshots.remove': { snapshot: 'one' },
  'map.note': { network: 'blue', host: 'sim1', note: 'b' },
  'promises.add': { sentence: '"on" never reaches two' },
  'promises.update': { promise: 'saved reaches two directly', severity: 'warn' },
  'promises.remove': { promise: 'saved reaches two directly' },
  'promises.setGroup': { name: 'all', members: [{ name: 'on' }] },
  'promises.removeGroup': { group: 'some' },
  'undo.run': {},
  'trash.empty': { days: 0 },
  'preferences.keep': { mapAspect: 2 },
  'sessions.endAll': {},
  'api.enable': { password: 'tester-tester' },
  'api.password': {},
  'api.disable': {},
  'system.backup': { path: '/nowhere/else.db' },
  'backups.make': {},
  'backups.remove': { backup: 'fresh' },
  'backups.prune': {},
  'backups.setRule': { keep: 3 },
  'demo.add': { scenario: 'three-hosts' },
  'demo.remove': {},
  'demo.reset': { scenario: 'three-hosts' },
  'labfile.apply': { text: 'atoll: 1\ndataCenter: Default\nnetworks:\n  - name: red\n    isolated: true\n' },
};
/** Unavailable with simulated hosts; tested elsewhere. */
const ELSEWHERE = [
  'hosts.unlock',
  'hosts.import',
  'hosts.takeOver',
  'outside.disable',
  'forwards.add',
  'forwards.remove',
  'sessions.end',
];
const OF_JOBS = ['jobs.cancel', 'jobs.retry', 'vms.forget', 'system.remedy', 'system.restore'];

describe('a dry run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-dry-'));
  const t = new TestEngine();
  let copies = 0;
  /** All bytes of the database. */
  const bytes = async (): Promise<Buffer> => {
    const path = join(folder, `${(copies += 1)}.db`);
    await t.store.backup(path);
    return readFileSync(path);
  };
  beforeAll(async () => {
    await t.engine.start();
    await t.addHosts(3);
    await t.done(t.client.hosts.add({ name: 'lab1', cluster: 'Default', how: { kind: 'lab' } }));
    await t.client.dataCenters.add({ name: 'empty' });
    await t.client.dataCenters.add({ name: 'gone' });
    await t.client.clusters.add({ name: 'bare', dataCenter: 'empty' });
    for (const name of ['blue', 'green'])
      await t.done(t.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.networks.stretch({ network: 'green', hosts: ['sim1', 'sim2'] }));
    await t.client.networks.add({ name: 'loose', isIsolated: true });
    await t.client.networks.addProfile({ network: 'blue', name: 'spare' });
    await t.done(t.client.networks.add({ name: 'office', clusters: ['Default'] }));
    for (const name of ['debian', 'spare']) await t.done(t.client.images.add({ name, path: `/${name}.qcow2` }));
    const vnics = [{ network: 'blue' }, { network: 'blue', plugged: false }];
    for (const name of ['on', 'off', 'saved'])
      await t.done(t.client.vms.add({ name, host: 'sim1', cdroms: [{ path: '/one.iso' }], vnics, start: true }));
    await t.done(t.client.vms.add({ name: 'two', host: 'sim2', vnics, start: true }));
    const isUp = (vm: string) => t.until(async () => (await t.client.vms.show({ vm })).state === 'up');
    for (const vm of ['on', 'off', 'saved', 'two']) await isUp(vm);
    await t.done(t.client.snapshots.add({ name: 'one', vms: ['two'] }));
    await t.done(t.client.vms.stop({ vm: 'off' }));
    await t.done(t.client.disks.add({ vm: 'off', name: 'data', sizeBytes: 1024 ** 3 }));
    await t.client.vms.add({ name: 'other' });
    t.fleet.absent.set('/new.qcow2', 'absent');
    t.fleet.absent.set('/new.ova', 'absent');
    await t.done(t.client.vms.suspend({ vm: 'saved' }));
    await t.done(t.client.hosts.maintenance({ host: 'sim3' }));
    await t.client.map.note({ network: 'blue', host: 'sim2', note: 'a' });
    await t.client.promises.add({ sentence: 'saved reaches two directly', severity: 'warn' });
    await t.client.promises.setGroup({ name: 'some', members: [{ name: 'two' }] });
    let before: Buffer = await bytes();
    await t.until(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const was = before;
      before = await bytes();
      return before.equals(was);
    });
  });
  afterAll(async () => {
    await t.close();
    rmSync(folder, { recursive: true });
  });

  it('is tested for every command', () => {
    expect([...Object.keys(INPUTS), ...ELSEWHERE, ...OF_JOBS].sort()).toEqual(changing(contract).sort());
  });

  it.each(Object.entries(INPUTS))('of %s writes nothing', async (name, input) => {
    const [area = '', verb = ''] = name.split('.');
    const client = t.client as unknown as Record<string, Record<string, (input: object) => Promise<unknown>>>;
    const run = async (): Promise<boolean> => {
      const before = await bytes();
      const answer = await client[area]?.[verb]?.({ ...input, dryRun: true });
      const summary = expect.arrayContaining([
        expect.objectContaining({ type: expect.stringMatching(/^preview\./) }),
      ]) as object[];
      expect(answer).toMatchObject({ job: null, preview: { summary } });
      return (await bytes()).equals(before);
    };
    // An observation can happen during the first one; the next one comes later.
    expect((await run()) || (await run())).toBe(true);
  });
});
