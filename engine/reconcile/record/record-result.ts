import { type Difference, say, withNote } from '../../../contract';
import type { Finding } from '../../plan/model/finding';
import type { Plan } from '../../plan/plan';
import { type Emit, emitter, ENGINE, UNKNOWN } from '../../core/events';
import type { BridgeSpec } from '../../ports/changes';
import type { CheckResult, HostRow, UnsettledAttachment, NetworkRow, Repositories } from '../../ports/store';
import type { ReconcileResult } from './result';
import type { Failure } from './result';
import { countsOf } from '../../../contract/state/check-points';
import { SeenHost } from '../../plan/check-points';
import { isNews, reportVerdict } from './report-verdict';
import { seenIsolation } from './seen-isolation';
import { recordForwards } from './record-forwards';
import { setupIsDue } from '../../plan/regular/plan-setup';
import { recordSetup } from './record-setup';

/** The outcome of one converge of a host. */
export interface ConvergeReport {
  /** Networks that reached their desired state in this pass. */
  readonly deployed: readonly string[];
  /** Deleted bridges of networks that are no longer desired. */
  readonly removed: number;
  readonly failures: readonly Failure[];
  /** Names of required networks that the host lacks (rule O1). */
  readonly lacking: readonly string[];
  /** Regular networks differ from their setup; a converge does nothing about that (rule O4). */
  readonly setupIsDue: boolean;
}

/** What someone else changed, by network. */
export type Drift = ReadonlyMap<string, readonly Finding[]>;

/** Findings about networks that were in sync before: someone else changed them. */
export function driftOf({ attachments }: Pick<Repositories, 'attachments'>, hostId: string, first: Plan): Drift {
  const byNetwork = new Map<string, Finding[]>();
  for (const finding of first.findings) {
    if (finding.networkId === null || finding.kind === 'not_wanted' || finding.expected) continue;
    const list = byNetwork.get(finding.networkId);
    if (list) list.push(finding);
    else byNetwork.set(finding.networkId, [finding]);
  }
  const inSync = new Set(attachments.inSync(hostId, [...byNetwork.keys()]));
  return new Map([...byNetwork].filter(([networkId]) => inSync.has(networkId)));
}

/** Reports drift when it is found, before it is repaired: what changed; by whom is unknown. */
export function reportDrift(
  tx: Repositories,
  host: HostRow,
  drift: ReadonlyMap<string, readonly Finding[]>,
  now: string,
): void {
  const emit = emitter(tx, UNKNOWN, now);
  for (const [networkId, findings] of drift) {
    const message = say('drift.detected', {
      network: nameOf(tx, networkId),
      host: host.name,
      drift: findings.map(({ kind, bridge, difference, port, vm, on }) => ({
        ...{ kind, bridge, ...difference, port, vm },
        ...(on === undefined ? {} : { on }),
      })),
    });
    emit('drift.detected', 'warning', message, { networkId, hostId: host.id });
  }
}

const nameOf = (tx: Repositories, networkId: string): string => tx.networks.get(networkId)?.name ?? networkId;

/**
 * Writes the outcome of a pass: each attachment's state and remaining differences, and an event for each that changed. A failed
 * network is reported here on its attachment; the job and the host report it too.
 */
