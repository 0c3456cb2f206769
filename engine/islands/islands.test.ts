import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VmState, run } from '../../contract';
import { atollMap, islands, mapPart } from './islands';
import { reach } from './reach';
import { type IslandRows, type MapVmRow, type MapVnicRow, isActive } from './rows';
import { growth } from '../../test/support/growth';
import { textOf } from '../../english';

const host = (id: string) => ({ id, name: `host ${id}`, kind: 'lab' as const, state: 'up' as const, labels: [] });
const network = (id: string) => ({ id, name: id, isIsolated: true, label: null });
const vm = (id: string, hostId: string | null = 'A', state: MapVmRow['state'] = 'up'): MapVmRow => ({
  id,
  name: id,
  state,
  hostId,
});
const vnic = (vmId: string, networkId: string | null, more: Partial<MapVnicRow> = {}): MapVnicRow => ({
  id: `${vmId}-${networkId}`,
  vmId,
  name: 'nic1',
  networkId,
  plugged: true,
  linked: true,
  ...more,
});

function rows(vms: MapVmRow[], vnics: MapVnicRow[]): IslandRows {
  return {
    hosts: [host('A'), host('B')],
    networks: ['red', 'blue', 'green'].map(network),
    vms,
    vnics,
    attachments: [],
    notes: [],
  };
}

const messages = (of: IslandRows, from = 'a', to = 'b'): string[] =>
  reach(of, from, to).reasons.map((reason) => textOf(reason.message));

/** Red is stretched over the hosts A, B and C, each with a running VM; these pairs of hosts are connected, the others are not. */
function stretched(...connected: Array<'AB' | 'BC' | 'AC'>): IslandRows {
  const hosts = ['A', 'B', 'C'];
  const all = rows(
    [vm('a'), vm('b', 'B'), vm('c', 'C')],
    ['a', 'b', 'c'].map((id) => vnic(id, 'red')),
  );
  const pairs = (['AB', 'BC', 'AC'] as const).map((pair) => ({
    ...{ lowId: pair.charAt(0), highId: pair.charAt(1), way: 'relay' as const, since: null },
    state: connected.includes(pair) ? ('connected' as const) : ('down' as const),
  }));
  const networks = all.networks.map((each) => (each.id === 'red' ? { ...each, stretch: { vni: 1, hosts } } : each));
  return { ...all, hosts: hosts.map(host), networks, pairs };
}

describe('islands of a stretched network', () => {
  const spans = (of: IslandRows) => islands(of).islands.map(({ span, another }) => [span, another]);

  it('are one where every pair of their hosts is connected, and never with half a mesh', () => {
    expect(spans(stretched())).toEqual([
      [undefined, false],
      [undefined, true],
      [undefined, true],
    ]);
    expect(spans(stretched('BC'))).toEqual([
      [undefined, true],
      ['red/B', false],
      ['red/B', false],
    ]);
    expect(spans(stretched('AB', 'BC'))).toEqual([
      ['red/A', false],
      ['red/A', false],
      [undefined, true],
    ]);
    expect(spans(stretched('AB', 'BC', 'AC')).map(([span]) => span)).toEqual(['red/A', 'red/A', 'red/A']);
  });

  it('list the tunnels to the other hosts, with their state', () => {
    const [first] = islands(stretched('AB')).islands;
    expect(first?.joints?.map(({ hostId, state }) => [hostId, state])).toEqual([
      ['B', 'connected'],
      ['C', 'down'],
    ]);
  });

  it('are reached over a connected tunnel only', () => {
    const half = stretched('AB', 'BC');
    expect(reach(half, 'a', 'b').kind).toBe('direct');
    expect(reach(half, 'a', 'c').kind).toBe('through');
    expect(reach(stretched('BC'), 'a', 'b').kind).toBe('no');
    expect(messages(stretched('BC'))).toEqual([
      'a and b are both on "red", but the tunnel between "host A" and "host B" is not connected',
    ]);
    expect(reach(stretched('AB', 'BC', 'AC'), 'a', 'c').kind).toBe('direct');
  });
});

