import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Forward } from '../../contract';
import { vmSpec } from '../vms/vm-spec';
import { TestEngine } from '../../test/support/test-engine';
import { textOf } from '../../english';

describe('the uplink of a lab', () => {
  let t: TestEngine;
  let host: string;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    const added = await t.client.hosts.add({ name: 'laptop', how: { kind: 'lab' } });
    host = added.host.id;
    await t.done(added);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
  });
  afterEach(() => t.close());

  const observed = () => t.observe(host);
  const enable = () => t.done(t.client.outside.enable({ host: 'laptop' }));
  const addVm = async (name: string, ...networks: string[]): Promise<void> => {
    await t.done(t.client.vms.add({ name, vnics: networks.map((network) => ({ network })), start: true }));
    await t.until(async () => (await t.client.vms.show({ vm: name })).state === 'up');
  };
  const forwardTo = async (vm: string, hostPort = 0): Promise<Forward> => {
    const added = await t.client.forwards.add({ vm, guestPort: 80, hostPort });
    await t.done(added);
    return added.forward;
  };
  const forwards = () => t.client.forwards.list({});

  it('does not exist until it is requested', async () => {
    expect((await observed()).outside).toBeNull();
    expect((await t.client.networks.list({})).map(({ name }) => name)).toEqual(['blue']);
  });

  it('is a sealed bridge of ours with one NIC, and not required of any host', async () => {
    await enable();
    const { bridges, outside } = await observed();
    expect(outside).toEqual({ nic: 'out0', forwards: [] });
    const bridge = bridges.find(({ name }) => name === 'outside');
    expect(bridge).toMatchObject({ sealIngress: 'ok', sealEgress: 'ok', addresses: [], ports: [{ name: 'out0' }] });
    expect((await t.client.networks.show({ network: 'outside' })).network).toMatchObject({
      isIsolated: false,
      guestSubnet: '10.0.2.0/24',
      clusters: [{ required: false, status: 'operational' }],
    });
    expect((await t.client.hosts.show({ host: 'laptop' })).nics).toContainEqual(
      expect.objectContaining({ name: 'out0', bridge: 'outside' }),
    );
  });

  it('is for labs only, once, and otherwise refused with the reason', async () => {
    await t.addHosts(1);
    await expect(t.client.outside.enable({ host: 'sim1' })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      data: { rule: 'S12' },
    });
    await expect(t.client.outside.disable({ host: 'laptop' })).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { remedy: { note: 'There is nothing to disable.' } },
    });
    await enable();
    await expect(t.client.outside.enable({ host: 'laptop' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(
      t.client.hosts.setupNetworks({ host: 'laptop', attach: [{ network: 'outside', nic: 'eth1' }] }),
    ).rejects.toMatchObject({ data: { rule: 'S12' } });
  });

  it('describes what it would do in a dry run, and does nothing', async () => {
    const { preview } = await t.client.outside.enable({ host: 'laptop', dryRun: true });
    expect(preview?.hosts[0]?.changes.map(textOf)).toEqual([
      'create the sealed bridge outside (MTU 1500)',
      'start the uplink behind out0',
    ]);
    expect((await observed()).outside).toBeNull();
  });

  it('gives guests an address outside its DHCP range, with a gateway there and nowhere else', async () => {
    await enable();
    await addVm('gw', 'blue', 'outside');
    const vm = await t.client.vms.show({ vm: 'gw' });
    expect(vm.vnics.map(({ assignedAddress }) => assignedAddress)).toEqual(['10.1.0.1/24', '10.0.2.100/24']);
    const { vnics } = vm;
    const row = t.store.vms.get(vm.id)!;
    expect(vmSpec(t.store, { path: () => '' }, row, t.store.vnics.ofVm(vm.id)).boot).toEqual({
      kind: 'tiny',
      addresses: [
        { mac: vnics[0]?.mac, address: '10.1.0.1/24' },
        { mac: vnics[1]?.mac, address: '10.0.2.100/24', gateway: '10.0.2.2' },
      ],
    });
  });

  it('opens forwards to VMs on it, on a free port if none is named, and to no others', async () => {
    await enable();
    await addVm('gw', 'blue', 'outside');
    await addVm('db', 'blue');
    const forward = await forwardTo('gw');
    expect(forward).toMatchObject({ address: '127.0.0.2', guestPort: 80 });
    expect(forward.hostPort).toBeGreaterThan(1023);
    expect(await forwards()).toMatchObject([{ state: 'open', message: null }]);
    expect((await observed()).outside?.forwards).toEqual([
      { protocol: 'tcp', hostPort: forward.hostPort, guestAddress: '10.0.2.100', guestPort: 80 },
    ]);
    await expect(forwardTo('db')).rejects.toMatchObject({ code: 'RULE_BROKEN', data: { rule: 'S12', field: 'vm' } });
    await expect(forwardTo('gw', forward.hostPort)).rejects.toMatchObject({ code: 'CONFLICT' });
    await t.client.vms.add({
      name: 'iso',
      boot: { kind: 'devices' },
      cdroms: [{ path: '/x.iso' }],
      vnics: [{ network: 'outside' }],
    });
    await expect(forwardTo('iso')).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await t.done(t.client.forwards.remove({ forward: forward.id }));
    expect((await observed()).outside?.forwards).toEqual([]);
  });

  it('keeps a forward in the desired state until its VM has an address, and removes it with the VM', async () => {
    await enable();
    await t.client.vms.add({ name: 'gw', vnics: [{ network: 'outside' }] });
    await forwardTo('gw', 8080);
    expect(await forwards()).toMatchObject([{ state: 'pending', hostPort: 8080 }]);
    await t.done(t.client.vms.start({ vm: 'gw' }));
    await t.until(async () => (await forwards())[0]?.state === 'open');
    await t.done(t.client.vms.stop({ vm: 'gw' }));
    await t.done(t.client.vms.remove({ vm: 'gw' }));
    expect(await forwards()).toEqual([]);
    await t.until(async () => (await observed()).outside?.forwards.length === 0);
  });

  it('reports why the host refused a forward, and leaves network and host unchanged', async () => {
    await enable();
    await addVm('gw', 'outside');
    t.fleet.machine(host).control.occupyPort('tcp', 8080);
    const added = await t.client.forwards.add({ vm: 'gw', guestPort: 80, hostPort: 8080 });
    expect(await t.ended(added)).toMatchObject({ state: 'failed' });
    expect(await forwards()).toMatchObject([{ state: 'failed', message: expect.stringContaining('in use') as string }]);
    expect((await t.client.hosts.show({ host: 'laptop' })).host.state).toBe('up');
    const attachments = (await t.client.networks.show({ network: 'outside' })).attachments;
    expect(attachments.map(({ state }) => state)).toEqual(['in_sync']);
  });

  it('is restarted with its forwards after it died, as drift', async () => {
    await enable();
    await addVm('gw', 'outside');
    await forwardTo('gw');
    const seq = t.store.events.lastSeq();
    await t.fleet.machine(host).control.endOutside();
    await t.until(() => t.eventTypes(seq).includes('drift.repaired'));
    expect(t.eventTypes(seq)).toContain('drift.detected');
    await t.until(async () => (await observed()).outside?.forwards.length === 1);
  });

  it('moves its NIC from a wrong bridge back to its own', async () => {
    await enable();
    await t.fleet.machine(host).control.setMaster('out0', 'blue');
    await t.until(async () => {
      const { bridges } = await observed();
      const ports = (name: string) => bridges.find((bridge) => bridge.name === name)?.ports.map((port) => port.name);
      return ports('blue')?.length === 0 && ports('outside')?.join() === 'out0';
    });
  });

  it('stays while VMs are on it, and is removed with its network after the last host', async () => {
    await enable();
    await addVm('gw', 'outside');
    await expect(t.client.outside.disable({ host: 'laptop' })).rejects.toMatchObject({ data: { rule: 'O3' } });
    await t.done(t.client.vms.stop({ vm: 'gw' }));
    await t.done(t.client.vms.remove({ vm: 'gw' }));
    await t.done(t.client.outside.disable({ host: 'laptop' }));
    const { bridges, outside, nics } = await observed();
    expect({ outside, bridges: bridges.map(({ name }) => name) }).toEqual({ outside: null, bridges: ['blue'] });
    expect(nics.map(({ name }) => name)).not.toContain('out0');
    expect((await t.client.networks.list({})).map(({ name }) => name)).toEqual(['blue']);
  });

  it('reports the only VM through which an isolated network has external access', async () => {
    await enable();
    await addVm('gw', 'blue', 'outside');
    await addVm('db', 'blue');
    const ways = async () => (await t.client.networks.show({ network: 'blue' })).waysOut.map(({ name }) => name);
    expect(await ways()).toEqual(['gw']);
    expect((await t.client.networks.show({ network: 'outside' })).waysOut).toEqual([]);
    const outer = (await t.client.vms.show({ vm: 'gw' })).vnics[1]?.id ?? '';
    await t.done(t.client.vnics.link({ vm: 'gw', vnic: outer, up: false }));
    expect(await ways()).toEqual([]);
  });
});
