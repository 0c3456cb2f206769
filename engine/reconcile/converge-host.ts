import { AppError, type EntityKind, type HostNic } from '../../contract';
import { describeError } from '../core/errors';
import { OUT_NIC } from '../plan/model/outside-network';
import { carriers } from '../plan/regular/carriers';
import { kindOf, netStateOf } from '../plan/regular/net-state';
import { stepsFromBare } from '../plan/regular/from-bare';
import { setUpHost } from './set-up-host';
import { CONFIRM_SECONDS } from '../plan/regular/job-kind';
import { followImported } from './follow';
import { type WantedHost, rowsOfHost, wantedFor } from '../plan/model/wanted';
import type { Finding } from '../plan/model/finding';
import { instant } from '../core/ids';
import { tryToWrite } from '../core/try-to-write';
import type { Clock } from '../ports/clock';
import type { HostDriver, KeepOrder } from '../ports/host-driver';
import type { Log } from '../ports/log';
import type { ObservedHost } from '../ports/observed';
import type { HostRow, Repositories, Store, Touched } from '../ports/store';
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
  /** Drift that was repaired while the store took no words about it; it is told by the next pass that can. */
  readonly untold: Map<string, readonly Finding[]>;
  /** Called just before each look. */
  onLook(): void;
  onSeen(observed: ObservedHost): void;
}

interface Converged {
  readonly report: ConvergeReport;
  readonly unsettled: boolean;
  /** What the host is to make by itself when it starts; null: as it was told last. */
  readonly keep: KeepOrder | null;
}

/** One converge: observe, plan, apply, verify, and the store agrees with what was seen. */
export async function convergeHost(deps: Converge): Promise<Converged> {
  const wish = new Wish(deps.store, deps.hostId);
  try {
    return await convergeTo(wish, deps);
  } finally {
    wish.close();
  }
}

async function convergeTo(wish: Wish, deps: Converge): Promise<Converged> {
  const restart: Restart = { seen: false };
  let drift: ReadonlyMap<string, readonly Finding[]> = new Map();
  let rememberedVms = !deps.whole;
  const result = await convergePass({
    driver: deps.driver,
    signal: deps.signal,
    look: () => {
      const seen = look(deps, wish, restart, rememberedVms);
      rememberedVms = true;
      return seen;
    },
    beforeLast: () => setUpAgain(deps, restart),
    onFound: (first) => {
      drift = driftOf(deps.store.attachments.ofHost(deps.hostId), first);
      if (drift.size === 0) return;
      const told = tryToWrite(deps.log, 'drift', () =>
        deps.store.transaction(
          (tx) => tellDrift(tx, hostRow(tx, deps.hostId), drift, instant(deps.clock.now())),
          'later',
        ),
      );
      if (!told) for (const [networkId, findings] of drift) deps.untold.set(networkId, findings);
    },
  });
  logProblems(deps, result);
  const report = deps.store.transaction((tx) => {
    const host = hostRow(tx, deps.hostId);
    const now = instant(deps.clock.now());
    tellDrift(tx, host, deps.untold, now);
    return recordPass(tx, host, result, new Map([...deps.untold, ...drift]), now);
  }, 'later');
  deps.untold.clear();
  const { wanted, observed } = result.last;
  const bare = stepsFromBare(wanted, observed);
  const keep = bare && { bridges: wanted.bridges, setup: bare };
  return { report, unsettled: result.last.unsettled || result.untried.size > 0, keep };
}

async function look(deps: Converge, wish: Wish, restart: Restart, rememberedVms: boolean): Promise<Judged> {
  deps.onLook();
  const busy = deps.busy.watch();
  try {
    return judge(deps, wish, busy, restart, await deps.driver.observe(deps.signal, { rememberedVms }));
  } finally {
    busy.end();
  }
}

function judge(deps: Converge, wish: Wish, busy: BusyWatch, restart: Restart, observed: ObservedHost): Judged {
  deps.onSeen(observed);
  tryToWrite(deps.log, 'what was seen of a host', () => {
    restart.seen ||= recordHost(deps, busy, observed);
  });
  const wanted = wish.now();
  const isBusy = (vmId: string): boolean => busy.has(vmId);
  return deps.strangers.judge(wanted, observed, isBusy, busy.anyOn(deps.hostId), deps.clock.now());
}

/** What commits of other kinds touch decides nothing about the networks of a host. */
const NO_WISH: ReadonlySet<EntityKind> = new Set<EntityKind>(['job', 'check', 'note', 'preferences', 'trash', 'image']);

/** What is wanted of a host, read again only when something was committed since: a change of 1,000 networks looks twice. */
class Wish {
  private wanted: WantedHost | null = null;
  readonly close: () => void;

