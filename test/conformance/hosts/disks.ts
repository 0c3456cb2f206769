import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DiskSpec, VmSpec } from '../../../engine/ports/host-driver';
import { go, seenVm, tinyVm } from './fixtures';
import type { Bed, HostKind } from './kind';

const MIB = 1024 * 1024;

/** Disks besides the boot source. `start` defines, starts and later removes a VM. */
export function diskTests({ noHotDisks }: HostKind, bed: () => Bed, start: (spec: VmSpec) => Promise<unknown>): void {
  const driver = () => bed().host.vms;
  const newDisk = (more: Partial<DiskSpec> = {}): DiskSpec => ({
    ...{ id: randomUUID(), bus: 'virtio', format: 'qcow2', sizeBytes: 8 * MIB, readOnly: false, discard: true },
    ...more,
  });
  const sizes = async (spec: VmSpec) =>
    (await driver().disks.usage(spec, go)).map(({ id, virtualBytes }) => [id, virtualBytes]);

  it('starts a VM with a disk on each bus, which grow, go to the trash and come back', async () => {
    const disks = [newDisk(), newDisk({ bus: 'sata', format: 'raw' }), newDisk({ bus: 'scsi', readOnly: true })];
    const spec: VmSpec = { ...tinyVm('cf-disks', []), disks };
    expect(await driver().disks.room(go)).toBeGreaterThan(0);
    const path = await driver().disks.create(spec.id, disks[0]!, go);
    expect(await driver().disks.create(spec.id, disks[0]!, go)).toBe(path);
    await start(spec);
    expect(await sizes(spec)).toEqual(disks.map(({ id, sizeBytes }) => [id, sizeBytes]));
    // While it runs, and later while it is down.
    const bigger = disks.slice(0, 2).map((disk) => ({ ...disk, sizeBytes: 12 * MIB }));
    for (const disk of bigger) await driver().disks.grow(spec.id, disk, go);
    expect((await sizes({ ...spec, disks: bigger })).slice(0, 2)).toEqual(bigger.map(({ id }) => [id, 12 * MIB]));
    const hot = noHotDisks === null ? [newDisk(), newDisk({ bus: 'scsi', format: 'raw' })] : [];
    for (const disk of [...hot, ...hot]) await driver().disks.plug(spec.id, disk, go);
    expect(await sizes({ ...spec, disks: hot })).toEqual(hot.map(({ id }) => [id, 8 * MIB]));
    await driver().act(spec.id, 'stop', go);
    for (const disk of hot) expect(await driver().disks.trash(spec.id, disk, go)).toBe(true);

    const grown = disks.map((disk) => ({ ...disk, sizeBytes: 16 * MIB }));
    for (const disk of grown) await driver().disks.grow(spec.id, disk, go);
    for (const disk of grown) await driver().disks.grow(spec.id, disk, go);
    const large: VmSpec = { ...spec, disks: grown };
    expect(await sizes(large)).toEqual(grown.map(({ id }) => [id, 16 * MIB]));

    const [first, ...rest] = grown;
    expect(await driver().disks.trash(spec.id, first!, go)).toBe(true);
    expect(await driver().disks.trash(spec.id, first!, go)).toBe(true);
    // The definition no longer names it: the VM starts, and can be in a snapshot.
    await driver().act(spec.id, 'start', go);
    await driver().act(spec.id, 'stop', go);
    await driver().define({ ...spec, disks: rest }, go);
    await driver().disks.untrash(spec.id, first!, go);
    await driver().disks.untrash(spec.id, first!, go);
    await driver().define(large, go);
    expect(await sizes(large)).toEqual(grown.map(({ id }) => [id, 16 * MIB]));
    await driver().act(spec.id, 'start', go);
  });

  it('gives a disk of one VM to another, with its content', async () => {
    const disk = newDisk();
    const [from, to]: [VmSpec, VmSpec] = [{ ...tinyVm('cf-from', []), disks: [disk] }, tinyVm('cf-to', [])];
    try {
      await driver().define(from, go);
      await driver().disks.grow(from.id, { ...disk, sizeBytes: 12 * MIB }, go);
      const path = await driver().disks.give(from.id, disk, to.id, go);
      expect(await driver().disks.give(from.id, disk, to.id, go)).toBe(path);
      const large = { ...disk, sizeBytes: 12 * MIB };
      await driver().define({ ...from, disks: [] }, go);
      await driver().define({ ...to, disks: [large] }, go);
      expect(await driver().disks.usage({ ...to, disks: [large] }, go)).toMatchObject([
        { id: disk.id, path, virtualBytes: 12 * MIB },
      ]);
    } finally {
      for (const { id } of [from, to]) await driver().remove(id, 'delete', go);
    }
  });

  it('makes a disk of the content of a file, once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-fill-'));
    const path = join(folder, randomUUID());
    writeFileSync(path, Buffer.alloc(MIB, 'x'));
    const [disk, raw] = [newDisk({ sizeBytes: MIB }), newDisk({ sizeBytes: MIB, format: 'raw' })];
    const spec: VmSpec = { ...tinyVm('cf-filled', []), disks: [disk, raw] };
    try {
      const made = await driver().disks.fill(spec.id, disk, { path, format: 'raw' }, go);
      expect(await driver().disks.fill(spec.id, disk, { path, format: 'raw' }, go)).toBe(made);
      await driver().disks.fill(spec.id, raw, { path, format: 'raw' }, go);
      await driver().define(spec, go);
      expect(await sizes(spec)).toEqual([disk, raw].map(({ id }) => [id, MIB]));
    } finally {
      await driver().mover.discard(spec.id, go);
      rmSync(folder, { recursive: true });
    }
  });

  it('copies a VM with its disks, once, and reads a disk', async () => {
    const disks = [newDisk(), newDisk({ format: 'raw' })];
    const spec: VmSpec = { ...tinyVm('cf-original', []), disks };
    const to: VmSpec = { ...tinyVm('cf-copy', []), disks: disks.map((disk) => ({ ...disk, id: randomUUID() })) };
    const copied = disks.map((from, i) => ({ from, to: to.disks![i]! }));
    const { copies, mover } = driver();
    try {
      await expect(copies.open(spec, disks[0]!.id, go)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await driver().define(spec, go);
      for (const _time of [1, 2]) {
        await copies.copy(spec, to, copied, go);
        expect(await copies.define(spec, to, copied, go)).toEqual([]);
      }
      expect(await sizes(to)).toEqual(to.disks!.map(({ id, sizeBytes }) => [id, sizeBytes]));
      expect(await seenVm(bed().host, to.id)).toMatchObject({ state: 'down', ours: true });
      const content = await copies.open(to, to.disks![0]!.id, go);
      expect(content).toMatchObject({ format: 'qcow2', isOverlay: false });
      const chunks: Uint8Array[] = [];
      for await (const chunk of content.read(go)) chunks.push(chunk);
      const all = Buffer.concat(chunks);
      expect([all.length, all.subarray(0, 3).toString()]).toEqual([content.bytes, 'QFI']);
    } finally {
      for (const { id } of [spec, to]) await mover.discard(id, go);
    }
  });
}
