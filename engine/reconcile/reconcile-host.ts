import { instant } from '../core/ids';
import { tryToWrite } from '../core/try-to-write';
import { type Plan, plan } from '../plan/plan';
import { stepsFromBare } from '../plan/regular/from-bare';
import type { KeepOrder } from '../ports/host-driver';
import { applyPlan } from './apply-plan';
import { Observer } from './observer';
import type { Reconciling } from './reconciling';
import { hostRow } from './record/host-row';
import { type ConvergeReport, type Drift, driftOf, recordResult, reportDrift } from './record/record-result';
import type { ReconcileResult, SettledState } from './record/result';
import { setUpAgain } from './set-up-again';

interface Reconciled {
  readonly report: ConvergeReport;
  readonly unsettled: boolean;
  /** Something that has to change was not tried. */
  readonly untried: boolean;
  /** What the host is to create when it boots; null: unchanged. */
  readonly keep: KeepOrder | null;
}

/** A start for a reconcile: a state of the host, and the plan from there. */
interface Start {
  readonly found: SettledState;
  readonly first: Plan;
}

/**
 * Brings one host to its desired state: observe, plan, report, apply, observe, record. The first observation can be the one that is kept
 * from the last reconcile.
 * @returns null if the host is known to be in its desired state, and was neither observed nor changed
 * @throws AppError HOST_UNREACHABLE, NOT_FOUND if the host was removed in the meantime
 */
export async function reconcileHost(host: Reconciling): Promise<Reconciled | null> {
  const observer = new Observer(host);
  const kept = recall(host, observer);
  if (kept === 'in order') return null;
  const { found, first } = kept ?? planned(await observer.observe());
  let drift = report(host, first);
  const result = await applyPlan({
    driver: host.driver,
    signal: host.signal,
    found,
    first,
    // What someone else changed since is found only now.
    afterKept: kept ? (left) => void (drift = report(host, left)) : undefined,
    observe: () => observer.observe(),
    beforeLast: () => setUpAgain(host, observer),
  });
  return record(host, result, drift);
}

const planned = (found: SettledState): Start => ({ found, first: plan(found.wanted, found.observed) });

/**
 * The start from what is kept of the host; null: it has to be observed. Only what was asked for differs from what is kept: with anything else
 * (drift, a problem, networks that come from another store or a user) the host is observed first.
 */
function recall(host: Reconciling, observer: Observer): Start | 'in order' | null {
  const { kept, assured, unreported, store, hostId } = host;
  if (unreported.size > 0) return null;
  if (assured !== null && areInOrder(host, observer.recallNetworks(assured))) return 'in order';
  if (kept === null) return null;
  const start = planned(observer.recall(kept));
  const { wanted, unsettled } = start.found;
  const { groups, problems } = start.first;
  if (unsettled || isForeign(wanted) || problems.length > 0 || groups.length === 0) return null;
  return driftOf(store, hostId, start.first).size > 0 ? null : start;
}

/** Networks that come from another store or a user. */
const isForeign = ({ takesOver, adopts = [] }: SettledState['wanted']): boolean =>
  takesOver !== undefined || adopts.length > 0;

/** Whether nothing has to change about the networks of a host. */
function areInOrder({ store, hostId }: Reconciling, { wanted, observed }: SettledState): boolean {
  const { groups, problems, findings } = plan(wanted, observed);
  const differences = groups.length + problems.length + findings.length;
  return !isForeign(wanted) && differences === 0 && store.attachments.unsettledOfHost(hostId).length === 0;
}

/** Reports what someone else changed, before it is repaired. Returns it, by network. */
function report({ store, clock, log, hostId, unreported }: Reconciling, first: Plan): Drift {
  const drift = driftOf(store, hostId, first);
  if (drift.size === 0) return drift;
  const reported = tryToWrite(log, 'drift', () =>
    store.transaction((tx) => reportDrift(tx, hostRow(tx, hostId), drift, instant(clock.now())), 'later'),
  );
  if (!reported) for (const [networkId, findings] of drift) unreported.set(networkId, findings);
  return drift;
}

/** Writes the outcome of the reconcile, with the drift that could not be reported before. */
function record(host: Reconciling, result: ReconcileResult, drift: Drift): Reconciled {
  const { store, clock, log, hostId, unreported } = host;
  for (const { bridge, message } of result.failures) log.warn({ host: hostId, bridge, message }, 'not deployed');
  const report = store.transaction((tx) => {
    const row = hostRow(tx, hostId);
    const now = instant(clock.now());
    reportDrift(tx, row, unreported, now);
    return recordResult(tx, row, result, new Map([...unreported, ...drift]), now);
  }, 'later');
  unreported.clear();
  const { wanted, observed, unsettled } = result.last;
  const setup = stepsFromBare(wanted, observed);
  const { bridges, services = [], tunnel } = wanted;
  const keep = setup && {
    ...{ bridges, setup },
    ...(services.length > 0 ? { services } : {}),
    ...(tunnel ? { tunnel: tunnel.spec } : {}),
  };
  const untried = result.untried.size > 0;
  return { report, unsettled: unsettled || untried, untried, keep };
}
