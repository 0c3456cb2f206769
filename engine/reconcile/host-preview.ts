import { type Preview, isActive, withNote } from '../../contract';
import type { Previewer } from '../core/scope';
import { describeError } from '../core/errors';
import { plan } from '../plan/plan';
import { type WantedHost, rowsOfHost, wantedFor } from '../plan/model/wanted';
import { words } from '../plan/words';
import { planSetup } from '../plan/regular/plan-setup';
import { CONFIRM_SECONDS } from '../plan/regular/job-kind';
import { connectionWords, setupWords } from '../plan/regular/words';
import type { BridgeSpec } from '../ports/changes';
import type { ObservedHost } from '../ports/observed';
import type { Repositories, Store } from '../ports/store';
import type { HostActors } from './host-actors';

/** A dry run waits this long for a host, milliseconds; it must answer even where a host does not. */
const PATIENCE_MS = 15_000;

type Look = { readonly observed: ObservedHost } | { readonly problem: string };

/** Says what a converge would change, by the same plan that would run, without changing anything. */
export class HostPreview implements Previewer {
  private readonly looks = new Map<string, Look>();

  constructor(private readonly deps: { readonly store: Store; readonly actors: HostActors }) {}

  async observe(hostIds: readonly string[]): Promise<void> {
    await Promise.all([...new Set(hostIds)].map(async (id) => this.looks.set(id, await this.look(id))));
  }

  plan(tx: Repositories, hostId: string, setup?: 'all' | ReadonlySet<string>): Preview['hosts'][number] {
    const host = tx.hosts.get(hostId);
    const named = { hostId, host: host?.name ?? hostId };
    const look = this.looks.get(hostId);
    const rows = rowsOfHost(tx, hostId);
    if (!host || !rows) return { ...named, changes: [], problem: null };
    if (!look || 'problem' in look) {
      return { ...named, changes: [], problem: look?.problem ?? 'a new host: it is looked at when it is connected' };
    }
    const wanted = asMarked(wantedFor(this.deps.store.storeId, rows, { foreseen: true }), look.observed);
    const observed = foreseen(wanted, look.observed);
    const { groups, problems } = plan(wanted, observed);
    const asked = setup && planSetup(wanted, observed, setup === 'all' ? undefined : setup);
    const changes = [
      ...(asked?.touchesConnection ? [connectionWords(CONFIRM_SECONDS)] : []),
      ...(asked?.steps ?? []).map(({ change }) => setupWords(change)),
      ...groups.flatMap((group) => group.changes.map(words)),
    ];
    const all = [...(asked?.problems ?? []), ...problems];
    const problem = all.map(({ message, remedy }) => withNote(message, remedy)).join('; ');
    return { ...named, changes, problem: problem === '' ? null : problem };
  }

  private async look(hostId: string): Promise<Look> {
    const host = this.deps.store.hosts.get(hostId);
    if (!host) return { problem: 'a new host: it is looked at when it is connected' };
    if (!isActive(host.state)) return { problem: 'the host is in maintenance: it is changed when it is activated' };
    try {
      const actor = this.deps.actors.get(hostId);
      const observe = (signal: AbortSignal): Promise<ObservedHost> => actor.driver.observe(signal);
      return { observed: await actor.exclusive(AbortSignal.timeout(PATIENCE_MS), observe) };
    } catch (error) {
      return { problem: `it could not be looked at: ${describeError(error).message}` };
    }
  }
}

/** A bridge that waits is taken for one that was there before Atoll; of one that another store made itself its mark says so. */
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
