import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

const GIB = 1024 ** 3;

describe('an image of a VM', () => {
  let t: TestEngine;
  let one = '';
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [one = ''] = await t.addHosts(1);
    await t.done(t.client.images.add({ name: 'debian', path: '/debian.qcow2' }));
  });
  afterEach(() => t.close());

  const addUsed = async (more: object) => {
    await t.done(t.client.vms.add({ name: 'db', host: 'sim1', start: true, ...more }));
    await t.done(t.client.vms.stop({ vm: 'db' }));
  };
  const names = async () => (await t.client.images.list()).map(({ name }) => name);
  const make = (name = 'template') => t.client.images.addFromVm({ vm: 'db', name });

  it.each([
    ['an image', { boot: { kind: 'image', image: 'debian' } }, 'disk.qcow2', true],
    ['a file', { boot: { kind: 'disk', path: '/mine.qcow2' } }, '/mine.qcow2', false],
    ['its disks', { boot: { kind: 'devices' }, disks: [{ sizeBytes: GIB }, { sizeBytes: GIB }] }, 'disk-', false],
  ])('that boots %s is made of that disk', async (_what, more, path, isOverlay) => {
    await addUsed(more);
    const { copies } = t.fleet.machine(one).vms;
    const { open } = copies;
    const opened: Awaited<ReturnType<typeof open>>[] = [];
    copies.open = async (...args) => {
      const content = await open.apply(copies, args);
      opened.push(content);
      return content;
    };
    const job = await t.done(make());
    expect(opened).toMatchObject([{ path: expect.stringContaining(path) as string, isOverlay }]);
    expect(job?.steps[0]?.message).toMatchObject({ type: 'result.image_made' });
    expect(await t.client.images.list()).toMatchObject([{ name: 'debian' }, { name: 'template', format: 'qcow2' }]);
    expect((await t.client.vms.show({ vm: 'db' })).state).toBe('down');
    await t.client.vms.add({ name: 'new', boot: { kind: 'image', image: 'template' } });
  });

  it('is refused of a VM that runs, has no disk, or has none yet, and under a name that is taken', async () => {
    await addUsed({ boot: { kind: 'image', image: 'debian' } });
    await expect(make('debian')).rejects.toMatchObject({ code: 'CONFLICT', data: { field: 'name' } });
    await t.done(t.client.vms.start({ vm: 'db' }));
    await expect(make()).rejects.toMatchObject({ code: 'STATE_ILLEGAL', data: { field: 'vm' } });
    await t.client.vms.add({ name: 'tiny' });
    await t.client.vms.add({ name: 'new', boot: { kind: 'image', image: 'debian' } });
    for (const vm of ['tiny', 'new'])
      await expect(t.client.images.addFromVm({ vm, name: 'x' })).rejects.toMatchObject({
        code: 'RULE_BROKEN',
        data: { rule: 'IMAGE_SOURCE', field: 'vm' },
      });
  });

  it('is not added if the copy fails, and the VM is unchanged', async () => {
    await addUsed({ boot: { kind: 'image', image: 'debian' } });
    const { copies } = t.fleet.machine(one).vms;
    copies.open = () => Promise.reject(new Error('cut off'));
    expect((await t.ended(make()))?.state).toBe('failed');
    expect(await names()).toEqual(['debian']);
    await t.done(t.client.vms.start({ vm: 'db' }));
  });
});
