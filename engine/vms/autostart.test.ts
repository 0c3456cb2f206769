import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../../english';
import { TestEngine } from '../../test/support/test-engine';

describe('autostart', () => {
  let t: TestEngine;
  let host: string;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.addMany({ networks: [{ name: 'blue', isIsolated: true, clusters: ['Default'] }] }));
  });
  afterEach(() => t.close());

  const stateOf = async (vm: string): Promise<string> => (await t.client.vms.show({ vm })).state;
  const add = async (name: string, autostart: boolean): Promise<void> => {
    await t.done(t.client.vms.add({ name, autostart, vnics: [{ network: 'blue' }], start: true }));
    await t.until(async () => (await stateOf(name)) === 'up');
  };
  const starts = async () =>
    (await t.client.jobs.list({})).flatMap(({ title, by }) =>
      title.type === 'vms.start' ? [[textOf(title), by.door]] : [],
    );

  it('starts a VM whenever its host has restarted, and no other', async () => {
    await add('web', true);
    await add('db', false);
    await t.fleet.machine(host).control.cutPower();
    await t.until(async () => (await stateOf('db')) === 'down');
    await t.until(async () => (await stateOf('web')) === 'up');
    expect(await stateOf('db')).toBe('down');
    expect(await starts()).toContainEqual(['Start VM web', 'engine']);
  });

  it('starts a stopped VM too, but only when its host restarts', async () => {
    await add('web', true);
    await t.done(t.client.vms.stop({ vm: 'web' }));
    const before = (await starts()).length;
    await t.done(t.client.hosts.sync({ host }));
    expect(await starts()).toHaveLength(before);
    await t.fleet.machine(host).control.cutPower();
    await t.until(async () => (await stateOf('web')) === 'up');
  });

  it('is switched while the VM runs, and undone', async () => {
    await add('web', false);
    await t.client.vms.update({ vm: 'web', autostart: true });
    expect((await t.client.vms.show({ vm: 'web' })).autostart).toBe(true);
    const [event] = await t.client.events.list({ type: 'vm.updated' });
    expect(event && textOf(event.message)).toContain('autostart on');
    await t.done(t.client.undo.run({}));
    expect((await t.client.vms.show({ vm: 'web' })).autostart).toBe(false);
  });

  it('is part of a lab file, and of a removed VM that comes back', async () => {
    await t.client.vms.add({ name: 'web', autostart: true });
    expect((await t.client.labfile.export({})).text).toContain('autostart: true');
    await t.done(t.client.vms.remove({ vm: 'web' }));
    await t.done(t.client.undo.run({}));
    expect((await t.client.vms.show({ vm: 'web' })).autostart).toBe(true);
  });
});
