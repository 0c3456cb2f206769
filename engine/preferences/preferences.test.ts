import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveBatch } from '../../contract';
import { TestEngine } from '../../test/support/test-engine';

describe('preferences', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  it('are of the person who asks, kept and told live', async () => {
    const { user, preferences } = await t.client.preferences.show();
    expect(preferences).toEqual({ mapAspect: null, mapUnfolded: [] });
    const feed = await t.client.live.follow();
    await feed.next();
    const kept = await t.client.preferences.keep({ mapUnfolded: ['n/h'] });
    expect(kept).toMatchObject({ user, preferences: { mapAspect: null, mapUnfolded: ['n/h'] } });
    const { changes } = (await feed.next()).value as LiveBatch;
    expect(changes).toEqual([{ kind: 'preferences', id: user, value: kept.preferences }]);
    expect(await t.client.preferences.show()).toEqual({ user, preferences: kept.preferences });
    await feed.return?.();
  });

  it('are bounded, and only what is known is kept', async () => {
    const before = await t.client.preferences.show();
    const refused = async (input: object, field: string) =>
      expect(t.client.preferences.keep(input)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field } });
    await refused({ mapAspect: 1e9 }, 'mapAspect');
    await refused({ mapUnfolded: Array.from({ length: 2001 }, (_, i) => `i${i}`) }, 'mapUnfolded');
    await expect(t.client.preferences.keep({ theme: 'pink' } as object)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(t.client.preferences.keep({ user: 'root' } as object)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await t.client.preferences.keep({ mapAspect: 2, dryRun: true });
    expect(await t.client.preferences.show()).toEqual(before);
  });
});
