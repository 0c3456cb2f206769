import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

let t: TestEngine;
beforeEach(async () => {
  t = new TestEngine();
  await t.engine.start();
});
afterEach(() => t.close());

const most = async () =>
  Math.max(...(await t.client.hosts.list({})).map(({ capabilities }) => capabilities?.cpus ?? 0));

it.each([
  ['cpus', { cpus: 512 }],
  ['memoryMiB', { memoryMiB: 4_194_304 }],
])('a VM that no host of its cluster could run is refused when it is created or changed (%s)', async (field, size) => {
  await t.addHosts(2);
  await expect(t.client.vms.add({ name: 'big', ...size })).rejects.toMatchObject({
    ...{
      code: 'NO_CAPACITY',
      data: { field, rule: 'O2', remedy: { note: expect.stringContaining('at most') as string } },
    },
  });
  expect(await t.client.vms.list({})).toEqual([]);
  await t.client.vms.add({ name: 'big', cpus: await most() });
  await expect(t.client.vms.update({ vm: 'big', ...size })).rejects.toMatchObject({ code: 'NO_CAPACITY' });
  await t.client.vms.update({ vm: 'big', cpus: 1 });
});

it('a VM of any size waits for its host in a cluster without hosts', async () => {
  await t.client.vms.add({ name: 'big', cpus: 512 });
  expect(await t.client.vms.list({})).toMatchObject([{ cpus: 512 }]);
});
