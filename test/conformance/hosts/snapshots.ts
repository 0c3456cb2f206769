import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { VmSpec } from '../../../engine/ports/host-driver';
import { eventually } from '../../support/eventually';
import { go, made, newVnic, seenBridge, seenVm, tinyVm } from './fixtures';
import type { Bed } from './kind';

/** Keeping a group of VMs and putting it back. `start` defines, starts and later removes a VM. */
export function snapshotTests(bed: () => Bed, start: (spec: VmSpec) => Promise<unknown>, patienceMs: number): void {
  const snapshots = () => bed().host.vms.snapshots;
  const reaches = (id: string, state: string) =>
    eventually(
      `VM ${id} to be ${state}`,
      patienceMs,
      async () => (await seenVm(bed().host, id))?.state === state || undefined,
    );

  it('keeps two running VMs at one moment, lets them go on, and brings both back to it', async () => {
    const [net] = await made(bed());
    const [a, b] = [tinyVm('cf-kept-a', [newVnic(net!.bridge)], 1), tinyVm('cf-kept-b', [newVnic(net!.bridge)], 2)];
    await start(a);
    await start(b);
    const [id, both] = [randomUUID(), [a.id, b.id]];
    await snapshots().freeze(both, go);
    for (const vmId of both) expect((await seenVm(bed().host, vmId))?.state).toBe('paused');
    for (const vmId of both) await snapshots().take(id, vmId, go);
    for (const vmId of both) expect((await seenVm(bed().host, vmId))?.state).toBe('down');
    // as a job that is run again after a crash does
    await snapshots().freeze(both, go);
    for (const vmId of both) await snapshots().take(id, vmId, go);
    for (const vmId of both) await snapshots().wake(id, vmId, go);
    for (const vmId of both) await snapshots().wake(id, vmId, go);
    for (const vmId of both) await reaches(vmId, 'up');
    expect((await seenBridge(bed(), net!.bridge))?.ports).toHaveLength(2);

    await bed().host.vms.act(b.id, 'stop', go);
    for (const vmId of both) await snapshots().revert(id, vmId, go);
    for (const vmId of both) expect((await seenVm(bed().host, vmId))?.state).toBe('down');
    for (const vmId of both) await snapshots().wake(id, vmId, go);
    for (const vmId of both) await reaches(vmId, 'up');
    expect((await seenBridge(bed(), net!.bridge))?.ports).toHaveLength(2);

    await snapshots().forget(id, both, go);
    await snapshots().forget(id, both, go);
    await expect(snapshots().revert(id, a.id, go)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await seenVm(bed().host, a.id))?.state).toBe('up');
  });

  it('lets frozen VMs go on when the snapshot is given up', async () => {
    const spec = tinyVm('cf-thawed', []);
    await start(spec);
    await snapshots().freeze([spec.id], go);
    await snapshots().thaw([spec.id], go);
    await snapshots().thaw([spec.id], go);
    await reaches(spec.id, 'up');
  });

  it('has nothing to do for VMs that are down, or that it does not know', async () => {
    const [id, unknown, spec] = [randomUUID(), randomUUID(), tinyVm('cf-cold', [])];
    await start(spec);
    await bed().host.vms.act(spec.id, 'stop', go);
    await snapshots().freeze([spec.id, unknown], go);
    for (const vmId of [spec.id, unknown]) {
      await snapshots().take(id, vmId, go);
      await snapshots().wake(id, vmId, go);
    }
    await snapshots().copyDisks(spec.id, unknown, go);
    await snapshots().renew(spec.id, go);
    await snapshots().renew(unknown, go);
    expect((await seenVm(bed().host, spec.id))?.state).toBe('down');
    await snapshots().forget(id, [spec.id, unknown], go);
  });
}
