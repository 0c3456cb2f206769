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

  it('belong to the requesting user, are stored, and published live', async () => {
    const { user, preferences } = await t.client.preferences.show();
    expect(preferences).toEqual({ mapAspect: null, mapUnfolded: [], tables: {} });
    const feed = await t.client.live.follow();
    await feed.next();
    const kept = await t.client.preferences.keep({ mapUnfolded: ['n/h'] });
    expect(kept).toMatchObject({ user, preferences: { mapAspect: null, mapUnfolded: ['n/h'], tables: {} } });
    const { changes } = (await feed.next()).value as LiveBatch;
    expect(changes).toEqual([{ kind: 'preferences', id: user, value: kept.preferences }]);
    expect(await t.client.preferences.show()).toEqual({ user, preferences: kept.preferences });
    await feed.return?.();
  });

  it('store the columns of each table separately', async () => {
    const vms = { order: ['state', 'name'], hidden: ['memory'] };
    const { preferences } = await t.client.preferences.keep({ tables: { vms } });
    expect(preferences.tables).toEqual({ vms });
  });

  it('are limited, and only known ones are stored', async () => {
    const before = await t.client.preferences.show();
    const refused = async (input: object, field: string) =>
      expect(t.client.preferences.keep(input)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field } });
    await refused({ mapAspect: 1e9 }, 'mapAspect');
    await refused({ mapUnfolded: Array.from({ length: 2001 }, (_, i) => `i${i}`) }, 'mapUnfolded');
    await refused({ tables: { vms: { order: ['x'.repeat(41)], hidden: [] } } }, 'tables.vms.order.0');
    await refused({ tables: { nothing: { order: [], hidden: [] } } }, 'tables');
    await expect(t.client.preferences.keep({ theme: 'pink' } as object)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(t.client.preferences.keep({ user: 'root' } as object)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await t.client.preferences.keep({ mapAspect: 2, dryRun: true });
    expect(await t.client.preferences.show()).toEqual(before);
  });
});
