import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/support/simulate-changes';
import { MEDDLINGS, STORE, type World, converged, spec, wantedHost, worlds } from '../../test/support/worlds';
import type { Change } from '../ports/changes';
import type { ObservedHost } from '../ports/observed';
import { isOpen } from './compare-bridge';
import { inverseOf } from './inverse';
import { plan } from './plan';
import { pointsOf, SeenHost, verdictOf } from './check-points';
import { growth } from '../../test/support/growth';

const RUNS = { numRuns: 400 };
const changesOf = (world: World): Change[] =>
  plan(world.wanted, world.observed).groups.flatMap((group) => [...group.changes]);
const step = (world: World): World => ({ ...world, observed: simulate(world.observed, changesOf(world)) });

/** Converges as the engine does: again while the plan asks for it, at most three rounds. */
function converge(world: World): World {
  let now = world;
  for (let round = 0; round < 3; round += 1) {
    const { again } = plan(now.wanted, now.observed);
    now = step(now);
    if (!again) break;
  }
  return now;
}

/** The interfaces that a change alters as a bridge. */
function altered(change: Change): string | null {
  switch (change.kind) {
    case 'bridge.create':
    case 'port.quiet':
    case 'seal.remove':
    case 'outside.start':
    case 'outside.stop':
    case 'forward.add':
    case 'forward.remove':
    case 'services.start':
    case 'services.reload':
    case 'services.stop':
    case 'tunnel.start':
    case 'tunnel.stop':
    case 'tunnel.next_key':
    case 'tunnel.end.add':
      return null;
    case 'bridge.delete':
      return change.spec.bridge;
    case 'bridge.rename':
      return change.from;
    default:
      return change.bridge;
  }
}

const sorted = (host: ObservedHost): ObservedHost => simulate(host, []);

describe('plan', () => {
  it('is empty for a host in its desired state', () => {
    const wanted = wantedHost([0, 1, 2], [0, 1, null, 2]);
    expect(plan(wanted, converged(wanted))).toEqual({ groups: [], problems: [], findings: [], again: false });
  });

  it('is empty after it was applied, except what a user must decide', () => {
    fc.assert(
      fc.property(worlds(), (world) => {
        const after = converge(world);
        expect(plan(after.wanted, after.observed).groups).toEqual([]);
      }),
      RUNS,
    );
  });

  it('leaves no findings if no one else is in the way', () => {
    const names = Object.keys(MEDDLINGS).filter(
      (name) => !['unmanaged', 'otherMark', 'noLibvirt', 'wipeMark'].includes(name),
    );
    fc.assert(
      fc.property(worlds(names), (world) => {
        const { problems, findings, again } = plan(world.wanted, converge(world).observed);
        const mayStay = problems.map((problem) => problem.kind);
        expect(mayStay.every((kind) => kind === 'still_used')).toBe(true);
        if (problems.length === 0) expect({ findings, again }).toEqual({ findings: [], again: false });
      }),
      RUNS,
    );
  });

  it('seals every bridge that has our mark', () => {
    fc.assert(
      fc.property(worlds(), (world) => {
        const open = converge(world).observed.bridges.filter(
          (bridge) => bridge.owner?.storeId === STORE && isOpen(bridge),
        );
        expect(open).toEqual([]);
      }),
      RUNS,
    );
  });

  it('alters no bridge that is not ours', () => {
    fc.assert(
      fc.property(worlds(), (world) => {
        const ourMacs = new Set(world.wanted.bridges.map((each) => each.mac));
        const theirs = world.observed.bridges.filter(
          (bridge) => bridge.owner?.storeId !== STORE && !(bridge.owner === null && ourMacs.has(bridge.mac)),
        );
        const names = new Set(theirs.map((bridge) => bridge.name));
        for (const change of changesOf(world)) expect(names.has(altered(change) ?? '')).toBe(false);
      }),
      RUNS,
    );
  });

  it('has a finding for every change', () => {
    fc.assert(
      fc.property(worlds(), (world) => {
        const { groups, findings } = plan(world.wanted, world.observed);
        const found = new Set(findings.map((finding) => finding.bridge));
        for (const group of groups) expect(found.has(group.bridge)).toBe(true);
      }),
      RUNS,
    );
  });

  it('creates groups that do not depend on each other', () => {
    fc.assert(
      fc.property(worlds(), (world) => {
        const { groups } = plan(world.wanted, world.observed);
        const forth = simulate(
          world.observed,
          groups.flatMap((group) => [...group.changes]),
        );
        const back = simulate(
          world.observed,
          [...groups].reverse().flatMap((group) => [...group.changes]),
        );
        expect(back).toEqual(forth);
      }),
      RUNS,
    );
  });

  it('is undone by the inverse, which never opens what was sealed', () => {
    const whole = ['remove', 'rename', 'pullTap', 'down', 'mtu', 'mac', 'leftBehind', 'flush', 'orphanSeal'];
    fc.assert(
      fc.property(worlds(whole), fc.nat(20), (world, cut) => {
        for (const group of plan(world.wanted, world.observed).groups) {
          const done = Math.min(cut, group.changes.length);
          const applied = simulate(world.observed, group.changes.slice(0, done));
          const undone = simulate(applied, inverseOf(group, done).changes);
          expect(shape(undone, world)).toEqual(shape(world.observed, world));
          const openBefore = new Set(world.observed.bridges.filter(isOpen).map((bridge) => bridge.name));
          for (const bridge of undone.bridges) expect(isOpen(bridge) && !openBefore.has(bridge.name)).toBe(false);
        }
      }),
      RUNS,
    );
  });
});

