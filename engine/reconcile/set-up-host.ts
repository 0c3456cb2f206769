import { AppError, type Remedy } from '../../contract';
import { rowsOfHost, wantedFor } from '../plan/model/wanted';
import type { HostDriver } from '../ports/host-driver';
import type { ObservedHost } from '../ports/observed';
import type { SetupOrder, SetupOutcome, SetupStep } from '../ports/setup';
import type { Repositories, Store } from '../ports/store';
import { type SetupPlan, planSetup } from '../plan/regular/plan-setup';

interface SetUp {
  readonly store: Pick<Store, 'storeId'> & Repositories;
  readonly driver: Pick<HostDriver, 'observe' | 'setupNetworks'>;
  readonly hostId: string;
  /** Only these networks; undefined: all of the host, and leftovers of former ones are removed. */
  readonly only?: ReadonlySet<string> | undefined;
  /** Seconds for which the host waits to be reached again. */
  readonly seconds: number;
}

/**
 * Brings a host's regular networks to their setup: all of it, or nothing and an error. No converge may run concurrently.
 * @returns the number of changes made
 */
export async function setUpHost(work: SetUp, signal: AbortSignal): Promise<number> {
  const observed = await work.driver.observe(signal);
  const plan = planned(work, observed);
  refuseProblems(plan);
  if (plan.steps.length === 0) return 0;
  const { steps, touchesConnection } = plan;
  const refused = await carryOut(work, steps, touchesConnection, signal);
  if (refused) {
    const { message, remedy } = refused.failure;
    throw failed(refused.undone ? `${message}; the host is unchanged` : message, remedy);
  }
  await verify(work, plan, signal);
  return steps.length;
}

function planned({ store, hostId, only }: SetUp, observed: ObservedHost): SetupPlan {
  const rows = rowsOfHost(store, hostId);
  if (!rows) throw new AppError('NOT_FOUND', 'The host was removed in the meantime');
  return planSetup(wantedFor(store.storeId, rows), observed, only);
}

function refuseProblems({ problems }: SetupPlan): void {
  const [first] = problems;
  if (first) throw new AppError('RULE_BROKEN', `${first.message}; nothing was changed`, { remedy: first.remedy });
}

/** Gives the order to the host. Null: it was carried out. */
async function carryOut(
  { driver, seconds }: SetUp,
  steps: readonly SetupStep[],
  touchesConnection: boolean,
  signal: AbortSignal,
): Promise<Extract<SetupOutcome, { ok: false }> | null> {
  const order: SetupOrder = { steps, confirmSeconds: touchesConnection ? seconds : null };
  const outcome = await driver.setupNetworks(order, signal);
  return outcome.ok ? null : outcome;
}

/** If the plan did not take full effect (someone else changes the host too), it is rolled back: atomic means all of it. */
async function verify(work: SetUp, { steps, touchesConnection }: SetupPlan, signal: AbortSignal): Promise<void> {
  const observed = await work.driver.observe(signal).catch(() => {
    // It was confirmed, so it is kept; the host is observed when it answers again.
    return null;
  });
  if (observed === null) return;
  const [left] = planned(work, observed).findings;
  if (!left) return;
  const { what, wanted, actual } = left.difference;
  const back = [...steps].reverse().map(({ change, undo }) => ({ change: undo, undo: change }));
  const fault = `${what} is ${actual}, not ${wanted}`;
  const stuck = await carryOut(work, back, touchesConnection, signal);
  if (!stuck) throw failed(`The change did not take effect and was rolled back: ${fault}`, null);
  const { message, remedy } = stuck.failure;
  throw failed(`The change did not take effect (${fault}) and could not be rolled back: ${message}`, remedy);
}

const failed = (message: string, remedy: Remedy | null): AppError =>
  new AppError('HOST_COMMAND_FAILED', message, { remedy });
