import type { Core } from '../context';
import { rowsOfHost, wantedFor } from '../plan/model/wanted';

/** A host that takes longer has its end forget after 300 s. */
const PATIENCE_MS = 20_000;

/**
 * Has the tunnel ends of stretched networks forget where a VM was when it has moved to another host: one that sends nothing
 * would not be found for up to 300 s. Returns the function that stops it.
 */
export function forgetMoved(core: Core): () => void {
  const { store, actors, log } = core;

  const forget = (vmId: string): void => {
    const macs = new Map<string, string[]>();
    for (const { networkId, mac } of store.vnics.ofVm(vmId))
      if (networkId !== null) macs.set(networkId, [...(macs.get(networkId) ?? []), mac]);
    const stretched = [...macs].flatMap(([id]) => store.networks.get(id)?.stretch?.hosts ?? []);
    for (const hostId of new Set(stretched)) {
      const rows = rowsOfHost(store, hostId);
      const ends = (rows && wantedFor(store.storeId, rows).tunnel)?.spec.ends ?? [];
      const groups = ends.flatMap(({ networkId, bridge, port }) => {
        const there = macs.get(networkId) ?? [];
        const change = { kind: 'tunnel.end.forget', bridge, port, macs: there } as const;
        return there.length > 0 ? [{ networkId, bridge: port, changes: [change] }] : [];
      });
      const actor = actors.find(hostId);
      if (!actor || groups.length === 0) continue;
      actor
        .exclusive(AbortSignal.timeout(PATIENCE_MS), (signal) => actor.driver.apply(groups, signal))
        .catch((error: unknown) => log.warn({ hostId, error: String(error) }, 'a moved VM was not forgotten'));
    }
  };

  return store.onCommit((_, events) => {
    for (const { message, subjects } of events)
      if (message.type === 'vm.moved' && subjects.vmId !== undefined) forget(subjects.vmId);
  });
}
