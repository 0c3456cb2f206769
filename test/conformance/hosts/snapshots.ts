import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { VmSpec } from '../../../engine/ports/host-driver';
import { eventually } from '../../support/eventually';
import { go, made, newVnic, seenBridge, seenVm, tinyVm } from './fixtures';
import type { Bed } from './kind';

/** Snapshots of a group of VMs. `start` defines, starts and later removes a VM. */
export function snapshotTests(bed: () => Bed, start: (spec: VmSpec) => Promise<unknown>, patienceMs: number): void {
  const snapshots = () => bed().host.vms.snapshots;
  const reaches = (id: string, state: string) =>
    eventually(
      `VM ${id} to be ${state}`,
      patienceMs,
      async () => (await seenVm(bed().host, id))?.state === state || undefined,
    );

  it('saves two running VMs at one moment, resumes them, and reverts both to it', async () => {
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

  it('resumes paused VMs when the snapshot is abandoned', async () => {
    const spec = tinyVm('cf-thawed', []);
    await start(spec);
    await snapshots().freeze([spec.id], go);
    await snapshots().thaw([spec.id], go);
    await snapshots().thaw([spec.id], go);
    await reaches(spec.id, 'up');
  });

  it('does nothing for VMs that are down or unknown', async () => {
    const [id, unknown, spec] = [randomUUID(), randomUUID(), tinyVm('cf-cold', [])];
    await start(spec);
    await bed().host.vms.act(spec.id, 'stop', go);
    await snapshots().freeze([spec.id, unknown], go);
    for (const vmId of [spec.id, unknown]) {
      await snapshots().take(id, vmId, go);
      await snapshots().wake(id, vmId, go);
    }
    await snapshots().copyDisks(spec.id, unknown, [], go);
    await snapshots().renew(spec.id, go);
    await snapshots().renew(unknown, go);
    expect((await seenVm(bed().host, spec.id))?.state).toBe('down');
    await snapshots().forget(id, [spec.id, unknown], go);
  });
}
