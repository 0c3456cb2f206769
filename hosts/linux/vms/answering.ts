import type { VmDriver } from '../../../engine/ports/host-driver';
import type { LibvirtPulse } from './pulse';

/** The same driver, which fails soon instead of waiting for a libvirt that hangs. What only reads or writes files is left as it is. */
export function answering(driver: VmDriver, pulse: LibvirtPulse): VmDriver {
  const { mover, snapshots } = driver;
  return {
    ...driver,
    define: (spec, signal, progress) => pulse.guard(signal, (inner) => driver.define(spec, inner, progress)),
    adopt: (vmId, vnics, signal) => pulse.guard(signal, (inner) => driver.adopt(vmId, vnics, inner)),
    release: (vmId, signal) => pulse.guard(signal, (inner) => driver.release(vmId, inner)),
    act: (vmId, verb, signal) => pulse.guard(signal, (inner) => driver.act(vmId, verb, inner)),
    remove: (vmId, disks, signal) => pulse.guard(signal, (inner) => driver.remove(vmId, disks, inner)),
    plug: (vmId, vnic, signal) => pulse.guard(signal, (inner) => driver.plug(vmId, vnic, inner)),
    unplug: (vmId, vnic, signal) => pulse.guard(signal, (inner) => driver.unplug(vmId, vnic, inner)),
    update: (vmId, vnic, signal) => pulse.guard(signal, (inner) => driver.update(vmId, vnic, inner)),
    openScreen: (vmId, signal) => pulse.guard(signal, (inner) => driver.openScreen(vmId, inner)),
    mover: {
      ...mover,
      pack: (spec, signal) => pulse.guard(signal, (inner) => mover.pack(spec, inner)),
      expect: (spec, pack, signal) => pulse.guard(signal, (inner) => mover.expect(spec, pack, inner)),
      land: (spec, pack, signal, choice) => pulse.guard(signal, (inner) => mover.land(spec, pack, inner, choice)),
      discard: (vmId, signal) => pulse.guard(signal, (inner) => mover.discard(vmId, inner)),
    },
    snapshots: {
      ...snapshots,
      freeze: (vmIds, signal) => pulse.guard(signal, (inner) => snapshots.freeze(vmIds, inner)),
      thaw: (vmIds, signal) => pulse.guard(signal, (inner) => snapshots.thaw(vmIds, inner)),
      take: (snapshotId, vmId, signal) => pulse.guard(signal, (inner) => snapshots.take(snapshotId, vmId, inner)),
      wake: (snapshotId, vmId, signal) => pulse.guard(signal, (inner) => snapshots.wake(snapshotId, vmId, inner)),
      revert: (snapshotId, vmId, signal) => pulse.guard(signal, (inner) => snapshots.revert(snapshotId, vmId, inner)),
      forget: (snapshotId, vmIds, signal) => pulse.guard(signal, (inner) => snapshots.forget(snapshotId, vmIds, inner)),
      renew: (vmId, signal) => pulse.guard(signal, (inner) => snapshots.renew(vmId, inner)),
    },
  };
}
