import type { HostNic } from '../../../contract';
import { emitter, ENGINE } from '../../core/events';
import { instant } from '../../core/ids';
import { carriers } from '../../plan/regular/carriers';
import { kindOf, netStateOf } from '../../plan/regular/net-state';
import type { Clock } from '../../ports/clock';
import type { ObservedHost } from '../../ports/observed';
import type { HostRow, Repositories, Store } from '../../ports/store';
import { hostRow } from './host-row';
import { followImported } from './follow-imported';
import { recordTunnel } from './record-tunnel';
import { syncVmStates } from './vm-states';

/** The last observation of which the NICs are in the store; null: none yet. */
export interface Recorded {
  last: ObservedHost | null;
}

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly hostId: string;
  readonly recorded: Recorded;
}

/** Writes changes in the observation of the host itself and of its VMs. Returns whether the host was restarted. */
export function recordObserved(deps: Deps, isBusy: (vmId: string) => boolean, observed: ObservedHost): boolean {
  const now = instant(deps.clock.now());
  const hasSameNics = sameNics(observed, deps.recorded.last);
  const isRestarted = deps.store.transaction((tx) => {
    const host = hostRow(tx, deps.hostId);
    const { bootId } = observed.capabilities;
    const restarted = host.bootId !== null && host.bootId !== bootId;
    if (restarted) forgetDeployed(tx, host);
    syncVmStates(tx, host, observed, isBusy, restarted, now);
    followImported(tx, host, observed, isBusy);
    if (!hasSameNics) recordNics(tx, host, observed);
    recordTunnel(tx, host, observed, emitter(tx, ENGINE, now));
    const capabilities =
      JSON.stringify(host.capabilities) === JSON.stringify(observed.capabilities) ? null : observed.capabilities;
    const memory = memoryMoved(host.memoryFreeMiB, observed.memoryFreeMiB)
      ? { memoryFreeMiB: observed.memoryFreeMiB }
      : {};
    if (capabilities || 'memoryFreeMiB' in memory || host.bootId !== bootId) {
      tx.hosts.update(host.id, { bootId, lastSeenAt: now, ...memory, ...(capabilities ? { capabilities } : {}) });
    }
    return restarted;
  }, 'later');
  deps.recorded.last = observed;
  return isRestarted;
}

/** A driver returns the same list as long as nothing of it has changed. */
const sameNics = (observed: ObservedHost, last: ObservedHost | null): boolean =>
  observed.nics === last?.nics &&
  observed.connection === last.connection &&
  observed.outside?.nic === last.outside?.nic;

/** After a restart nothing exists: creating it again is no drift, because nobody changed anything. */
function forgetDeployed(tx: Repositories, host: HostRow): void {
  for (const row of tx.attachments.ofHost(host.id)) {
    if (row.state === 'in_sync') tx.attachments.update(row, { state: 'pending', message: 'the host was restarted' });
  }
}

/** Free memory fluctuates all the time; only changes over a hundredth are written. */
function memoryMoved(was: number | null, is: number): boolean {
  return was === null || Math.abs(was - is) > Math.max(16, was / 100);
}

/** The mark on a port of Atoll's own: that of a DHCP and DNS server, or the end of a tunnel. Neither is a NIC of the host. */
const OWN_PORT = /^atoll-(port|tunnel):/;

function recordNics(tx: Repositories, host: HostRow, observed: ObservedHost): void {
  const { connection = null } = observed;
  const carrying = connection === null ? new Set<string>() : carriers(netStateOf(observed), connection);
  const nics = observed.nics
    .filter((nic) => (nic.kind !== 'tap' && nic.kind !== 'tun') || nic.name === observed.outside?.nic)
    .filter(({ alias }) => !OWN_PORT.test(alias ?? ''))
    .map((nic) => hostNic(host.id, nic, carrying.has(nic.name)));
  const known = new Map(tx.hostNics.ofHost(host.id).map((nic) => [nic.name, nic]));
  const same = known.size === nics.length && nics.every((nic) => sameNic(nic, known.get(nic.name)));
  if (!same) tx.hostNics.replace(host.id, nics);
}

/** Field by field: a host with 2,000 NICs is compared in each observation. */
function sameNic(nic: HostNic, known: HostNic | undefined): boolean {
  if (known === undefined) return false;
  for (const key of Object.keys(nic) as Array<keyof HostNic>) {
    if (nic[key] !== known[key] && JSON.stringify(nic[key]) !== JSON.stringify(known[key])) return false;
  }
  return true;
}

/** The stored part of an observed NIC. */
export function hostNic(hostId: string, nic: ObservedHost['nics'][number], carriesConnection: boolean): HostNic {
  const { name, mac, mtu, up, speedMbps = null, master: bridge, addresses = [], vlan, bondMode = null } = nic;
  const is = kindOf(nic.kind);
  const kind = is === 'nic' || is === 'bond' || is === 'vlan' ? is : 'other';
  const under = { parent: vlan?.parent ?? null, vlan: vlan?.tag ?? null, mode: bondMode };
  return {
    hostId,
    name,
    mac,
    mtu,
    up,
    speedMbps,
    bridge,
    kind,
    addresses: [...addresses],
    ...under,
    carriesConnection,
  };
}
