import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/support/simulate-changes';
import { stretchedHost } from '../../test/support/stretched-worlds';
import { MEDDLINGS, converged, wantedHost } from '../../test/support/worlds';
import type { ChangeGroup, GroupOutcome } from '../ports/changes';
import type { ObservedHost } from '../ports/observed';
import type { WantedHost } from '../plan/model/wanted';
import { plan } from '../plan/plan';
import { applyPlan } from './apply-plan';
import type { SettledState } from './record/result';

const failure = { message: 'no such device', remedy: null, command: null, exit: 1, stderr: null };
const wanted = wantedHost([0, 1], [0, 1]);
const pulled = MEDDLINGS['pullTap']?.(converged(wanted), 0, 0) ?? converged(wanted);

/** A pass over a host whose driver answers each batch by `answer`, which can change the host. */
function passOver(
  start: ObservedHost,
  answer: (group: ChangeGroup, host: ObservedHost) => { outcome: GroupOutcome; host: ObservedHost },
) {
  let host = start;
  const batches: ChangeGroup[][] = [];
  const found = { wanted, observed: host, unsettled: false };
  const run = applyPlan({
    signal: new AbortController().signal,
    found,
    first: plan(found.wanted, found.observed),
    observe: () => Promise.resolve({ wanted, observed: host, unsettled: false }),
    driver: {
      apply: (groups) => {
        batches.push([...groups]);
        const outcomes = groups.map((group) => {
          const answered = answer(group, host);
          host = answered.host;
          return answered.outcome;
        });
        return Promise.resolve(outcomes);
      },
    },
  });
  return { run, batches };
}

/** A pass over a host whose desired state changes: `wantedAt` gives it for each observation, counted from 1. All changes succeed. */
function passWhileWanted(start: ObservedHost, wantedAt: (look: number) => WantedHost) {
  let host = start;
  let looks = 0;
  const look = (): SettledState => {
    looks += 1;
    return { wanted: wantedAt(looks), observed: host, unsettled: false };
  };
  const found = look();
  const run = applyPlan({
    signal: new AbortController().signal,
    found,
    first: plan(found.wanted, found.observed),
    observe: () => Promise.resolve(look()),
    driver: {
      apply: (groups) => {
        for (const group of groups) host = simulate(host, group.changes);
        return Promise.resolve(groups.map(() => ({ ok: true as const })));
      },
    },
  });
  return { run, looks: () => looks };
}

describe('applying a plan', () => {
  it('undoes what failed half-way, does not retry it, and applies the others', async () => {
    const none = { ...converged(wanted), bridges: [] };
    const { run, batches } = passOver(none, (group, host) => {
      const fails = group.bridge === 'net0' && group.changes[0]?.kind === 'bridge.create';
      const done = fails ? group.changes.slice(0, 1) : group.changes;
      return { outcome: fails ? { ok: false, done: 1, failure } : { ok: true }, host: simulate(host, done) };
    });
    const { failures, last } = await run;
    expect(failures).toMatchObject([{ bridge: 'net0', message: 'no such device' }]);
    expect(last.observed.bridges.map((bridge) => bridge.name)).toEqual(['net1']);
    expect(batches.map((groups) => groups.map((group) => group.changes[0]?.kind))).toEqual([
      ['bridge.create', 'bridge.create'],
      ['bridge.delete'],
    ]);
  });

  it('counts no failure if the desired state is reached in the end: the tap to be plugged in disappeared with its VM', async () => {
    const ended = { ...pulled, nics: pulled.nics.slice(1), vms: pulled.vms?.slice(1) ?? null };
    const { run } = passOver(pulled, () => ({ outcome: { ok: false, done: 0, failure }, host: ended }));
    expect((await run).failures).toEqual([]);
  });

  it('reports an undo that fails as well, and its remaining steps', async () => {
    const none = { ...converged(wanted), bridges: [] };
    const { run } = passOver(none, (group, host) => {
      const fails = group.bridge === 'net0';
      return fails
        ? { outcome: { ok: false, done: group.changes[0]?.kind === 'bridge.create' ? 1 : 0, failure }, host }
        : { outcome: { ok: true }, host: simulate(host, group.changes) };
    });
    expect((await run).failures[0]?.message).toBe(
      'no such device; undoing it failed too (no such device), these undo steps are left: bridge.delete',
    );
  });

  it('leaves changes of the desired state during each observation to the next reconcile', async () => {
    const { run, looks } = passWhileWanted({ ...converged(wanted), bridges: [] }, (look) =>
      wantedHost(
        Array.from({ length: look }, (_, i) => i),
        [],
      ),
    );
    const result = await run;
    expect(result.failures).toEqual([]);
    expect([...result.untried]).toEqual([result.last.wanted.bridges.at(-1)?.networkId]);
    expect(result.last.observed.bridges).toHaveLength(looks() - 1);
  });

  it.each([
    ['the end is left', [[], [2], [2], [2, 3], [2, 3]], 'tunnel.end.add'],
    ['the tunnel is left, and its end waits for it', [[], [2], [2, 3], [2, 3], [2, 3, 4]], 'tunnel.start'],
  ])('leaves a tunnel to the next reconcile whose keys became known too late: %s', async (_, known, change) => {
    const base = stretchedHost([0], [0]);
    // With other members the tunnel starts again, and its end follows in the next round.
    const { run } = passWhileWanted(converged(wantedHost([0], [])), (look) => {
      const members = known[look - 1] ?? [];
      const { spec, nextKey } = base.tunnel!;
      const ends = spec.ends.map((end) => ({ ...end, members }));
      return { ...base, tunnel: { spec: { ...spec, settings: members.join(), ends }, nextKey } };
    });
    const { untried, left } = await run;
    expect(left.groups.flatMap(({ changes }) => changes.map(({ kind }) => kind))).toEqual([change]);
    expect([...untried]).toEqual(expect.arrayContaining(base.bridges.map(({ networkId }) => networkId)));
  });
});
