import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostDriver, VmFile, VmPack, VmSpec } from '../../../engine/ports/host-driver';
import { NO_CHOICE } from '../../../hosts/packs';
import { go, newVnic, seenVm } from './fixtures';
import { type Bed, type HostKind, blockName } from './kind';

/** A VM that is moved from one host to another of its kind, file by file. */
export function moveTests(kind: HostKind): void {
  describe.skipIf(kind.missingForVms !== null)(blockName('moving VMs', kind.missingForVms), () => {
    let from: Bed;
    let to: Bed;
    beforeAll(async () => {
      from = await kind.open();
      to = await kind.open();
      await from.host.connect(go);
      await to.host.connect(go);
    });
    afterAll(async () => {
      await from.dispose();
      await to.dispose();
    });

    const tiny = (): VmSpec => ({
      ...{ id: crypto.randomUUID(), name: 'cf-moved', memoryMiB: 192, cpus: 1 },
      ...{ boot: { kind: 'tiny', addresses: [] }, vnics: [newVnic('cf-move')] },
    });

    /** The engine's part between two drivers. */
    async function carry(spec: VmSpec, source: HostDriver, target: HostDriver): Promise<void> {
      const pack = await source.vms.mover.pack(spec, go);
      const { missing, roomBytes } = await target.vms.mover.expect(spec, pack, go);
      expect(roomBytes).toBeGreaterThan(0);
      for (const file of missing) {
        const content = source.vms.mover.read(spec.id, file, go);
        const there = await target.vms.mover.receive(spec.id, file, content, go);
        expect(there).toBe(await source.vms.mover.hash(spec.id, file, go));
      }
      await target.vms.mover.land(spec, pack, go, NO_CHOICE);
    }

    it('exists with its vNICs once it has landed, and is gone where it is discarded', async () => {
      const spec = tiny();
      await from.host.vms.define(spec, go);
      await carry(spec, from.host, to.host);
      const landed = await seenVm(to.host, spec.id);
      expect(landed?.vnics.map(({ mac }) => mac)).toEqual(spec.vnics.map(({ mac }) => mac));
      await from.host.vms.mover.discard(spec.id, go);
      expect(await seenVm(from.host, spec.id)).toBeUndefined();
      await to.host.vms.mover.discard(spec.id, go);
      expect(await seenVm(to.host, spec.id)).toBeUndefined();
    });

    const small = (name: string, bytes = 4): VmFile => ({ name, path: `/nowhere/${name}`, bytes, allocated: bytes });
    /** A pack from a compromised host. */
    async function hostile(spec: VmSpec, ...files: VmFile[]): Promise<VmPack> {
      await from.host.vms.define(spec, go);
      const pack = await from.host.vms.mover.pack(spec, go);
      await from.host.vms.mover.discard(spec.id, go);
      return { ...pack, files };
    }
    async function* stream(...chunks: string[]): AsyncGenerator<Uint8Array> {
      for (const chunk of chunks) yield Buffer.from(chunk);
    }

    it.each([
      ['in a folder above', '../x'],
      ['of an absolute path', '/x'],
      ['of two lines', 'a\nb'],
      ['of a folder below', 'link/x'],
      ['that ends in a folder', 'x/..'],
      ['that is a folder', '.'],
      ['like an option', '-x'],
      ['with a NUL', 'a\0b'],
      ['of nothing', ''],
      ['that is too long', 'x'.repeat(256)],
      ['with a backslash', 'a\\b'],
    ])('refuses a pack with a file %s', async (_what, name) => {
      const spec = tiny();
      const pack = await hostile(spec, small('sound'), small(name));
      const { mover } = to.host.vms;
      await expect(mover.expect(spec, pack, go)).rejects.toMatchObject({ code: 'BAD_INPUT', rule: 'MOVE' });
      await expect(mover.receive(spec.id, small(name), stream('evil'), go)).rejects.toMatchObject({ rule: 'MOVE' });
      await expect(mover.land(spec, pack, go, NO_CHOICE)).rejects.toMatchObject({ code: 'BAD_INPUT' });
      expect(await seenVm(to.host, spec.id)).toBeUndefined();
    });

    it.each([
      ['too many files', Array.from({ length: 100 }, (_, n) => small(`f${n}`))],
      ['two files of one name', [small('x'), small('x')]],
      ['a file of an endless size', [small('x', Number.MAX_SAFE_INTEGER)]],
      ['a file of no size', [{ ...small('x'), bytes: Number.NaN }]],
      ['a file of less than nothing', [small('x', -1)]],
      ['a file that takes up less than nothing', [{ ...small('x'), allocated: -1 }]],
    ])('refuses a pack with %s', async (_what, files) => {
      const spec = tiny();
      const pack = await hostile(spec, ...files);
      const refused = to.host.vms.mover.expect(spec, pack, go);
      await expect(refused).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'vm' });
    });

    it('accepts what a pack announced, each file once', async () => {
      const spec = tiny();
      const { mover } = to.host.vms;
      await mover.expect(spec, await hostile(spec, small('a')), go);
      const refusal = { rule: 'MOVE', code: 'BAD_INPUT' };
      await expect(mover.receive(spec.id, small('b'), stream('evil'), go)).rejects.toMatchObject(refusal);
      await expect(mover.receive(spec.id, small('../a'), stream('evil'), go)).rejects.toMatchObject(refusal);
      await expect(mover.receive(spec.id, small('a', 5), stream('evil!'), go)).rejects.toMatchObject(refusal);
      expect(await mover.receive(spec.id, small('a'), stream('ev', 'il'), go)).toBe(
        createHash('sha256').update('evil').digest('hex'),
      );
      await expect(mover.receive(spec.id, small('a'), stream('more'), go)).rejects.toMatchObject(refusal);
      await mover.discard(spec.id, go);
      await expect(mover.receive(spec.id, small('a'), stream('evil'), go)).rejects.toMatchObject({
        code: 'STATE_ILLEGAL',
      });
    });

    it('stops an endless file', async () => {
      const spec = tiny();
      const { mover } = to.host.vms;
      let read = 0;
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (;;) {
          read += 65_536;
          yield Buffer.alloc(65_536, read);
        }
      }
      await mover.expect(spec, await hostile(spec, small('x', 100_000)), go);
      await expect(mover.receive(spec.id, small('x', 100_000), endless(), go)).rejects.toThrow('is longer than');
      expect(read).toBeLessThan(16 * 1_048_576);
      await mover.discard(spec.id, go);
    });

    it('accepts discarding twice what does not exist', async () => {
      const spec = tiny();
      await to.host.vms.mover.discard(spec.id, go);
      await to.host.vms.mover.discard(spec.id, go);
    });

    it('packs nothing of a VM that was never defined, and lands nothing', async () => {
      const spec = tiny();
      await carry(spec, from.host, to.host);
      expect(await seenVm(to.host, spec.id)).toBeUndefined();
    });

    it('can come back to the host that it has left', async () => {
      const spec = tiny();
      await from.host.vms.define(spec, go);
      await carry(spec, from.host, to.host);
      await from.host.vms.mover.discard(spec.id, go);
      await carry(spec, to.host, from.host);
      await to.host.vms.mover.discard(spec.id, go);
      expect(await seenVm(from.host, spec.id)).toMatchObject({ state: 'down' });
      await from.host.vms.mover.discard(spec.id, go);
    });
  });
}
