import { say } from '../../contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Preview } from '../../contract';
import { TestEngine } from '../../test/support/test-engine';
import { textOf } from '../../english';

type Answer = Promise<{ job: string | null; preview: Preview | null }>;

/** The objects that users created, in the contract's form, without what only the hosts or the clock decide. */
async function worldOf({ client, store }: TestEngine) {
  const vms = (await client.vms.list({})).map(({ startedAt: _started, ...vm }) => vm);
  const networks = await client.networks.list({});
  const plain = networks.map(({ clusters, ...network }) => ({
    ...network,
    on: clusters.map((each) => each.clusterId),
  }));
  const byId = <T extends { id: string }>(list: T[]): T[] => list.sort((a, b) => a.id.localeCompare(b.id));
  return { vms: byId(vms), networks: byId(plain), profiles: byId(store.vnicProfiles.list()) };
}

describe('undo', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.addHosts(1);
    for (const name of ['blue', 'green'])
      await t.done(t.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.vms.add({ name: 'web', vnics: [{ network: 'blue' }], start: true }));
    await t.client.vms.add({ name: 'db', vnics: [{ network: 'blue' }, { network: 'green' }] });
    await t.until(async () => (await t.client.vms.show({ vm: 'web' })).state === 'up');
  });
  afterEach(() => t.close());

  const undo = (event?: number) => t.client.undo.run(event === undefined ? {} : { event });
  const newest = async () => (await t.client.undo.list({ limit: 1 }))[0];

  /** Everything that can be undone, on a running VM and on one that is down. */
  const ACTS: Record<string, () => Answer> = {
    'unplug, running': () => t.client.vnics.unplug({ vm: 'web', vnic: 'nic1' }),
    'unplug, down': () => t.client.vnics.unplug({ vm: 'db', vnic: 'nic2' }),
    'link, running': () => t.client.vnics.link({ vm: 'web', vnic: 'nic1', up: false }),
    'move, running': () => t.client.vnics.move({ vm: 'web', vnic: 'nic1', network: 'green' }),
    'move, down': () => t.client.vnics.move({ vm: 'db', vnic: 'nic1', network: null }),
    'add a vNIC, running': () => t.client.vnics.add({ vm: 'web', network: 'green' }),
    'add a vNIC, down': () => t.client.vnics.add({ vm: 'db', network: 'green' }),
    'remove a vNIC, running': () => t.client.vnics.remove({ vm: 'web', vnic: 'nic1' }),
    'remove the last vNIC, down': () => t.client.vnics.remove({ vm: 'db', vnic: 'nic2' }),
    'rename a VM': () => t.client.vms.update({ vm: 'db', name: 'db2', memoryMiB: 512 }),
    'add a VM': () => t.client.vms.add({ name: 'new', vnics: [{ network: 'blue' }] }),
    'remove a VM that never ran': () => t.client.vms.remove({ vm: 'db' }),
    'add a network': () => t.client.networks.add({ name: 'red', isIsolated: true, clusters: ['Default'] }),
    'change a network': () => t.client.networks.update({ network: 'green', name: 'lime', mtu: 9000, comment: 'x' }),
  };

  it.each(Object.keys(ACTS))('restores the previous state: %s', async (name) => {
    const before = await worldOf(t);
    await t.done(ACTS[name]!());
    expect(await worldOf(t)).not.toEqual(before);
    await t.done(undo());
    expect(await worldOf(t)).toEqual(before);
  });

  it('restores the previous state through all of them, in the order of a stack', async () => {
    const before = await worldOf(t);
    const depth = (await t.client.undo.list({ limit: 200 })).length;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(Object.keys(ACTS), { maxLength: 5 }), async (names) => {
        const states = [before];
        for (const name of names) {
          // A change may need what an earlier one removed: then it is refused, and changes nothing.
          const changed = await t.done(ACTS[name]!()).then(
            () => true,
            () => false,
          );
          if (changed) states.push(await worldOf(t));
        }
        while (states.length > 1) {
          expect(await worldOf(t)).toEqual(states.pop());
          await t.done(undo());
        }
        expect(await worldOf(t)).toEqual(before);
        expect(await t.client.undo.list({ limit: 200 })).toHaveLength(depth);
      }),
      { numRuns: 12 },
    );
  });

  it('attaches and detaches', async () => {
    await t.done(t.client.networks.add({ name: 'red', isIsolated: true, clusters: ['Default'] }));
    const before = await worldOf(t);
    await t.done(t.client.networks.detach({ network: 'red', cluster: 'Default' }));
    await t.done(undo());
    expect(await worldOf(t)).toEqual(before);
    await t.done(t.client.networks.remove({ network: 'red' }));
    const back = await t.done(undo());
    expect(back?.steps.map(({ message }) => message)).toMatchObject(
      back?.steps.map(() => ({ params: { deployed: 1 } })) ?? [],
    );
    expect(await worldOf(t)).toEqual(before);
  });

  it('restores a VM that had run, with its id, its vNICs and their MAC addresses', async () => {
    await t.done(t.client.vms.stop({ vm: 'web' }));
    const before = await worldOf(t);
    await t.done(t.client.vms.remove({ vm: 'web' }));
    await t.done(undo());
    expect(await worldOf(t)).toEqual(before);
    await t.done(t.client.vms.start({ vm: 'web' }));
  });

  it('names what it would undo, shows a preview, and asks before it removes something', async () => {
    await t.done(t.client.vnics.unplug({ vm: 'web', vnic: 'nic1' }));
    expect(await newest()).toMatchObject({
      words: say('undo.vnic.unplugged', { vnic: 'nic1', vm: 'web', network: 'blue' }),
      removes: false,
      refused: null,
      by: 'tester',
    });
    const { preview, job } = await t.client.undo.run({ dryRun: true });
    expect(preview?.summary.map(textOf)).toEqual(['plug nic1 into "web"']);
    expect(job).toBeNull();
    await t.client.vms.add({ name: 'new' });
    expect(await newest()).toMatchObject({ words: say('undo.vm.added', { vm: 'new' }), removes: true });
  });

  it('offers nothing older after a change that cannot be undone', async () => {
    await t.client.vms.add({ name: 'new' });
    await t.client.hosts.update({ host: 'sim1', comment: 'in the rack' });
    expect(await t.client.undo.last()).toMatchObject({ offer: null, job: null, event: { type: 'host.updated' } });
    await expect(undo()).rejects.toThrow(/last action can't be undone/);
    await t.client.vms.add({ name: 'newer' });
    expect(await t.client.undo.last()).toMatchObject({ offer: { words: say('undo.vm.added', { vm: 'newer' }) } });
  });

  it('offers the last action, or the job that came after it and cannot be undone, never an earlier change', async () => {
    await t.done(t.client.vnics.unplug({ vm: 'web', vnic: 'nic1' }));
    const unplugged = { words: say('undo.vnic.unplugged', { vnic: 'nic1', vm: 'web', network: 'blue' }) };
    expect(await t.client.undo.last()).toMatchObject({ offer: unplugged, job: null, event: null });
    await t.done(t.client.vms.stop({ vm: 'web' }));
    expect(await t.client.undo.last()).toMatchObject({ offer: null, job: { kind: 'vms.stop', state: 'succeeded' } });
    // Without a number the same is meant: nothing older is undone by surprise.
    await expect(t.client.undo.run({})).rejects.toThrow(/last action can't be undone/);
    const added = await t.client.vms.add({ name: 'new', start: true });
    await t.until(async () => (await t.client.vms.show({ vm: added.vm.id })).state === 'up');
    expect(await t.client.undo.last()).toMatchObject({ offer: { words: say('undo.vm.added', { vm: 'new' }) } });
  });

  it('offers what came before an action that was undone, up to one that cannot be', async () => {
    await t.done(t.client.vms.stop({ vm: 'web' }));
    const stopped = { offer: null, job: { kind: 'vms.stop' } };
    await t.done(t.client.vms.start({ vm: 'db' }));
    await t.until(async () => (await t.client.vms.show({ vm: 'db' })).state === 'up');
    await t.done(t.client.vms.stop({ vm: 'db' }));
    await t.done(t.client.vnics.unplug({ vm: 'db', vnic: 'nic1' }));
    expect(await t.client.undo.last()).toMatchObject({ job: null });
    await t.done(undo());
    expect(await t.client.undo.last()).toMatchObject(stopped);
    await t.done(t.client.vms.remove({ vm: 'db' }));
    await t.done(undo());
    expect(await t.client.undo.last()).toMatchObject(stopped);
  });

  it('says by name which connections a running VM would lose', async () => {
    await t.done(t.client.vms.start({ vm: 'db' }));
    await t.until(async () => (await t.client.vms.show({ vm: 'db' })).state === 'up');
    const lines = async (call: Promise<{ preview: Preview | null }>) => (await call).preview?.summary.map(textOf);
    const lost = '"web" is running and loses its connection to db on "blue"';
    const at = { vm: 'web', vnic: 'nic1', dryRun: true } as const;
    expect(await lines(t.client.vnics.unplug(at))).toEqual(['unplug nic1 from "web"', lost]);
    expect(await lines(t.client.vnics.remove(at))).toContain(lost);
    expect(await lines(t.client.vnics.move({ ...at, network: 'green' }))).toContain(lost);
    expect(await lines(t.client.vnics.link({ ...at, up: false }))).toContain(lost);
    expect(await lines(t.client.vnics.unplug({ ...at, vm: 'db', vnic: 'nic2' }))).toEqual(['unplug nic2 from "db"']);
  });

  it('is refused, with the reason, if the state has changed since, and changes nothing', async () => {
    await t.client.vms.update({ vm: 'db', name: 'one' });
    const { event } = (await newest())!;
    await t.client.vms.update({ vm: 'one', name: 'two' });
    await expect(undo(event)).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('name') });
    await t.client.vms.remove({ vm: 'two' });
    const removal = (await newest())!;
    await t.client.vms.add({ name: 'two' });
    await expect(undo(removal.event)).rejects.toMatchObject({ code: 'CONFLICT', data: { field: 'name' } });
    const before = await worldOf(t);
    await expect(undo(event)).rejects.toMatchObject({ message: expect.stringContaining('gone') });
    expect(await worldOf(t)).toEqual(before);
  });

  it('says how a VM that was created and runs gets down, so that its creation can be undone', async () => {
    await t.done(t.client.vms.add({ name: 'late', start: true }));
    const { event } = (await newest())!;
    const vm = { vm: 'late' };
    await expect(undo(event)).rejects.toMatchObject({
      data: {
        rule: 'VM_STATE',
        remedy: { note: 'Possible when it is down.', action: { procedure: 'vms.shutdown', input: vm } },
      },
    });
    await t.until(async () => (await t.client.vms.show(vm)).state === 'up');
    await t.done(t.client.vms.suspend(vm));
    await expect(undo(event)).rejects.toMatchObject({ data: { remedy: { action: { procedure: 'vms.stop' } } } });
    await t.done(t.client.vms.stop(vm));
    await t.done(undo(event));
    await expect(t.client.vms.show(vm)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('undoes nothing twice, except an undo by its number', async () => {
    await t.done(t.client.vnics.unplug({ vm: 'db', vnic: 'nic1' }));
    const { event } = (await newest())!;
    await t.done(undo());
    await expect(undo(event)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await newest())?.event).not.toBe(event);
    const undoing = t.store.events.undoing(event)[0];
    await t.done(undo(undoing?.seq));
    expect((await t.client.vms.show({ vm: 'db' })).vnics[0]?.plugged).toBe(false);
    expect((await newest())?.event).toBe(event);
  });

  it('reports why an event cannot be undone', async () => {
    const start = t.store.events.recent({ limit: 1, type: 'vm.state' })[0];
    await expect(undo(start?.seq)).rejects.toMatchObject({ code: 'RULE_BROKEN' });
    await expect(undo(999_999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
