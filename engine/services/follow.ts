import { isIpv4, subnet4 } from '../../contract';
import type { Core } from '../context';
import { instant } from '../core/ids';
import { tryToWrite } from '../core/try-to-write';
import { rowsOfHost, wantedFor } from '../plan/model/wanted';
import type { ObservedServices } from '../ports/services';
import type { Touched } from '../ports/store';
import { addressesOf, membersOf } from '../plan/model/services-spec';
import { keepAddresses } from '../guests/guest-rows';
import { reportFullRange, reportRogues } from './report';
import { missingReservations } from '../plan/model/services-reserve';

/** Milliseconds over which commits are gathered: a lab file adds many VMs. */
const GATHER_MS = 30;

/** What reservations, names and the places of servers follow from. */
const KINDS: ReadonlySet<Touched['kind']> = new Set<Touched['kind']>(['vm', 'network', 'attachment', 'host']);

/**
 * Keeps the servers of networks as the VMs are, whatever changed them: a new VM or vNIC gets its reservation, a rename its new name,
 * and a host that gets its first VM of a network its server. Returns the function that stops it.
 */
export function followServices(core: Core): () => void {
  const { store, clock, log, actors } = core;
  /** The desired servers of each host when it was last observed for them. */
  const known = new Map<string, string>();
  let cancel: (() => void) | null = null;

  const reserve = (): void => {
    const missing = store.networks.withServices().flatMap((network) => missingReservations(store, network));
    if (missing.length === 0) return;
    store.transaction((tx) => {
      for (const { vnicId, address } of missing) tx.vnics.update(vnicId, { assignedAddress: address });
    });
  };

  const look = (): void => {
    cancel = null;
    tryToWrite(log, 'reserved addresses', reserve);
    const hosts = new Set(known.keys());
    for (const network of store.networks.withServices())
      for (const { hostId } of store.attachments.ofNetwork(network.id)) hosts.add(hostId);
    for (const hostId of hosts) {
      const rows = rowsOfHost(store, hostId);
      const specs = (rows && wantedFor(store.storeId, rows).services) ?? [];
      const now = specs.map(({ port, settings, records }) => `${port} ${settings} ${records}`).join('\n');
      if (now === (known.get(hostId) ?? '')) continue;
      if (now === '') known.delete(hostId);
      else known.set(hostId, now);
      actors.find(hostId)?.nudge();
    }
  };

  const unsubscribe = store.onCommit((touched) => {
    if (touched.some(({ kind }) => KINDS.has(kind))) cancel ??= clock.after(GATHER_MS, look);
  });
  const seen = new Map<string, readonly ObservedServices[]>();
  const ignore = actors.onObserved((hostId, { services: now = [] }) => {
    const was = seen.get(hostId) ?? [];
    seen.set(hostId, now);
    if (JSON.stringify(now) !== JSON.stringify(was)) reportObserved(core, hostId, now, was);
  });
  return () => {
    ignore();
    unsubscribe();
    cancel?.();
  };
}

/** What was observed of a host's servers has changed: screens read their leases again, and what is new is reported. */
function reportObserved(
  core: Core,
  hostId: string,
  now: readonly ObservedServices[],
  was: readonly ObservedServices[],
): void {
  const { live, log } = core;
  tryToWrite(log, 'leases', () => keepLeases(core, now));
  for (const networkId of new Set([...now, ...was].map((each) => each.networkId)))
    live.touch({ kind: 'network', id: networkId });
  const before = new Map(was.map((services) => [services.networkId, services]));
  for (const services of now) {
    reportRogues(core, hostId, services, before.get(services.networkId));
    reportFullRange(core, hostId, services, before.get(services.networkId));
  }
}

/** Writes the leases of VMs beside the addresses that are known from elsewhere. */
function keepLeases({ store, clock }: Core, now: readonly ObservedServices[]): void {
  const at = instant(clock.now());
  const leased = new Map<string, Array<{ mac: string; address: string }>>();
  for (const { networkId, leases } of now) {
    const services = store.networks.get(networkId)?.services;
    if (!services) continue;
    const members = membersOf(store, networkId);
    const owners = new Map(
      members.flatMap((member) => [member.mac, ...addressesOf(services, member)].map((key) => [key, member] as const)),
    );
    for (const { mac, address } of leases) {
      const owner = owners.get(mac?.toLowerCase() ?? address);
      if (!owner) continue;
      const length = isIpv4(address) ? subnet4(services.subnet).prefix : 64;
      const known = { mac: owner.mac, address: `${address}/${length}` };
      leased.set(owner.vmId, [...(leased.get(owner.vmId) ?? []), known]);
    }
  }
  if (leased.size === 0) return;
  store.transaction((tx) => {
    for (const [vmId, addresses] of leased) keepAddresses(tx, vmId, { source: 'lease', addresses, at });
  }, 'later');
}