  constructor(
    private readonly store: Store,
    private readonly hostId: string,
  ) {
    this.close = store.onCommit((touched) => {
      if (touched.some((thing) => this.isMadeOf(thing))) this.wanted = null;
    });
  }

  private isMadeOf({ kind, id }: Touched): boolean {
    if (kind === 'host') return id === this.hostId;
    return kind === 'attachment' ? id.endsWith(`/${this.hostId}`) : !NO_WISH.has(kind);
  }

  /** @throws AppError NOT_FOUND when the host was removed */
  now(): WantedHost {
    if (this.wanted) return this.wanted;
    const rows = rowsOfHost(this.store, this.hostId);
    if (!rows) throw gone();
    return (this.wanted = wantedFor(this.store.storeId, rows));
  }
}

const gone = (): AppError => new AppError('NOT_FOUND', 'The host was removed meanwhile');

function hostRow(tx: Repositories, hostId: string): HostRow {
  const host = tx.hosts.get(hostId);
  if (!host) throw gone();
  return host;
}

/** Whether a look of this converge was the first after a restart of the host. */
interface Restart {
  seen: boolean;
}

/**
 * After a restart regular networks are made again as they were set up, where the host did not do so itself: that wish was a
 * person's, and nobody has changed anything since. What fails is out of sync, and told as that.
 */
async function setUpAgain(deps: Converge, restart: Restart): Promise<boolean> {
  if (!restart.seen) return false;
  restart.seen = false;
  const { store, driver, hostId, signal, log } = deps;
  const ours = (rowsOfHost(store, hostId)?.attachments ?? []).filter(
    // What made an imported one makes it again.
    ({ nic, imported }) => nic !== null && nic !== OUT_NIC && imported === null,
  );
  if (ours.length === 0) return false;
  const only = new Set(ours.map(({ networkId }) => networkId));
  try {
    await setUpHost({ store, driver, hostId, only, seconds: CONFIRM_SECONDS }, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    log.warn({ host: hostId, message: describeError(error).message }, 'regular networks were not made again');
  }
  return true;
}

/** Writes what was seen of the host itself and of its VMs, where it differs from what is known. True: it was restarted. */
function recordHost(deps: Converge, busy: BusyWatch, observed: ObservedHost): boolean {
  const now = instant(deps.clock.now());
  return deps.store.transaction((tx) => {
    const host = hostRow(tx, deps.hostId);
    const { bootId } = observed.capabilities;
    const restarted = host.bootId !== null && host.bootId !== bootId;
    if (restarted) forgetDeployed(tx, host);
    syncVmStates(tx, host, observed, (vmId) => busy.has(vmId), restarted, now);
    followImported(tx, host, observed, (vmId) => busy.has(vmId));
    recordNics(tx, host, observed);
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
  const { connection = null } = observed;
  const carrying = connection === null ? new Set<string>() : carriers(netStateOf(observed), connection);
  const nics = observed.nics
    .filter((nic) => (nic.kind !== 'tap' && nic.kind !== 'tun') || nic.name === observed.outside?.nic)
    .map((nic) => hostNic(host.id, nic, carrying.has(nic.name)));
  const known = new Map(tx.hostNics.ofHost(host.id).map((nic) => [nic.name, nic]));
  const same = known.size === nics.length && nics.every((nic) => sameNic(nic, known.get(nic.name)));
  if (!same) tx.hostNics.replace(host.id, nics);
}

/** Field by field: a host with 2,000 NICs is compared at each look. */
function sameNic(nic: HostNic, known: HostNic | undefined): boolean {
  if (known === undefined) return false;
  for (const key of Object.keys(nic) as Array<keyof HostNic>) {
    if (nic[key] !== known[key] && JSON.stringify(nic[key]) !== JSON.stringify(known[key])) return false;
  }
  return true;
}

/** What is kept of a NIC that was seen. */
export function hostNic(hostId: string, nic: ObservedHost['nics'][number], carriesConnection: boolean): HostNic {
  const { name, mac, mtu, up, master: bridge, addresses = [], vlan, bondMode = null } = nic;
  const is = kindOf(nic.kind);
  const kind = is === 'nic' || is === 'bond' || is === 'vlan' ? is : 'other';
  const under = { parent: vlan?.parent ?? null, vlan: vlan?.tag ?? null, mode: bondMode };
  return { hostId, name, mac, mtu, up, bridge, kind, addresses: [...addresses], ...under, carriesConnection };
}

function logProblems(deps: Converge, result: PassResult): void {
  for (const { bridge, message } of result.failures)
    deps.log.warn({ host: deps.hostId, bridge, message }, 'not deployed');
}
