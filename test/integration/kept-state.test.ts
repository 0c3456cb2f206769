import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ObservedHost } from '../../engine/ports/observed';
import type { HostActor } from '../../engine/reconcile/host-actor';
import { HostActors } from '../../engine/reconcile/host-actors';
import type { LabShell } from '../../hosts/shells/lab';
import { blockName } from '../conformance/hosts/kind';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';

const { vms: missing } = await labHere();
const { signal } = new AbortController();

/** What someone does in a lab, past the engine. $1: a bridge. */
const MEDDLING = {
  down: 'ip link set dev "$1" down',
  deleted: 'ip link del dev "$1"',
  address: 'ip address add 192.0.2.7/24 dev "$1"',
  mtu: 'ip link set dev "$1" mtu 1400',
  mark: 'ip link set dev "$1" alias ""',
  flush: 'nft flush ruleset',
  port: 'ip link add "e$1" type veth peer name "f$1" && ip link set dev "e$1" master "$1"',
  ended: 'for vm in $(virsh -q list --uuid); do virsh -q destroy "$vm"; done',
  nothing: ':',
} as const;

/** What a reconcile plans from; free memory is no part of it. */
const planned = ({ capabilities: _, memoryFreeMiB: __, ...rest }: ObservedHost): unknown => rest;

/** The networks in it, without what VMs make of them. */
const networks = ({ bridges, orphanSeals }: ObservedHost): unknown => [
  bridges.map((bridge) => ({ ...bridge, ports: bridge.ports.filter(({ kind }) => kind !== 'tap') })),
  orphanSeals,
];

describe.skipIf(missing !== null)(blockName('what the engine keeps of a real lab', missing), () => {
  let app: LabApp;
  let actor: HostActor;
  let shell: LabShell;
  beforeAll(async () => {
    const ensure = vi.spyOn(HostActors.prototype, 'ensure');
    app = await LabApp.open();
    const { job, host } = await app.client.hosts.add({ name: 'lab', how: { kind: 'lab' } });
    await app.done(Promise.resolve({ job }));
    actor = ensure.mock.results.find(({ value }) => (value as HostActor).hostId === host.id)?.value as HostActor;
    ensure.mockRestore();
    ({ shell } = app.lab(host.id));
    for (const name of ['n1', 'n2']) await add(name);
    await app.done(app.client.vms.add({ name: 'v1', vnics: [{ network: 'n1' }], host: 'lab' }));
  }, 60_000);
  afterAll(async () => {
    await shell?.close();
    await app?.dispose();
  }, 60_000);

  const add = (name: string) => app.done(app.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));

  const rest = () => vi.waitUntil(() => actor.known !== null, { timeout: 20_000 });
  const rested = fc.boolean();
  type Step = { readonly act: string; readonly on: string; readonly rested: boolean };
  const step = fc.oneof(
    fc.record({
      act: fc.constantFrom(...(Object.keys(MEDDLING) as (keyof typeof MEDDLING)[])),
      on: fc.constantFrom('n1', 'n2'),
      rested,
    }),
    fc.record({ act: fc.constantFrom('add', 'remove', 'start', 'stop', 'sync'), on: fc.constant('n3'), rested }),
  );

  it('equals the whole lab after every sequence of actions and events', async () => {
    let compared = 0;
    const run = async (steps: ReadonlyArray<Step>): Promise<void> => {
      for (const { act, on, rested } of steps) {
        // Half of the time from a state that is kept, half of the time while the last one is repaired.
        if (rested) await rest();
        await perform(act, on).catch(() => undefined);
        // A monitor reports a change some milliseconds later; what nobody reports would stay for a minute.
        await vi.waitFor(async () => (compared += await compare(act)), { timeout: 10_000, interval: 50 });
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 8 }), run), {
      numRuns: 2,
      endOnFailure: true,
    });
    await rest();
    expect(compared + (await compare('end'))).toBeGreaterThan(0);
  }, 180_000);

  /** 1 if something is kept, and equals the lab as it is. */
  async function compare(after: string): Promise<number> {
    const { known, knownNetworks } = actor;
    if (knownNetworks === null) return 0;
    const seen = await actor.driver.observe(signal);
    if (actor.knownNetworks === knownNetworks)
      expect({ after, networks: networks(knownNetworks) }).toEqual({ after, networks: networks(seen) });
    if (known === null || actor.known !== known) return 0;
    expect({ after, host: planned(known) }).toEqual({ after, host: planned(seen) });
    return 1;
  }

  async function perform(act: string, on: string): Promise<void> {
    const { client } = app;
    if (act in MEDDLING) {
      await shell.script(MEDDLING[act as keyof typeof MEDDLING], [on], { okExits: 'any' });
      return;
    }
    const acts: Record<string, () => Promise<unknown>> = {
      add: () => add(on),
      remove: () => app.done(client.networks.remove({ network: on })),
      start: () => app.done(client.vms.start({ vm: 'v1' })),
      stop: () => app.done(client.vms.stop({ vm: 'v1' })),
      sync: () => app.done(client.hosts.sync({ host: 'lab' })),
    };
    await acts[act]?.();
  }
});