describe('islands', () => {
  it('are one for each network and host', () => {
    const all = rows(
      [vm('a'), vm('b'), vm('c', 'B'), vm('d', null, 'down')],
      [vnic('a', 'red'), vnic('b', 'red'), vnic('c', 'red'), vnic('d', 'red')],
    );
    expect(
      islands(all).islands.map(({ hostId, members, another }) => ({
        hostId,
        vms: members.map((member) => member.vmId),
        another,
      })),
    ).toEqual([
      { hostId: 'A', vms: ['a', 'b'], another: false },
      { hostId: 'B', vms: ['c'], another: true },
      { hostId: null, vms: ['d'], another: false },
    ]);
  });

  it('know which VMs are alone, and which reach nothing', () => {
    const all = rows(
      [vm('a'), vm('b'), vm('c', 'A', 'down')],
      [vnic('a', 'red', { linked: false }), vnic('b', null), vnic('c', 'red')],
    );
    expect(islands(all).alone).toEqual(['b']);
    expect(islands(all).islands[0]?.members.map((member) => member.hears)).toEqual([false, false]);
  });

  it('carry the verdict of the check on their host', () => {
    const at = '2026-01-01T00:00:00.000Z';
    const attachments = [
      {
        networkId: 'red',
        hostId: 'A',
        nic: null,
        verdict: 'isolated' as const,
        verdictAt: at,
        points: 9,
        unchecked: 1,
        failed: 2,
      },
    ];
    const all = { ...rows([vm('a'), vm('c', 'B')], [vnic('a', 'red'), vnic('c', 'red')]), attachments };
    expect(
      islands(all).islands.map(({ verdict, points, unchecked, failed }) => [verdict, points, unchecked, failed]),
    ).toEqual([
      ['isolated', 9, 1, 2],
      ['unknown', 0, 0, 0],
    ]);
  });

  it('can be shown in part', () => {
    const all = atollMap(rows([vm('a'), vm('b', 'B'), vm('c', 'B')], [vnic('a', 'red'), vnic('b', 'blue')]));
    expect(mapPart(all, { networkId: 'red' }).vms.map((each) => each.id)).toEqual(['a']);
    expect(mapPart(all, { hostId: 'B' })).toMatchObject({
      alone: ['c'],
      hosts: [{ id: 'B' }],
      networks: [{ id: 'blue' }],
    });
  });

  it('are computed in time proportional to the VMs, up to 10,000 on 1,000 networks and 100 hosts', () => {
    const world = (size: number): IslandRows => {
      const many = Array.from({ length: size }, (_, i) => i);
      return {
        hosts: Array.from({ length: 100 }, (_, i) => host(`h${i}`)),
        networks: Array.from({ length: 1000 }, (_, i) => network(`n${i}`)),
        vms: many.map((i) => vm(`v${i}`, `h${i % 100}`)),
        vnics: many.flatMap((i) => [vnic(`v${i}`, `n${i % 1000}`), vnic(`v${i}`, `n${(i * 7) % 1000}`)]),
        attachments: [],
        notes: [],
      };
    };
    const large = world(10_000);
    expect(islands(large).alone).toEqual([]);
    expect(growth(islands, world(1_000), large)).toBeLessThan(50);
  });
});

describe('reach', () => {
  it('is direct on one island', () => {
    const all = rows([vm('a'), vm('b')], [vnic('a', 'red'), vnic('b', 'red')]);
    expect(reach(all, 'a', 'b')).toMatchObject({
      kind: 'direct',
      hops: [{ fromVm: 'a', toVm: 'b', network: 'red', host: 'host A' }],
      reasons: [],
    });
  });

  it('goes through VMs on several islands, by the shortest path', () => {
    const all = rows(
      [vm('a'), vm('b'), vm('gw'), vm('x')],
      [
        vnic('a', 'red'),
        vnic('gw', 'red'),
        vnic('gw', 'blue'),
        vnic('b', 'blue'),
        vnic('x', 'blue'),
        vnic('x', 'green'),
      ],
    );
    const { kind, hops } = reach(all, 'a', 'b');
    expect({ kind, path: hops.map((hop) => `${hop.fromVm}-${hop.network}-${hop.toVm}`) }).toEqual({
      kind: 'through',
      path: ['a-red-gw', 'gw-blue-b'],
    });
  });

  it.each([
    ['a VM is down', rows([vm('a'), vm('b', 'A', 'down')], [vnic('a', 'red'), vnic('b', 'red')]), ['b is down']],
    [
      'a vNIC is unplugged',
      rows([vm('a'), vm('b')], [vnic('a', 'red', { plugged: false }), vnic('b', 'red')]),
      ['The vNIC nic1 of a on "red" is not plugged in'],
    ],
    [
      'a link is down',
      rows([vm('a'), vm('b')], [vnic('a', 'red'), vnic('b', 'red', { linked: false })]),
      ['The link of nic1 of b on "red" is down'],
    ],
    [
      'a VM is on no network',
      rows([vm('a'), vm('b')], [vnic('a', 'red'), vnic('b', null)]),
      ['b has no vNIC on any network'],
    ],
    [
      'they share nothing',
      rows([vm('a'), vm('b')], [vnic('a', 'red'), vnic('b', 'blue')]),
      ['a and b share no network, and no VM connects their networks'],
    ],
    [
      'the VM between them is down',
      rows(
        [vm('a'), vm('b'), vm('gw', 'A', 'down')],
        [vnic('a', 'red'), vnic('gw', 'red'), vnic('gw', 'blue'), vnic('b', 'blue')],
      ),
      ['gw is down'],
    ],
    [
      'one was never started',
      rows([vm('a'), vm('b', null, 'down')], [vnic('a', 'red'), vnic('b', 'red')]),
      ['b is down'],
    ],
  ])('says why not: %s', (_, all, expected) => {
    expect(reach(all, 'a', 'b').kind).toBe('no');
    expect(messages(all)).toEqual(expected);
  });

  it('says when the same network is on different hosts', () => {
    const all = rows([vm('a'), vm('b', 'B')], [vnic('a', 'red'), vnic('b', 'red')]);
    expect(messages(all)).toHaveLength(1);
    expect(messages(all)[0]).toContain('different hosts ("host A" and "host B")');
  });

  it('treats a hostile name as data', () => {
    const evil = { ...vm('b', 'A', 'down'), name: "it's; $(reboot)" };
    const [reason] = reach(rows([vm('a'), evil], [vnic('a', 'red'), vnic('b', 'red')]), 'a', 'b').reasons;
    expect(reason?.remedy).toEqual(run('vms.start', { vm: evil.name }));
  });
});

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const arbitraryVm = (id: string) =>
  fc.record({
    id: fc.constant(id),
    name: fc.constant(id),
    state: fc.constantFrom(...VmState.options),
    hostId: fc.constantFrom('A', 'A', 'B', null),
  });
