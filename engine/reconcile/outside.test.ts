import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { textOf } from '../../english';
import { realClock, TestEngine } from '../../test/support/test-engine';

describe('outside changes of a host', () => {
  let t: TestEngine;
  let host: string;
  let vm: string;
  let end = (): void => undefined;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    const added = await t.client.vms.add({ name: 'web', vnics: [{ network: 'blue' }], start: true });
    vm = added.vm.id;
    await t.done(Promise.resolve(added));
    await state('up');
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    end();
    await t.close();
  });

  const state = (wanted: string): Promise<void> =>
    t.until(async () => (await t.client.vms.show({ vm })).state === wanted);
  const observe = () => t.observe(host);
  const tapOf = async (): Promise<string> => (await observe()).vms?.[0]?.vnics[0]?.tap ?? '';

  it('put a removed tap back, quieted', async () => {
    const tap = await tapOf();
    const seq = t.store.events.lastSeq();
    await t.fleet.machine(host).control.setMaster(tap, null);
    await t.until(() => t.eventTypes(seq).includes('drift.repaired'));
    expect((await observe()).bridges[0]?.ports).toMatchObject([{ name: tap, ipv6Disabled: true }]);
    const [found] = t.store.events.after(seq, 1);
    expect(found && textOf(found.message)).toContain(`${tap} of VM web is not plugged into blue`);
  });

  it('put a removed tap back while an action on another VM is running, within two seconds', async () => {
    const waits: number[] = [];
    vi.spyOn(realClock, 'after').mockImplementation((ms, fn) => {
      waits.push(ms);
      const timer = setTimeout(fn, Math.min(ms, 100));
      return () => clearTimeout(timer);
    });
    const db = await t.client.vms.add({ name: 'db', host, vnics: [{ network: 'blue' }] });
    const driver = t.fleet.machine(host).vms;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const act = driver.act.bind(driver);
    const acting = vi.spyOn(driver, 'act').mockImplementation(async (...args) => {
      await ended;
      return act(...args);
    });
    waits.length = 0;
    const started = t.client.vms.start({ vm: db.vm.id });
    await t.until(() => acting.mock.calls.length === 1);
    const tap = await tapOf();
    const seq = t.store.events.lastSeq();
    await t.fleet.machine(host).control.setMaster(tap, null);
    await t.until(() => t.eventTypes(seq).includes('drift.repaired'));
    expect(waits).toContain(2_000);
    expect((await observe()).bridges[0]?.ports.map(({ name }) => name)).toContain(tap);
    expect((await t.client.vms.show({ vm: db.vm.id })).state).not.toBe('up');
    end();
    await t.done(started);
    await t.until(async () => (await t.client.vms.show({ vm: db.vm.id })).state === 'up');
  });

  it('recreate a deleted bridge and put its taps back', async () => {
    const tap = await tapOf();
    await t.fleet.machine(host).control.deleteBridge('blue');
    await t.until(() => t.eventTypes().includes('drift.repaired'));
    expect((await observe()).bridges[0]).toMatchObject({ name: 'blue', ports: [{ name: tap }] });
  });

  it('remove an enslaved NIC', async () => {
    await t.fleet.machine(host).control.addNic('eth7');
    await t.fleet.machine(host).control.setMaster('eth7', 'blue');
    await t.until(() => t.eventTypes().includes('drift.repaired'));
    expect((await observe()).bridges[0]?.ports.map((port) => port.name)).not.toContain('eth7');
  });

  it('report a killed VM as ended from outside, by an unknown actor', async () => {
    const seq = t.store.events.lastSeq();
    await t.fleet.machine(host).control.killVm(vm);
    await state('down');
    const reported = t.store.events.after(seq, 100).find((event) => event.type === 'vm.ended_from_outside');
    expect(reported).toMatchObject({ by: { door: 'unknown' }, subjects: { vmId: vm, hostId: host } });
    expect((await t.client.vms.show({ vm })).reason).toMatchObject({ params: { why: 'crashed' } });
  });

  it('after a power cut the networks are recreated without drift, and its VMs are down', async () => {
    const seq = t.store.events.lastSeq();
    await t.fleet.machine(host).control.cutPower();
    await state('down');
    await t.until(async () => (await t.client.hosts.show({ host })).host.state === 'up');
    expect((await observe()).bridges.map((bridge) => bridge.name)).toEqual(['blue']);
    expect(t.eventTypes(seq).filter((type) => type.startsWith('drift'))).toEqual([]);
    expect((await t.client.vms.show({ vm })).reason).toMatchObject({ params: { why: 'host_restarted' } });
  });

  it('VMs of an unreachable host are unknown, and known again when it is back', async () => {
    t.fleet.machine(host).control.setUnreachable(true);
    await state('unknown');
    t.fleet.machine(host).control.setUnreachable(false);
    await state('up');
    expect(t.eventTypes()).not.toContain('vm.ended_from_outside');
  });

  it('maintenance is refused while one runs, or stops it on request (O1)', async () => {
    await expect(t.client.hosts.maintenance({ host })).rejects.toMatchObject({
      code: 'RULE_BROKEN',
      data: { rule: 'O1' },
    });
    const job = await t.done(t.client.hosts.maintenance({ host, stopVms: true }));
    expect(job?.steps.map((step) => textOf(step.title))).toEqual(['Stop web', 'Disconnect from sim1']);
    expect(await t.client.vms.show({ vm })).toMatchObject({ state: 'down', reason: { type: 'reason.vm.maintenance' } });
    expect((await t.client.hosts.show({ host })).host.state).toBe('maintenance');
    expect(t.eventTypes()).not.toContain('vm.ended_from_outside');
    await expect(t.client.hosts.remove({ host })).rejects.toMatchObject({ data: { rule: 'O3' } });
  });
});
