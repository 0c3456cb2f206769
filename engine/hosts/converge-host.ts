import type { HostNic } from '../../contract';
import { rowsOfHost, wantedFor } from '../converge/wanted';
import { AppError } from '../../contract';
import type { Finding } from '../converge/finding';
import { instant } from '../core/ids';
import type { Clock } from '../ports/clock';
import type { HostDriver } from '../ports/host-driver';
import type { Log } from '../ports/log';
import type { ObservedHost } from '../ports/observed';
import type { HostRow, Repositories, Store } from '../ports/store';
import type { BusyVms, BusyWatch } from './busy-vms';
import { type PassResult, convergePass } from './converge-pass';
import { type ConvergeReport, driftOf, recordPass, tellDrift } from './record';
import type { Judged, Strangers } from './strangers';
import { syncVmStates } from './vm-states';

interface Converge {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly busy: BusyVms;
  readonly hostId: string;
  readonly driver: HostDriver;
  readonly strangers: Strangers;
  readonly signal: AbortSignal;
  /** VMs are read afresh in the first look, whatever the host remembers of them. */
  readonly whole: boolean;
  /** Called just before each look. */
  onLook(): void;
  onSeen(observed: ObservedHost): void;
}

/** One converge: observe, plan, apply, verify, and the store agrees with what was seen. */
export async function convergeHost(deps: Converge): Promise<{ report: ConvergeReport; unsettled: boolean }> {
  let drift: ReadonlyMap<string, readonly Finding[]> = new Map();
  let rememberedVms = !deps.whole;
  const result = await convergePass({
    driver: deps.driver,
    signal: deps.signal,
    look: () => {
      const seen = look(deps, rememberedVms);
      rememberedVms = true;
      return seen;
    },
    onFound: (first) => {
      drift = driftOf(deps.store.attachments.ofHost(deps.hostId), first);
      if (drift.size === 0) return;
      deps.store.transaction((tx) => tellDrift(tx, hostRow(tx, deps.hostId), drift, instant(deps.clock.now())));
    },
  });
  logProblems(deps, result);
  const report = deps.store.transaction((tx) => {
    const host = hostRow(tx, deps.hostId);
    const now = instant(deps.clock.now());
    return recordPass(tx, host, result, drift, now);
  });
  return { report, unsettled: result.last.unsettled || result.untried.size > 0 };
}

async function look(deps: Converge, rememberedVms: boolean): Promise<Judged> {
  deps.onLook();
  const busy = deps.busy.watch();
  try {
    return judge(deps, busy, await deps.driver.observe(deps.signal, { rememberedVms }));
  } finally {
    busy.end();
  }
}

function judge(deps: Converge, busy: BusyWatch, observed: ObservedHost): Judged {
  deps.onSeen(observed);
  recordHost(deps, busy, observed);
  const rows = rowsOfHost(deps.store, deps.hostId);
  if (!rows) throw gone();
  const wanted = wantedFor(deps.store.storeId, rows);
  const isBusy = (vmId: string): boolean => busy.has(vmId);
  return deps.strangers.judge(wanted, observed, isBusy, busy.anyOn(deps.hostId), deps.clock.now());
}

const gone = (): AppError => new AppError('NOT_FOUND', 'The host was removed meanwhile');

function hostRow(tx: Repositories, hostId: string): HostRow {
  const host = tx.hosts.get(hostId);
  if (!host) throw gone();
  return host;
}

/** Writes what was seen of the host itself and of its VMs, where it differs from what is known. */
function recordHost(deps: Converge, busy: BusyWatch, observed: ObservedHost): void {
  const now = instant(deps.clock.now());
  deps.store.transaction((tx) => {
    const host = hostRow(tx, deps.hostId);
    const { bootId } = observed.capabilities;
    const restarted = host.bootId !== null && host.bootId !== bootId;
    if (restarted) forgetDeployed(tx, host);
    syncVmStates(tx, host, observed, (vmId) => busy.has(vmId), restarted, now);
    recordNics(tx, host, observed);
    const capabilities =
      JSON.stringify(host.capabilities) === JSON.stringify(observed.capabilities) ? null : observed.capabilities;
    const memory = memoryMoved(host.memoryFreeMiB, observed.memoryFreeMiB)
      ? { memoryFreeMiB: observed.memoryFreeMiB }
      : {};
    if (capabilities || 'memoryFreeMiB' in memory || host.bootId !== bootId) {
      tx.hosts.update(host.id, { bootId, lastSeenAt: now, ...memory, ...(capabilities ? { capabilities } : {}) });
    }
  });
}

/** After a restart nothing is there: making it again is no drift, nobody changed anything. */
function forgetDeployed(tx: Repositories, host: HostRow): void {
  for (const row of tx.attachments.ofHost(host.id)) {
    if (row.state === 'in_sync') tx.attachments.update(row, { state: 'pending', message: 'the host was restarted' });
  }
}

/** Free memory wanders all the time; a hundredth is news. */
function memoryMoved(was: number | null, is: number): boolean {
  return was === null || Math.abs(was - is) > Math.max(16, was / 100);
}

function recordNics(tx: Repositories, host: HostRow, observed: ObservedHost): void {
  const nics = observed.nics
    .filter((nic) => (nic.kind !== 'tap' && nic.kind !== 'tun') || nic.name === observed.outside?.nic)
    .map((nic): HostNic => {
      const { name, mac, mtu, up, master } = nic;
      return { hostId: host.id, name, mac, mtu, up, bridge: master };
    });
  const known = tx.hostNics.ofHost(host.id);
  const key = (list: readonly HostNic[]): string =>
    JSON.stringify(list.map((nic) => [nic.name, nic.mac, nic.mtu, nic.up, nic.bridge]).sort());
  if (key(known) !== key(nics)) tx.hostNics.replace(host.id, nics);
}

function logProblems(deps: Converge, result: PassResult): void {
  for (const { bridge, message } of result.failures)
    deps.log.warn({ host: deps.hostId, bridge, message }, 'not deployed');
}
