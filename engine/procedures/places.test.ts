import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

describe('data centers and clusters', () => {
  let t: TestEngine;
  beforeEach(() => {
    t = new TestEngine();
  });
  afterEach(() => t.close());

  it('exist from the start, and can be added, changed and removed', async () => {
    expect((await t.client.dataCenters.list()).map((each) => each.name)).toEqual(['Default']);
    expect((await t.client.clusters.list({})).map((each) => each.name)).toEqual(['Default']);
    const { dataCenter } = await t.client.dataCenters.add({ name: 'North', comment: 'cold' });
    await t.client.clusters.add({ name: 'Default', dataCenter: 'North' });
    expect((await t.client.clusters.show({ cluster: 'North/Default' })).dataCenterId).toBe(dataCenter.id);
    await t.client.clusters.update({ cluster: 'North/Default', name: 'Ice' });
    await t.client.dataCenters.update({ dataCenter: 'North', name: 'Arctic' });
    expect((await t.client.clusters.list({ dataCenter: 'Arctic' })).map((each) => each.name)).toEqual(['Ice']);
    await t.client.clusters.remove({ cluster: 'Ice' });
    await t.client.dataCenters.remove({ dataCenter: 'Arctic' });
    expect(await t.client.dataCenters.list()).toHaveLength(1);
  });

  it('have unique names (O5)', async () => {
    await expect(t.client.dataCenters.add({ name: 'Default' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(t.client.clusters.add({ name: 'Default' })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('are not removed while they are in use', async () => {
    await expect(t.client.dataCenters.remove({ dataCenter: 'Default' })).rejects.toMatchObject({ code: 'RULE_BROKEN' });
    await t.engine.start();
    await t.addHosts(1);
    await expect(t.client.clusters.remove({ cluster: 'Default' })).rejects.toMatchObject({
      code: 'RULE_BROKEN',
      message: 'The cluster "Default" still has "sim1"',
    });
  });
});
