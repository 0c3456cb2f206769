import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveBatch } from '../../contract';
import { TestEngine } from '../../test/support/test-engine';

describe('the live feed', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  it('asks a new reader to read everything, then sends changes in the form of `list`', async () => {
    const feed = await t.client.live.follow();
    expect((await feed.next()).value).toMatchObject({ reset: true, changes: [] });
    await t.client.networks.add({ name: 'blue', isIsolated: true });
    const { value } = await feed.next();
    const batch = value as LiveBatch;
    const [network] = await t.client.networks.list({});
    expect(batch.changes).toContainEqual({ kind: 'network', id: network?.id, value: network });
    expect(batch.events.map((event) => event.type)).toContain('network.added');
    await t.client.networks.remove({ network: 'blue' });
    expect(((await feed.next()).value as LiveBatch).changes).toContainEqual({
      kind: 'network',
      id: network?.id,
      value: null,
    });
    await feed.return?.();
  });

  it('merges simultaneous changes into one batch', async () => {
    const feed = await t.client.live.follow();
    await feed.next();
    // At once: on a busy machine one after the other takes as long as several batches.
    await Promise.all(Array.from({ length: 20 }, (_, i) => t.client.networks.add({ name: `n${i}`, isIsolated: true })));
    const batch = (await feed.next()).value as LiveBatch;
    expect(batch.changes.length).toBeGreaterThan(5);
    await feed.return?.();
  });

  it('asks a slow reader to read everything again, and drops its queue', async () => {
    const feed = await t.client.live.follow();
    await feed.next();
    const quick = await t.client.live.follow();
    await quick.next();
    // More batches than the limit: each change needs a separate batch.
    for (let i = 0; i < 70; i += 1) {
      await t.client.networks.add({ name: `n${i}`, isIsolated: true });
      await quick.next();
    }
    await quick.return?.();
    expect((await feed.next()).value).toMatchObject({ reset: true });
    await feed.return?.();
  }, 20_000);

  it('sends a slow reader of events all of them, in order', async () => {
    const from = t.store.events.lastSeq();
    const feed = await t.client.events.follow({ after: from });
    for (let i = 0; i < 600; i += 1) {
      t.store.transaction((tx) =>
        tx.events.append({
          at: new Date().toISOString(),
          type: 'network.updated',
          severity: 'normal',
          message: { type: 'network.updated', params: { network: String(i) } },
          by: { user: 'x', door: 'cli' },
          subjects: {},
          undo: null,
        }),
      );
    }
    for (let i = 0; i < 600; i += 1)
      expect((await feed.next()).value).toMatchObject({ message: { params: { network: String(i) } } });
    await feed.return?.();
  });

  it('releases a waiting reader that disconnects', async () => {
    const feed = await t.client.events.follow({});
    const waiting = feed.next();
    await feed.return?.();
    expect(await waiting).toMatchObject({ done: true });
    const abort = new AbortController();
    const second = await t.client.events.follow({}, { signal: abort.signal });
    const alsoWaiting = second.next();
    abort.abort();
    expect(await alsoWaiting).toMatchObject({ done: true });
  });
});
