import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../contract';
import { TestEngine } from '../../test/support/test-engine';

describe('the format of a disk that a user named', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.addHosts(1);
  });
  afterEach(() => t.close());

  const add = (name: string, path: string, format?: 'qcow2' | 'raw') =>
    t.client.vms.add({ name, boot: { kind: 'disk', path, ...(format ? { format } : {}) } });
  const formatOf = async (vm: string) => {
    const { boot } = await t.client.vms.show({ vm });
    return boot.kind === 'disk' ? boot.format : undefined;
  };

  it('is stored when the VM is added, and never detected again', async () => {
    t.fleet.disks.set('/d', 'raw');
    await add('web', '/d');
    expect(await formatOf('web')).toBe('raw');
    // What the guest writes into its raw disk.
    t.fleet.disks.set('/d', 'qcow2');
    await t.done(t.client.vms.start({ vm: 'web' }));
    await t.done(t.client.vms.stop({ vm: 'web' }));
    await t.done(t.client.vms.remove({ vm: 'web' }));
    await t.done(t.client.undo.run({}));
    await t.done(t.client.vms.start({ vm: 'web' }));
    expect(await formatOf('web')).toBe('raw');
  });

  it('is that of another VM with the same disk, whatever the file now contains', async () => {
    t.fleet.disks.set('/d', 'raw');
    await add('one', '/d');
    t.fleet.disks.set('/d', 'qcow2');
    await add('two', '/d');
    expect(await formatOf('two')).toBe('raw');
    await expect(add('three', '/d', 'qcow2')).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { field: 'boot.format' },
    });
  });

  it('is the one that the user specifies', async () => {
    await add('web', '/d.img', 'qcow2');
    expect(await formatOf('web')).toBe('qcow2');
  });

  it('is detected by the host if nobody has specified it, and stored', async () => {
    await add('web', '/d.qcow2');
    const { id, boot } = (await t.client.vms.show({ vm: 'web' })) as {
      id: string;
      boot: { kind: 'disk'; path: string };
    };
    t.store.transaction((tx) => tx.vms.update(id, { boot: { ...boot, format: null } }));
    await t.done(t.client.vms.start({ vm: 'web' }));
    expect(await formatOf('web')).toBe('qcow2');
  });

  it('is refused with the file if it depends on others, also in a lab file', async () => {
    const evil = new AppError('BAD_INPUT', 'The disk /evil depends on another file', { field: 'boot.path' });
    t.fleet.disks.set('/evil', evil);
    await expect(add('web', '/evil')).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'boot.path' } });
    const text = 'atoll: 1\ndataCenter: Default\nvms:\n  - name: web\n    boot: {kind: disk, path: /evil}\n';
    await expect(t.client.labfile.apply({ text, allowFiles: true })).rejects.toMatchObject({
      message: expect.stringMatching(/^line 4: .*depends on another file/) as string,
    });
    expect(await t.client.vms.list({})).toEqual([]);
  });

  it('is exported to a lab file and applied from it', async () => {
    await add('web', '/d.qcow2');
    const { text } = await t.client.labfile.export({});
    expect(text).toContain('format: qcow2');
    const again = await t.client.labfile.apply({ text });
    expect(again.plan).toEqual([{ type: 'preview.labfile.nothing', params: {} }]);
  });
});
