import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SetupWorld, bareHost, setupWorlds, simulateSetup, wantedOf } from '../../../test/support/setup-worlds';
import { plan } from '../plan';
import type { WantedHost } from '../model/wanted';
import type { ObservedHost } from '../../ports/observed';
import type { SetupChange } from '../../ports/setup';
import { planSetup } from './plan-setup';

const RUNS = { numRuns: 500 };
const changesOf = (wanted: WantedHost, host: ObservedHost): SetupChange[] =>
  planSetup(wanted, host).steps.map(({ change }) => change);
const made = (wanted: WantedHost, host: ObservedHost): ObservedHost => simulateSetup(host, changesOf(wanted, host));
/** A host that was set up once, and changed by someone since. */
const meddled = ({ first, meddle }: SetupWorld): ObservedHost => meddle(made(first, bareHost()));

describe('the plan of Setup networks', () => {
  it('reaches the requested state, and is empty then', () => {
    fc.assert(
      fc.property(setupWorlds, (world) => {
        const host = meddled(world);
        const { steps, findings, problems } = planSetup(world.then, host);
        expect(problems).toEqual([]);
        expect(steps.length > 0).toBe(findings.length > 0);
        const after = planSetup(world.then, made(world.then, host));
        expect(after).toEqual({ steps: [], findings: [], problems: [], touchesConnection: false });
      }),
      RUNS,
    );
  });

  it('is undone wherever it stops', () => {
    fc.assert(
      fc.property(setupWorlds, fc.nat(60), (world, cut) => {
        const host = simulateSetup(meddled(world), []);
        const steps = planSetup(world.then, host).steps.slice(0, cut);
        const there = simulateSetup(
          host,
          steps.map(({ change }) => change),
        );
        expect(
          simulateSetup(
            there,
            [...steps].reverse().map(({ undo }) => undo),
          ),
        ).toEqual(host);
      }),
      RUNS,
    );
  });

  it('touches nothing that is neither named nor ours', () => {
    fc.assert(
      fc.property(setupWorlds, (world) => {
        const words = JSON.stringify(changesOf(world.then, meddled(world)));
        expect(words).not.toMatch(/br9|eth9/);
      }),
      RUNS,
    );
  });

  it('leaves sealed bridges alone, as their plan leaves these', () => {
    fc.assert(
      fc.property(setupWorlds, (world) => {
        const { groups, problems, again } = plan(world.then, meddled(world));
        expect({ groups, problems, again }).toEqual({ groups: [], problems: [], again: false });
      }),
      RUNS,
    );
  });

  it('returns to bare NICs if nothing is set up any more, and keeps the addresses of the connection', () => {
    fc.assert(
      fc.property(setupWorlds, ({ first }) => {
        const host = made(first, bareHost());
        const after = made(wantedOf({ bonds: [], networks: [] }), host);
        expect(after.bridges.map(({ name }) => name)).toEqual(['br9']);
        expect(after.nics.map(({ name }) => name)).toEqual(['eth0', 'eth1', 'eth2', 'eth3', 'eth9']);
      }),
      RUNS,
    );
  });
});

const red = (over: Partial<NonNullable<WantedHost['setup']>['networks'][number]>) => ({
  ...{
    networkId: '0198c5a0-0000-7000-8000-000000000000',
    name: 'red',
    bridge: 'red',
    mtu: 1500,
    nic: 'eth0',
    vlan: null,
  },
  ...{ alias: 'atoll-nic:0198c5a0-0000-7000-8000-0000000000aa:0198c5a0-0000-7000-8000-000000000000' },
  ipv4: { kind: 'none' } as const,
  ipv6: { kind: 'none' } as const,
  ...over,
});
const OWN = { kind: 'static', address: '192.0.2.10/24', gateway: '192.0.2.1' } as const;

describe('the plan of Setup networks, case by case', () => {
  it('moves the address of the connection in the order that keeps TCP alive', () => {
    const { steps, touchesConnection } = planSetup(wantedOf({ bonds: [], networks: [red({ ipv4: OWN })] }), bareHost());
    expect(touchesConnection).toBe(true);
    expect(steps.map(({ change }) => change.kind)).toEqual([
      'bridge.make',
      'link.master',
      'link.up',
      'ip.add',
      'route.move',
      'ip.remove',
    ]);
  });

  it('moves it back to the NIC in the same order', () => {
    const there = made(wantedOf({ bonds: [], networks: [red({ ipv4: OWN })] }), bareHost());
    const { steps, touchesConnection } = planSetup(wantedOf({ bonds: [], networks: [] }), there);
    expect(touchesConnection).toBe(true);
    expect(steps.map(({ change }) => change.kind)).toEqual([
      'link.master',
      'ip.add',
      'route.move',
      'ip.remove',
      'link.up',
      'bridge.unmake',
    ]);
  });

  it('needs no confirmation for another NIC', () => {
    expect(planSetup(wantedOf({ bonds: [], networks: [red({ nic: 'eth1' })] }), bareHost()).touchesConnection).toBe(
      false,
    );
  });

  it('changes nothing at all if there is a problem', () => {
    const networks = [red({ nic: 'eth1' }), red({ nic: 'eth7', networkId: 'x', bridge: 'green', alias: 'y' })];
    const { steps, problems } = planSetup(wantedOf({ bonds: [], networks }), bareHost());
    expect(steps).toEqual([]);
    expect(problems).toMatchObject([{ kind: 'nic_missing', message: 'the host has no NIC eth7' }]);
    const taken = planSetup(wantedOf({ bonds: [], networks: [red({ nic: 'eth9' })] }), bareHost());
    expect(taken.problems).toMatchObject([{ message: 'eth9 is in br9, which Atoll did not create' }]);
    const named = planSetup(wantedOf({ bonds: [], networks: [red({ nic: 'eth1', bridge: 'br9' })] }), bareHost());
    expect(named.problems[0]?.message).toContain('br9 that Atoll did not create');
  });

  it('reports both values of differences', () => {
    const wanted = wantedOf({ bonds: [], networks: [red({ nic: 'eth1', vlan: 7, mtu: 1400 })] });
    const host = simulateSetup(made(wanted, bareHost()), [
      { kind: 'link.mtu', link: 'red', to: 1300, was: 1400 },
      { kind: 'link.master', link: 'eth1.7', to: null, was: 'red' },
    ]);
    expect(planSetup(wanted, host).findings.map(({ difference }) => difference)).toEqual([
      { what: 'port', wanted: 'eth1.7', actual: 'none' },
      { what: 'MTU', wanted: '1400', actual: '1300' },
    ]);
  });

  it('syncs one network and leaves the other unchanged', () => {
    const networks = [
      red({ nic: 'eth1' }),
      red({ nic: 'eth2', networkId: 'g', bridge: 'green', alias: 'atoll-nic:g' }),
    ];
    const only = planSetup(wantedOf({ bonds: [], networks }), bareHost(), new Set(['g'])).steps;
    expect(JSON.stringify(only)).not.toContain('eth1');
  });
});