const arbitraryVnic = fc
  .record({
    vmId: fc.constantFrom(...ids),
    networkId: fc.constantFrom('red', 'blue', 'green', null),
    plugged: fc.boolean(),
    linked: fc.boolean(),
    n: fc.nat(),
  })
  .map(({ n, ...rest }): MapVnicRow => ({ ...rest, id: `${n}`, name: 'nic' }));
const worlds = fc
  .record({ vms: fc.tuple(...ids.map(arbitraryVm)), vnics: fc.array(arbitraryVnic, { maxLength: 12 }) })
  .map(({ vms, vnics }) => rows(vms, vnics));

describe('reach, for any rows', () => {
  it('is symmetric, and equally long in both directions', () => {
    fc.assert(
      fc.property(worlds, (all) => {
        const [there, back] = [reach(all, 'a', 'b'), reach(all, 'b', 'a')];
        expect([back.kind, back.hops.length]).toEqual([there.kind, there.hops.length]);
      }),
    );
  });

  it('is direct exactly if both are active on one island', () => {
    fc.assert(
      fc.property(worlds, (all) => {
        const shared = islands(all).islands.some((island) =>
          ['a', 'b'].every((id) => island.members.some((member) => member.vmId === id && member.hears)),
        );
        expect(reach(all, 'a', 'b').kind === 'direct').toBe(shared);
      }),
    );
  });

  it('gives a chain of islands with connected neighbors, or reasons with a remedy', () => {
    fc.assert(
      fc.property(worlds, (all) => {
        const { kind, hops, reasons } = reach(all, 'a', 'b');
        if (kind === 'no') {
          expect(reasons.every((reason) => reason.remedy !== null) && reasons.length > 0).toBe(true);
          return;
        }
        expect([hops[0]?.fromVmId, hops.at(-1)?.toVmId]).toEqual(['a', 'b']);
        hops.forEach((hop, i) => i > 0 && expect(hop.fromVmId).toBe(hops[i - 1]?.toVmId));
        for (const hop of hops) expect(reach(all, hop.fromVmId, hop.toVmId).kind).toBe('direct');
      }),
    );
  });

  it('is what fixing all reasons would make of a "no"', () => {
    fc.assert(
      fc.property(worlds, (all) => {
        const vms = all.vms.map((each) => ({ ...each, state: 'up' as const, hostId: 'A' }));
        const vnics = all.vnics.map((each) => ({ ...each, plugged: true, linked: true }));
        const mended = { ...all, vms, vnics };
        expect(mended.vnics.every((each) => vms.some((one) => one.id === each.vmId && isActive(one, each)))).toBe(true);
        const unrelated = messages(all).some(
          (message) => message.includes('share no network') || message.includes('no vNIC on any'),
        );
        expect(reach(mended, 'a', 'b').kind === 'no').toBe(unrelated);
      }),
    );
  });
});
