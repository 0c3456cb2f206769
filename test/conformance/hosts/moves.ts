import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostDriver, VmSpec } from '../../../engine/ports/host-driver';
import { go, newVnic, seenVm } from './fixtures';
import { type Bed, type HostKind, blockName } from './kind';

/** A VM that is carried from one host to another of its kind, file by file. */
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

    /** What the engine does between two drivers. */
    async function carry(spec: VmSpec, source: HostDriver, target: HostDriver): Promise<void> {
      const pack = await source.vms.mover.pack(spec, go);
      const { missing, roomBytes } = await target.vms.mover.expect(spec, pack, go);
      expect(roomBytes).toBeGreaterThan(0);
      for (const file of missing) {
        const content = source.vms.mover.read(spec.id, file, go);
        const there = await target.vms.mover.receive(spec.id, file, content, go);
        expect(there).toBe(await source.vms.mover.hash(spec.id, file, go));
      }
      await target.vms.mover.land(spec, pack, go);
    }

    it('is there with its vNICs once it has landed, and gone where it is discarded', async () => {
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

    it('does not mind being asked to discard what is not there, twice', async () => {
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
