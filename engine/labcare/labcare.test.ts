import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { numbered } from './clone';
import { textOf } from '../../english';

describe('lab care', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.addHosts(2);
    for (const name of ['blue', 'green'])
      await t.done(t.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.vms.add({ name: 'web', host: 'sim1', vnics: [{ network: 'blue' }], start: true }));
    await t.done(
      t.client.vms.add({ name: 'gw', host: 'sim1', vnics: [{ network: 'blue' }, { network: 'green' }], start: true }),
    );
    await t.client.vms.add({ name: 'cold', host: 'sim1', vnics: [{ network: 'green' }] });
    for (const vm of ['web', 'gw']) await up(vm);
  });
  afterEach(() => t.close());

  const state = async (vm: string) => (await t.client.vms.show({ vm })).state;
  const up = (vm: string) => t.until(async () => (await state(vm)) === 'up');
  const take = (name: string, more: object = {}) => t.client.snapshots.add({ name, host: 'sim1', ...more });
  /** VMs as users see them, without what changes over time. */
  const vms = async () => (await t.client.vms.list({})).map(({ startedAt: _at, reason: _why, ...vm }) => vm);

  describe('a snapshot', () => {
    it('saves all VMs of a host, running ones with their memory, and keeps them running', async () => {
      const before = await vms();
      await t.done(take('one'));
      expect(await t.client.snapshots.show({ snapshot: 'one' })).toMatchObject({
        state: 'ok',
        isStart: false,
        vms: [
          { name: 'web', withMemory: true },
          { name: 'gw', withMemory: true },
          { name: 'cold', withMemory: false },
        ],
      });
      expect(await vms()).toEqual(before);
    });

    it('reverts VMs, settings and wiring together, with their ids and MAC addresses', async () => {
      const before = await vms();
      await t.done(take('one'));
      await t.done(t.client.vms.stop({ vm: 'web' }));
      await t.client.vms.update({ vm: 'web', memoryMiB: 512 });
      await t.done(t.client.vnics.remove({ vm: 'gw', vnic: 'nic2' }));
      await t.done(t.client.vnics.move({ vm: 'gw', vnic: 'nic1', network: 'green' }));
      await t.done(t.client.vnics.add({ vm: 'gw', network: null }));
      await t.done(t.client.vms.start({ vm: 'cold' }));
      await t.done(t.client.snapshots.revert({ snapshot: 'one' }));
      for (const vm of ['web', 'gw']) await up(vm);
      // What a start added to the VM that was never started is reverted too.
      expect(await vms()).toEqual(before);
      const map = await t.client.map.show({});
      expect(map).toBeTruthy();
    });

    it('describes what it would do in a dry run, and does nothing', async () => {
      await t.done(take('one'));
      const before = await vms();
      const { preview, job } = await t.client.snapshots.revert({ snapshot: 'one', dryRun: true });
      expect(job).toBeNull();
      expect(preview?.summary.map(textOf).join('\n')).toMatch(
        /stop web, gw, cold; .* are lost[\s\S]*revert 3 VMs to "one"/,
      );
      expect((await take('two', { dryRun: true })).preview?.summary.map(textOf)[0]).toBe(
        'save 3 VMs as they are: web, gw, cold',
      );
      expect(await vms()).toEqual(before);
      expect(await t.client.snapshots.list({})).toHaveLength(1);
    });

    it('leaves no trace, and VMs running, if it fails half-way', async () => {
      const before = await vms();
      const [host] = await t.client.hosts.list({});
      const machine = t.fleet.machine(host!.id);
      const { take: real } = machine.vms.snapshots;
      machine.vms.snapshots.take = async (id, vmId, signal) => {
        if (vmId === before[1]!.id) throw new Error('disk full');
        return real.call(machine.vms.snapshots, id, vmId, signal);
      };
      expect(await t.ended(take('one'))).toMatchObject({ state: 'failed' });
      machine.vms.snapshots.take = real;
      for (const vm of ['web', 'gw']) await up(vm);
      expect(await vms()).toEqual(before);
      expect(await t.client.snapshots.list({})).toEqual([]);
      expect(t.eventTypes()).toContain('snapshot.failed');
    });

    it('is resumed by the next engine if one is killed in the middle', async () => {
      const before = await vms();
      const { job } = await take('one');
      const next = new TestEngine(t);
      await t.engine.stop();
      await next.engine.start();
      await next.ended({ job });
      await next.until(async () => (await next.client.vms.list({})).every((vm) => vm.state !== 'image_locked'));
      await next.until(async () => (await next.client.vms.show({ vm: 'web' })).state === 'up');
      const all = await next.client.snapshots.list({});
      expect(all.every((one) => one.state === 'ok')).toBe(true);
      expect((await next.client.vms.list({})).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      await next.engine.stop();
      t = new TestEngine(t);
      await t.engine.start();
    });

    it('is refused by name, state and group, and then nothing is changed', async () => {
      await t.done(take('one'));
      const before = await vms();
      await expect(take('one')).rejects.toMatchObject({ code: 'CONFLICT', data: { field: 'name' } });
      await expect(t.client.snapshots.add({ name: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
      await expect(t.client.snapshots.add({ name: 'x', host: 'sim2' })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        data: { field: 'host' },
      });
      await expect(t.client.snapshots.add({ name: 'x', host: 'sim2', vms: ['web'] })).rejects.toMatchObject({
        code: 'RULE_BROKEN',
      });
      await t.done(t.client.vms.suspend({ vm: 'web' }));
      await expect(take('two')).rejects.toMatchObject({ code: 'STATE_ILLEGAL', data: { field: 'vm' } });
      await t.done(t.client.vms.resume({ vm: 'web' }));
      expect((await t.client.snapshots.list({})).map(({ name }) => name)).toEqual(['one']);
      await up('web');
      expect(await vms()).toEqual(before);
    });

    it('is not reverted to if one of its networks was removed', async () => {
      await t.done(t.client.snapshots.add({ name: 'one', vms: ['cold'] }));
      await t.done(t.client.vnics.remove({ vm: 'cold', vnic: 'nic1' }));
      await t.done(t.client.vnics.remove({ vm: 'gw', vnic: 'nic2' }));
      await t.done(t.client.networks.remove({ network: 'green' }));
      await expect(t.client.snapshots.revert({ snapshot: 'one' })).rejects.toMatchObject({
        code: 'RULE_BROKEN',
        data: { rule: 'SNAPSHOT' },
      });
      expect(await state('cold')).toBe('down');
    });

    it('is not reverted to if others use its memory', async () => {
      await t.done(t.client.vms.stop({ vm: 'gw' }));
      await t.client.vms.update({ vm: 'web', memoryMiB: 192 });
      await t.done(take('one'));
      await t.done(t.client.vms.stop({ vm: 'web' }));
      await t.client.vms.add({ name: 'big', host: 'sim1', memoryMiB: 65_000 });
      await t.done(t.client.vms.start({ vm: 'big' }));
      await expect(t.client.snapshots.revert({ snapshot: 'one' })).rejects.toMatchObject({ code: 'NO_CAPACITY' });
      expect(await state('web')).toBe('down');
    });

    it('is removed on request, and with the last of its VMs', async () => {
      await t.done(t.client.snapshots.add({ name: 'one', vms: ['web', 'cold'] }));
      await t.done(t.client.snapshots.add({ name: 'two', vms: ['cold'] }));
      await t.done(t.client.snapshots.remove({ snapshot: 'one' }));
      expect((await t.client.snapshots.list({})).map(({ name }) => name)).toEqual(['two']);
      const { preview } = await t.client.vms.remove({ vm: 'cold', dryRun: true });
      expect(preview?.summary.map(textOf)).toEqual([
        'remove the VM "cold" and move its disks to the trash',
        'delete its part of the snapshot two: undo restores the VM without it',
      ]);
      await t.done(t.client.vms.remove({ vm: 'cold' }));
      expect(await t.client.snapshots.list({})).toEqual([]);
    });
  });

  describe('a copy', () => {
    it('has networks of its own with the same addresses and new MAC addresses, and is another island', async () => {
      await t.done(t.client.labs.clone({ lab: 'sim1', copies: 2, start: true }));
      const all = await t.client.vms.list({});
      expect(all.map(({ name }) => name)).toEqual([
        'web',
        'gw',
        'cold',
        'web-2',
        'gw-2',
        'cold-2',
        'web-3',
        'gw-3',
        'cold-3',
      ]);
      expect((await t.client.networks.list({})).map(({ name }) => name)).toEqual([
        'blue',
        'green',
        'blue-2',
        'green-2',
        'blue-3',
        'green-3',
      ]);
      const of = (name: string) => all.find((vm) => vm.name === name)!.vnics;
      expect(of('gw-2').map((vnic) => vnic.assignedAddress)).toEqual(of('gw').map((vnic) => vnic.assignedAddress));
      expect(new Set(all.flatMap((vm) => vm.vnics.map(({ mac }) => mac))).size).toBe(12);
      for (const vm of ['web-2', 'gw-3']) await up(vm);
      expect(await t.client.map.reach({ from: 'web-2', to: 'gw-2' })).toMatchObject({ kind: 'direct' });
      expect(await t.client.map.reach({ from: 'web-2', to: 'gw-3' })).toMatchObject({ kind: 'no' });
    });

    it('of some VMs gets the next number whose names are all free', async () => {
      await t.client.vms.add({ name: 'web-2' });
      const { vms: made } = await t.client.labs.clone({ lab: 'sim1', vms: ['web'] });
      expect(made.map(({ name }) => name)).toEqual(['web-3']);
      expect(await t.client.networks.list({})).toHaveLength(3);
    });

    it('of a VM with a user-provided disk is refused, and nothing is created', async () => {
      await t.client.vms.add({ name: 'own', host: 'sim1', boot: { kind: 'disk', path: '/d.qcow2' } });
      await expect(t.client.labs.clone({ lab: 'sim1' })).rejects.toMatchObject({
        code: 'RULE_BROKEN',
        data: { rule: 'CLONE' },
      });
      expect(await t.client.networks.list({})).toHaveLength(2);
      const { preview } = await t.client.labs.clone({ lab: 'sim1', vms: ['web', 'gw'], copies: 2, dryRun: true });
      expect(preview?.summary.map(textOf).slice(0, 2)).toEqual([
        'copy web, gw 2 times: web-2, gw-2, web-3, gw-3',
        'create the isolated networks blue-2, green-2, blue-3, green-3',
      ]);
      expect(await t.client.vms.list({})).toHaveLength(4);
    });

    it('has a name of valid length', () => {
      expect(numbered('web', 2)).toBe('web-2');
      expect([...numbered('🏝'.repeat(256), 10)]).toHaveLength(256);
    });
  });

  describe('a reset', () => {
    it('without a start snapshot renews each VM, and restarts those that ran', async () => {
      await t.done(t.client.labs.reset({ lab: 'sim1' }));
      for (const vm of ['web', 'gw']) await up(vm);
      expect(await state('cold')).toBe('down');
      expect(t.eventTypes()).toContain('lab.reset');
    });

    it('reverts to the newest start snapshot, and lists what it discards', async () => {
      await t.done(take('old', { isStart: true }));
      await t.done(t.client.vms.stop({ vm: 'web' }));
      await t.done(t.client.snapshots.add({ name: 'start', vms: ['web', 'gw'], isStart: true }));
      expect((await t.client.snapshots.list({})).map(({ isStart }) => isStart)).toEqual([false, true]);
      await t.done(t.client.vms.start({ vm: 'web' }));
      const { preview } = await t.client.labs.reset({ lab: 'sim1', dryRun: true });
      expect(preview?.summary.map(textOf).at(-1)).toBe('leave cold unchanged: it is not in "start"');
      const answer = await t.client.labs.reset({ lab: 'sim1' });
      expect(answer.snapshot?.name).toBe('start');
      await t.done(answer);
      await up('gw');
      expect(await state('web')).toBe('down');
    });
  });
});
