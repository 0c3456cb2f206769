import { type Preview, type PreviewProblem, isActive, say } from '../../contract';
import type { Previewer } from '../core/scope';
import { describeError } from '../core/errors';
import { plan } from '../plan/plan';
import { type WantedHost, rowsOfHost, wantedFor } from '../plan/model/wanted';
import { changeLine } from '../plan/change-lines';
import { planSetup } from '../plan/regular/plan-setup';
import { CONFIRM_SECONDS } from '../plan/regular/job-kind';
import { setupLine } from '../plan/regular/change-lines';
import type { BridgeSpec } from '../ports/changes';
import type { ObservedHost } from '../ports/observed';
import type { Repositories, Store } from '../ports/store';
import type { HostActors } from './host-actors';

/** A dry run waits this long for a host, milliseconds; it must answer even if a host does not. */
const PATIENCE_MS = 15_000;

type Observation = { readonly observed: ObservedHost } | { readonly problem: PreviewProblem };

/** Plans the changes of a reconcile with the same plan that would run, without changing anything. */
export class HostPreview implements Previewer {
  private readonly observations = new Map<string, Observation>();

  constructor(private readonly deps: { readonly store: Store; readonly actors: HostActors }) {}

  async observe(hostIds: readonly string[]): Promise<void> {
    await Promise.all([...new Set(hostIds)].map(async (id) => this.observations.set(id, await this.observeHost(id))));
  }

  plan(tx: Repositories, hostId: string, setup?: 'all' | ReadonlySet<string>): Preview['hosts'][number] {
    const host = tx.hosts.get(hostId);
    const named = { hostId, host: host?.name ?? hostId };
    const observation = this.observations.get(hostId);
    const rows = rowsOfHost(tx, hostId);
    if (!host || !rows) return { ...named, changes: [], problem: null };
    if (!observation || 'problem' in observation) {
      return { ...named, changes: [], problem: observation?.problem ?? say('problem.new_host', {}) };
    }
    const wanted = asMarked(wantedFor(this.deps.store.storeId, rows, { foreseen: true }), observation.observed);
    const observed = foreseen(wanted, observation.observed);
    const { groups, problems } = plan(wanted, observed);
    const asked = setup && planSetup(wanted, observed, setup === 'all' ? undefined : setup);
    const changes = [
      ...(asked?.touchesConnection ? [say('change.connection', { seconds: CONFIRM_SECONDS })] : []),
      ...(asked?.steps ?? []).map(({ change }) => setupLine(change)),
      ...groups.flatMap((group) => group.changes.map(changeLine)),
    ];
    const all = [...(asked?.problems ?? []), ...problems];
    const errors = all.map(({ message, remedy }) => ({ error: message, remedy }));
    return { ...named, changes, problem: errors.length === 0 ? null : say('problem.plan', { errors }) };
  }

  private async observeHost(hostId: string): Promise<Observation> {
    const host = this.deps.store.hosts.get(hostId);
    if (!host) return { problem: say('problem.new_host', {}) };
    if (!isActive(host.state)) return { problem: say('problem.maintenance', {}) };
    try {
      const actor = this.deps.actors.get(hostId);
      const observe = (signal: AbortSignal): Promise<ObservedHost> => actor.driver.observe(signal);
      return { observed: await actor.exclusive(AbortSignal.timeout(PATIENCE_MS), observe) };
    } catch (error) {
      return { problem: say('problem.unobserved', { error: describeError(error).message }) };
    }
  }
}

/** Treats a waiting bridge as one that existed before Atoll; one that another store created has that in its mark. */
function asMarked(wanted: WantedHost, { bridges }: ObservedHost): WantedHost {
  const made = new Set(
    bridges.filter(({ owner }) => owner?.storeId === wanted.takesOver && owner?.kept !== true).map(({ name }) => name),
  );
  if (wanted.takesOver === undefined) return wanted;
  const asMade = (spec: BridgeSpec): BridgeSpec =>
    made.has(spec.bridge) ? { ...spec, kept: false, alias: spec.alias.replace(/:kept$/, '') } : spec;
  return { ...wanted, bridges: wanted.bridges.map(asMade) };
}

/** A VM that is to be imported has our mark by the time that its bridge is taken over. */
function foreseen({ taps, takesOver }: WantedHost, observed: ObservedHost): ObservedHost {
  const known = new Set(taps.map(({ vmId }) => vmId));
  const vms = observed.vms?.map((vm) =>
    known.has(vm.id) && (vm.owner === undefined || vm.owner === takesOver) ? { ...vm, ours: true } : vm,
  );
  return { ...observed, vms: vms ?? null };
}