/**
 * A host without what an undo leaves hardened (seals, quieting), and without whether an undesired bridge is up: it is recreated as
 * new.
 */
function shape(host: ObservedHost, world: World) {
  const wanted = new Set(world.wanted.bridges.map((each) => each.networkId));
  return sorted(host).bridges.map(({ name, mac, mtu, up, owner, ports }) => ({
    name,
    mac,
    mtu,
    owner,
    up: wanted.has(owner?.networkId ?? '') ? up : null,
    ports: ports.map((port) => port.name),
  }));
}

describe('plan, case by case', () => {
  it('puts the taps of running VMs back into a bridge that is recreated', () => {
    const wanted = wantedHost([0], [0, 0]);
    const host = MEDDLINGS['remove']?.(converged(wanted), 0, 0) ?? converged(wanted);
    const [group] = plan(wanted, host).groups;
    expect(group?.changes.map((change) => change.kind)).toEqual([
      'bridge.create',
      'port.quiet',
      'port.quiet',
      'port.add',
      'port.add',
    ]);
  });

  it('keeps a bridge whose network was removed while running VMs use it', () => {
    const host = converged(wantedHost([0], [0]));
    const { groups, problems } = plan(wantedHost([], [0]), host);
    expect(groups).toEqual([]);
    expect(problems).toMatchObject([{ kind: 'still_used', bridge: 'net0' }]);
  });

  it('concludes nothing about taps if VMs cannot be observed', () => {
    const wanted = wantedHost([0], [0]);
    expect(plan(wanted, { ...converged(wanted), vms: null }).groups).toEqual([]);
  });

  it('does not plug in the tap of a VM that is ending', () => {
    const wanted = wantedHost([0], [0]);
    const host = MEDDLINGS['pullTap']?.(converged(wanted), 0, 0) ?? converged(wanted);
    expect(plan(wanted, host).groups).toHaveLength(1);
    expect(plan(wanted, { ...host, nics: [] }).groups).toEqual([]);
  });

  it('removes a tap from a network that its vNIC is no longer on', () => {
    const { groups } = plan(wantedHost([0], [null]), converged(wantedHost([0], [0])));
    expect(groups[0]?.changes).toEqual([{ kind: 'port.remove', bridge: 'net0', port: 'vnet0' }]);
  });

  it('takes time in proportion to the networks, up to 1,000 with 2,000 taps', () => {
    const world = (size: number) => {
      const networks = Array.from({ length: size }, (_, n) => n);
      const wanted = wantedHost(networks, [...networks, ...networks]);
      return { wanted, host: converged(wanted) };
    };
    const large = world(1000);
    expect(plan(large.wanted, large.host).groups).toEqual([]);
    expect(growth(({ wanted, host }) => plan(wanted, host), world(100), large)).toBeLessThan(50);
  });

  it('gives a bridge a MAC address that is unicast, local and not of libvirt', () => {
    expect(spec(1).mac).toMatch(/^02(:[0-9a-f]{2}){5}$/);
    expect(spec(1).mac).not.toBe(spec(2).mac);
  });

  it('creates an uplink with its forwards from any partial state', () => {
    const web = { protocol: 'tcp', hostPort: 8080, guestAddress: '10.0.2.100', guestPort: 80 } as const;
    const outside = { networkId: spec(1).networkId, bridge: 'net1', nic: 'out0', forwards: [web] };
    const wanted = { ...wantedHost([0, 1], [0]), outside };
    const done = converge({ wanted, observed: converged(wantedHost([0], [0])) }).observed;
    expect(done.outside).toEqual({ nic: 'out0', forwards: [web] });
    expect(done.bridges.map(({ name, ports }) => [name, ports.map((port) => port.name)])).toEqual([
      ['net0', ['vnet0']],
      ['net1', ['out0']],
    ]);
    expect(plan(wanted, done).findings).toEqual([]);
    // Put where it must never be: it connects an isolated network to the outside.
    const misled = simulate(done, [{ kind: 'port.add', bridge: 'net0', port: 'out0' }]);
    expect(plan(wanted, misled).findings.map(({ kind }) => kind)).toEqual(['foreign_port', 'tap_missing']);
    expect(converge({ wanted, observed: misled }).observed).toEqual(done);
  });

  it('removes a NIC with the name of a tap from the bridge, and plugs none in', () => {
    const wanted = wantedHost([0], [0]);
    const whole = converged(wanted);
    const [bridge, nic] = [whole.bridges[0]!, whole.nics.find(({ name }) => name === 'vnet0')!];
    const stolen: ObservedHost = {
      ...whole,
      bridges: [{ ...bridge, ports: bridge.ports.map((port) => ({ ...port, kind: 'veth' })) }],
      nics: [{ ...nic, kind: 'veth' }],
    };
    expect(plan(wanted, stolen).findings.map(({ kind }) => kind)).toEqual(['foreign_port']);
    expect(changesOf({ wanted, observed: stolen })).toMatchObject([{ kind: 'port.remove', port: 'vnet0' }]);
    const outside: ObservedHost = {
      ...stolen,
      bridges: [{ ...bridge, ports: [] }],
      nics: [{ ...nic, kind: 'veth', master: null }],
    };
    expect(plan(wanted, outside).groups).toEqual([]);
    const verdict = verdictOf(pointsOf(spec(0), new SeenHost(stolen, wanted.taps)));
    expect([verdict, verdictOf(pointsOf(spec(0), new SeenHost(whole, wanted.taps)))]).toEqual([
      'not_isolated',
      'isolated',
    ]);
  });

  it('quiets a tap from which the host receives link-local frames, and calls the network open until then', () => {
    const wanted = wantedHost([0], [0]);
    const whole = converged(wanted);
    const bridges = whole.bridges.map((bridge) => ({
      ...bridge,
      ports: bridge.ports.map((port) => ({ ...port, receivesLinkLocal: true })),
    }));
    const exposed = { wanted, observed: { ...whole, bridges } };
    expect(changesOf(exposed)).toEqual([{ kind: 'port.quiet', port: 'vnet0' }]);
    expect(
      pointsOf(spec(0), new SeenHost(exposed.observed, wanted.taps)).filter(({ ok }) => ok === false),
    ).toMatchObject([{ id: 'seal_ingress', evidence: expect.stringContaining('group_fwd_mask of vnet0') }]);
    expect(plan(wanted, converge(exposed).observed).groups).toEqual([]);
  });
});
