import type { WantedHost } from '../plan/model/wanted';
import type { ObservedBridge, ObservedHost, ObservedVm } from '../ports/observed';
import type { SettledState } from './record/result';

/** Milliseconds for which a tap that no VM owns is ignored. */
export const GRACE_MS = 300;

/**
 * Removes from an observation what must not be planned for yet: the taps of VMs that Atoll is changing, and new taps that no VM
 * owns. QEMU's tap is on the bridge some time before libvirt names it in the domain, so a VM that is starting would otherwise be
 * unplugged.
 */
export class InFlightFilter {
  private readonly since = new Map<string, number>();

  /** `busy`: whether Atoll is changing a VM now; `anyBusy`: whether there is one on this host; `now` in milliseconds. */
  settledPart(
    wanted: WantedHost,
    observed: ObservedHost,
    busy: (vmId: string) => boolean,
    anyBusy: boolean,
    now: number,
  ): SettledState {
    const vms = observed.vms?.filter((vm) => !busy(vm.id)) ?? null;
    const inMotion = tapsOf(observed.vms?.filter((vm) => busy(vm.id)) ?? []);
    const known = tapsOf(vms ?? []);
    const unowned = new Set<string>();
    const leftOut = (port: ObservedBridge['ports'][number]): boolean => {
      // A tap that no VM owns, but known: the NIC of the uplink.
      if (port.name === wanted.outside?.nic) return false;
      if (inMotion.has(port.name)) return true;
      if (port.kind !== 'tap' || known.has(port.name) || observed.vms === null) return false;
      unowned.add(port.name);
      return anyBusy || now - this.firstSeen(port.name, now) < GRACE_MS;
    };
    const adopts = new Set(wanted.adopts);
    const imported = new Set(wanted.bridges.flatMap((spec) => (adopts.has(spec.networkId) ? [spec.bridge] : [])));
    let unsettled = inMotion.size > 0;
    const bridges = observed.bridges.map((bridge) => {
      const { owner } = bridge;
      const isOurs = owner?.storeId === wanted.storeId || (owner !== null && owner.storeId === wanted.takesOver);
      if (!isOurs && !imported.has(bridge.name)) return bridge;
      const ports = bridge.ports.filter((port) => !leftOut(port));
      if (ports.length === bridge.ports.length) return bridge;
      unsettled = true;
      return { ...bridge, ports };
    });
    for (const name of this.since.keys()) if (!unowned.has(name)) this.since.delete(name);
    return {
      wanted: { ...wanted, taps: wanted.taps.filter((tap) => !busy(tap.vmId)) },
      observed: { ...observed, vms, bridges },
      unsettled,
    };
  }

  private firstSeen(name: string, now: number): number {
    // A clock that was set back must not extend the grace period until it has caught up.
    const first = Math.min(this.since.get(name) ?? now, now);
    this.since.set(name, first);
    return first;
  }
}

function tapsOf(vms: readonly ObservedVm[]): Set<string> {
  return new Set(vms.flatMap((vm) => vm.vnics.flatMap((vnic) => vnic.tap ?? [])));
}