export function recordResult(
  tx: Repositories,
  host: HostRow,
  result: ReconcileResult,
  drift: ReadonlyMap<string, readonly Finding[]>,
  now: string,
): ConvergeReport {
  const emit = emitter(tx, ENGINE, now);
  const unsettled = new Map(tx.attachments.unsettledOfHost(host.id).map((row) => [row.networkId, row]));
  const failures = new Map(result.failures.map((failure) => [failure.networkId, failure]));
  const differences = differencesOf(result.left);
  const networks = new Networks(tx, result.last.wanted.bridges);
  const seen = new SeenHost(result.last.observed, result.last.wanted.taps, result.last.wanted);
  const deployed: string[] = [];
  const settled = new Settled();
  const lacking: string[] = [];
  const firsts: NetworkRow[] = [];
  for (const spec of result.last.wanted.bridges) {
    const left = differences.get(spec.networkId) ?? [];
    const failure = failures.get(spec.networkId);
    const isNews = failure !== undefined || left.length > 0 || drift.has(spec.networkId);
    // Without changes no rows of 1,000 networks are read: those that stay in sync are no news.
    const row =
      unsettled.get(spec.networkId) ??
      (isNews ? tx.attachments.get({ networkId: spec.networkId, hostId: host.id }) : undefined);
    if (!row) continue;
    // Neither in sync nor failed: the observation that follows soon handles it.
    if (result.untried.has(spec.networkId)) continue;
    const writer = {
      tx,
      networks,
      host,
      row,
      spec,
      seen,
      emit,
      now,
      drifted: drift.has(spec.networkId) || row.state === 'out_of_sync',
      firsts,
    };
    const ok = !failure && left.length === 0;
    if (ok && reportInSync(writer)) {
      deployed.push(spec.networkId);
      settled.add(spec.networkId, networks.get(spec.networkId)?.isIsolated ? keepCheck(writer) : null);
    }
    if (!ok) recordFailed(writer, failure, left);
    // Only required networks make a host non-operational (rule O1); the uplink is optional.
    const isDeployed = isBesideOnly(spec.networkId, failure, result);
    if (!ok && !isDeployed && networks.get(spec.networkId)?.isIsolated) lacking.push(nameOf(tx, spec.networkId));
  }
  reportFirstDeployments(emit, host, firsts);
  for (const { result, ids } of settled.groups()) tx.attachments.settle(host.id, ids, now, result);
  lacking.push(...recordSetup(tx, host, result, emit, now));
  recordForwards(tx, host, result, emit);
  const due = setupIsDue(result.last.wanted, result.last.observed);
  const removed = reportRemoved(host, result, emit);
  return { deployed, removed, failures: [...result.failures], lacking, setupIsDue: due };
}

/**
 * Whether only the DHCP and DNS server of a network fails, or its tunnel end: the network itself is there, and VMs on this host can
 * use it.
 */
function isBesideOnly(networkId: string, failure: Failure | undefined, { left, last }: ReconcileResult): boolean {
  const server = last.wanted.services?.find((spec) => spec.networkId === networkId);
  const end = last.wanted.tunnel?.spec.ends.find((each) => each.networkId === networkId);
  if (!server && !end) return false;
  if (failure && failure.bridge !== server?.port && failure.bridge !== end?.port) return false;
  return left.findings.every(
    (finding) => finding.networkId !== networkId || finding.kind === 'services' || finding.kind === 'tunnel',
  );
}

/** Networks that reached their desired state, by the result of their check; null for regular networks, which have none. */
class Settled {
  private readonly byResult = new Map<string, { result: CheckResult | null; ids: string[] }>();

  add(networkId: string, result: CheckResult | null): void {
    const key = result === null ? '' : `${result.verdict} ${result.points} ${result.unchecked} ${result.failed}`;
    const same = this.byResult.get(key);
    if (same) same.ids.push(networkId);
    else this.byResult.set(key, { result, ids: [networkId] });
  }

  groups(): Iterable<{ readonly result: CheckResult | null; readonly ids: readonly string[] }> {
    return this.byResult.values();
  }
}

/** The rows of the desired networks by id, read all at once when the first is needed; without changes none is. */
class Networks {
  private rows: Map<string, NetworkRow> | null = null;

  constructor(
    private readonly tx: Repositories,
    private readonly wanted: readonly BridgeSpec[],
  ) {}

  get(id: string): NetworkRow | undefined {
    this.rows ??= new Map(
      this.tx.networks.some(this.wanted.map(({ networkId }) => networkId)).map((row) => [row.id, row]),
    );
    return this.rows.get(id);
  }
}

function differencesOf(left: Plan): Map<string, Difference[]> {
  const byNetwork = new Map<string, Difference[]>();
  for (const { networkId, difference } of left.findings) {
    if (networkId === null) continue;
    const list = byNetwork.get(networkId);
    if (list) list.push(difference);
    else byNetwork.set(networkId, [difference]);
  }
  return byNetwork;
}

interface Writer {
  readonly tx: Repositories;
  readonly networks: Networks;
  readonly host: HostRow;
  readonly row: UnsettledAttachment;
  readonly spec: BridgeSpec;
  readonly seen: SeenHost;
  readonly emit: Emit;
  readonly now: string;
  readonly drifted: boolean;
  /** Gets the network, if this host never had it before. */
  readonly firsts: NetworkRow[];
}

