import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

describe('notes on islands', () => {
  let t: TestEngine;
  const island = { network: 'blue', host: 'h1' };
  const noteOnMap = async (): Promise<string | null | undefined> => (await t.client.map.show({})).islands[0]?.note;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.client.hosts.add({ name: 'h1', how: { kind: 'simulated', delayMs: 0 } });
    await t.until(async () => (await t.client.hosts.list({}))[0]?.state === 'up');
    await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    await t.client.vms.add({ name: 'web', host: 'h1', vnics: [{ network: 'blue' }] });
  });
  afterEach(() => t.close());

  it('stay on the map until they are removed, and are reported', async () => {
    expect(await noteOnMap()).toBeNull();
    const text = '<b>no</b> touching: 試験 مختبر';
    await t.client.map.note({ ...island, note: `  ${text}\nby Ana ` });
    expect(await noteOnMap()).toBe(`${text}\nby Ana`);
    expect((await t.client.events.list({ limit: 1 }))[0]).toMatchObject({ type: 'network.noted' });
    await t.client.map.note({ ...island, note: '' });
    expect(await noteOnMap()).toBeNull();
  });

  it('are undone one by one', async () => {
    await t.client.map.note({ ...island, note: 'first' });
    await t.client.map.note({ ...island, note: 'second' });
    await t.client.undo.run({});
    expect(await noteOnMap()).toBe('first');
    await t.client.undo.run({});
    expect(await noteOnMap()).toBeNull();
  });

  it('are not undone if they were changed again since', async () => {
    await t.client.map.note({ ...island, note: 'first' });
    const [removed] = await t.client.events.list({ limit: 1 });
    await t.client.map.note({ ...island, note: 'second' });
    await expect(t.client.undo.run({ event: removed?.seq ?? 0 })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it("are deleted with their network, also from the engine's cache", async () => {
    await t.client.map.note({ ...island, note: 'old' });
    expect(await noteOnMap()).toBe('old');
    await t.client.vms.remove({ vm: 'web' });
    await t.until(async () => (await t.client.vms.list({})).length === 0);
    await t.client.networks.remove({ network: 'blue' });
    await t.until(async () => (await t.client.networks.list({})).length === 0);
    expect(t.store.notes.list()).toEqual([]);
  });

  it('are limited in length, change nothing in a dry run, and report nothing if nothing changes', async () => {
    await expect(t.client.map.note({ ...island, note: 'x'.repeat(1001) })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(t.client.map.note({ ...island, note: 'a\u0007b' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await t.client.map.note({ ...island, note: 'never', dryRun: true });
    expect(await noteOnMap()).toBeNull();
    const before = t.store.events.lastSeq();
    await t.client.map.note({ ...island, note: '' });
    expect(t.store.events.lastSeq()).toBe(before);
  });
});

describe('changes on the map', () => {
  it('are listed newest first, without mere starts, and with a sign that there are more', async () => {
    const t = new TestEngine();
    await t.engine.start();
    for (const name of ['one', 'two', 'three'])
      await t.client.networks.add({ name, isIsolated: true, clusters: ['Default'] });
    const since = new Date(0).toISOString();
    const all = await t.client.map.changes({ since });
    expect(all.events.map((event) => event.type)).toEqual(['network.added', 'network.added', 'network.added']);
    expect(all.events[0]?.message.params).toMatchObject({ network: 'three' });
    expect(all.more).toBe(false);
    expect(await t.client.map.changes({ since, limit: 2 })).toMatchObject({ events: [{}, {}], more: true });
    const later = new Date(Date.parse(all.events[0]?.at ?? '') + 1).toISOString();
    expect((await t.client.map.changes({ since: later })).events).toEqual([]);
    await t.close();
  });
});
