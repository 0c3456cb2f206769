import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

const TIB = 1024 ** 4;

describe('a full copy of an image', () => {
  let t: TestEngine;
  let one = '';
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [one = ''] = await t.addHosts(1);
    await t.done(t.client.images.add({ name: 'debian', path: '/debian.qcow2' }));
  });
  afterEach(() => t.close());

  const boot = { kind: 'image', image: 'debian', copy: 'full' } as const;
  const bootOf = async (vm: string) => (await t.client.vms.show({ vm })).boot;

  it('needs the image until its first start, which copies it, and never again', async () => {
    const { preview } = await t.client.vms.add({ name: 'db', boot: { ...boot, diskBytes: 1024 ** 3 }, dryRun: true });
    expect(preview?.summary).toMatchObject([
      { type: 'preview.vm.add' },
      { type: 'preview.vm.full_copy', params: { bytes: 1024 ** 3 } },
    ]);
    await t.client.vms.add({ name: 'db', boot });
    const used = { code: 'RULE_BROKEN', data: { rule: 'O3', field: 'image' } };
    await expect(t.client.images.remove({ image: 'debian' })).rejects.toMatchObject(used);
    await t.done(t.client.vms.start({ vm: 'db' }));
    const copied = { copy: 'full', imageId: null, copiedFrom: 'debian' };
    expect(await bootOf('db')).toMatchObject(copied);
    await t.done(t.client.images.remove({ image: 'debian' }));
    await t.done(t.client.vms.stop({ vm: 'db' }));
    await t.done(t.client.vms.start({ vm: 'db' }));
    await t.done(t.client.vms.stop({ vm: 'db' }));
    await t.done(t.client.vms.clone({ vm: 'db', name: 'db2' }));
    expect(await bootOf('db2')).toMatchObject(copied);
    await t.done(t.client.vms.start({ vm: 'db2' }));
    await t.done(t.client.vms.remove({ vm: 'db' }));
    await t.done(t.client.undo.run({}));
    expect(await bootOf('db')).toMatchObject(copied);
  });

  it('is a thin one unless asked otherwise, and then keeps the image', async () => {
    await t.done(t.client.vms.add({ name: 'db', boot: { kind: 'image', image: 'debian' }, start: true }));
    expect(await bootOf('db')).toMatchObject({ copy: 'thin', copiedFrom: null });
    await expect(t.client.images.remove({ image: 'debian' })).rejects.toMatchObject({ code: 'RULE_BROKEN' });
  });

  it('is refused where there is no room for it, before anything changes', async () => {
    const asked = { name: 'db', boot: { ...boot, diskBytes: 60 * TIB } };
    await expect(t.client.vms.add(asked)).rejects.toMatchObject({
      ...{ code: 'NO_CAPACITY', data: { rule: 'DISKS', field: 'boot.copy' } },
    });
    expect(await t.client.vms.list({})).toEqual([]);
    const { disks } = t.fleet.machine(one).vms;
    const { room } = disks;
    await t.client.vms.add({ name: 'db', boot: { ...boot, diskBytes: 1024 ** 3 } });
    disks.room = () => Promise.resolve(1);
    const job = await t.ended(t.client.vms.start({ vm: 'db' }));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'NO_CAPACITY' } });
    disks.room = room;
    await t.done(t.client.vms.start({ vm: 'db' }));
  });

  it('shows its progress, and leaves no half copy when it is cancelled', async () => {
    const { vms } = t.fleet.machine(one);
    const { define } = vms;
    await t.client.vms.add({ name: 'db', boot });
    const { job } = await new Promise<{ job: string | null }>((resolve) => {
      vms.define = (_spec, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      void t.client.vms.start({ vm: 'db' }).then(resolve);
    });
    await t.client.jobs.cancel({ job: job ?? '' });
    await expect.poll(async () => (await t.client.jobs.show({ job: job ?? '' })).state).toBe('cancelled');
    expect(await bootOf('db')).toMatchObject({ copiedFrom: null });
    vms.define = define;
    await t.done(t.client.vms.start({ vm: 'db' }));
    expect(await bootOf('db')).toMatchObject({ copiedFrom: 'debian' });
  });

  it('is in a lab file, which finds the VM again without its image', async () => {
    await t.done(t.client.vms.add({ name: 'db', boot, start: true }));
    const { text } = await t.client.labfile.export({});
    expect(text).toContain('copy: full');
    await t.done(t.client.images.remove({ image: 'debian' }));
    await t.client.labfile.apply({ text });
    const thin = text.replace('copy: full', 'copy: thin');
    await expect(t.client.labfile.apply({ text: thin })).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