/**
 * True if the network has become in sync in this pass. Unchanged rows are not written: 1,000 networks cost nothing without changes.
 */
function reportInSync({ networks, host, row, spec, emit, drifted, firsts }: Writer): boolean {
  const wasDrift = drifted && row.state !== 'pending';
  if (row.state === 'in_sync' && !drifted) return false;
  const network = networks.get(row.networkId);
  // A desired state that changed in the meantime is not what was verified; its own converge follows.
  if (!network || network.mtu !== spec.mtu) return false;
  const subjects = { networkId: row.networkId, hostId: host.id };
  const named = { network: network.name, host: host.name };
  if (wasDrift) emit('drift.repaired', 'normal', say('drift.repaired', named), subjects);
  else if (row.state === 'pending' && row.observedAt === null) firsts.push(network);
  else emit('network.deployed', 'normal', say('network.deployed', named), subjects);
  return true;
}

/** Above this number at once one event reports all: nobody reads 1,000 identical lines. */
const FEW = 10;

/** Reports the networks that the host has for the first time. */
function reportFirstDeployments(emit: Emit, host: HostRow, firsts: readonly NetworkRow[]): void {
  if (firsts.length > FEW) {
    const some = firsts.slice(0, FEW).map(({ name }) => name);
    const message = say('network.many_deployed', { host: host.name, count: firsts.length, some });
    emit('network.deployed', 'normal', message, { hostId: host.id });
    return;
  }
  for (const network of firsts) {
    const message = say('network.deployed', { network: network.name, host: host.name });
    emit('network.deployed', 'normal', message, { networkId: network.id, hostId: host.id });
  }
}

/** Stores the check, with its evidence; the caller writes its result with the rest of the attachment. */
function keepCheck({ tx, host, row, spec, seen, emit, now }: Writer): CheckResult {
  const check = seenIsolation({ hostId: host.id, spec, seen, now });
  const { networkId } = check;
  const result = { verdict: check.verdict, ...countsOf(check.points) };
  tx.checks.insert(check);
  // That it is isolated from the start is no news: its deployment is.
  if (isNews(result, row) && (row.verdict !== 'unknown' || row.failed > 0))
    reportVerdict(emit, { ...result, network: nameOf(tx, networkId), networkId, host });
  return result;
}

function recordFailed(writer: Writer, failure: Failure | undefined, differences: Difference[]): void {
  const { tx, networks, host, row, emit, drifted, now } = writer;
  const message = failure
    ? withNote(failure.message, failure.remedy)
    : 'it still differs after the change; Atoll retries automatically';
  const state = drifted ? 'out_of_sync' : 'failed';
  const same = row.state === state && row.message === message;
  // A network that never existed has no verdict; one that was isolated and could not be repaired may no longer be.
  const isRechecked = drifted && !same && networks.get(row.networkId)?.isIsolated;
  const isolation = isRechecked ? { ...keepCheck(writer), verdictAt: now } : {};
  tx.attachments.update(row, { state, message, differences, ...isolation });
  if (same) return;
  const type = drifted ? 'drift.repair_failed' : 'network.deploy_failed';
  const named = { network: nameOf(tx, row.networkId), host: host.name };
  const words = failure
    ? say(type, { ...named, error: failure.message })
    : say(drifted ? 'drift.still_differs' : 'network.still_differs', named);
  emit(type, 'error', words, { networkId: row.networkId, hostId: host.id });
}

function reportRemoved(host: HostRow, result: ReconcileResult, emit: Emit): number {
  const wanted = new Set(result.last.wanted.bridges.map((spec) => spec.networkId));
  let removed = 0;
  for (const group of result.applied) {
    const released = group.changes.some((change) => change.kind === 'bridge.release');
    const gone = released || group.changes.some((change) => change.kind === 'bridge.delete');
    if (!gone || group.networkId === null || wanted.has(group.networkId)) continue;
    removed += 1;
    const subjects = { networkId: group.networkId, hostId: host.id };
    const type = released ? 'bridge.released' : 'bridge.removed';
    const message = say(type, { bridge: group.bridge, host: host.name });
    emit('network.removed_from_host', 'normal', message, subjects);
  }
  return removed;
}
