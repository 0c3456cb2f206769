import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../../test/support/map-scene';
import { modelOf, type Model } from '../model';
import { GROUPINGS, type LayoutOptions, type PanelBox } from './boxes';
import type { Rect } from './geometry';
import { FOLD_ABOVE } from './island-box';
import { LayoutMaker } from './layout';

const ASPECT = 1.3;
const OPTIONS: LayoutOptions = { grouping: 'host', rank: () => 0, opened: new Set() };
const layoutOf = (model: Model, options: Partial<LayoutOptions> = {}) =>
  new LayoutMaker().make(model, { ...OPTIONS, ...options }, ASPECT);
const layout = (lines: readonly string[], options: Partial<LayoutOptions> = {}) =>
  layoutOf(modelOf(sceneOf(...lines)), options);

const inside = (inner: Rect, outer: Rect): boolean =>
  inner.x >= outer.x - 0.5 &&
  inner.y >= outer.y - 0.5 &&
  inner.x + inner.w <= outer.x + outer.w + 0.5 &&
  inner.y + inner.h <= outer.y + outer.h + 0.5;
const disjoint = (a: Rect, b: Rect): boolean =>
  a.x + a.w <= b.x + 0.5 || b.x + b.w <= a.x + 0.5 || a.y + a.h <= b.y + 0.5 || b.y + b.h <= a.y + 0.5;

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));
}

function expectSound(host: PanelBox): void {
  const panel = { x: 0, y: 0, w: host.w, h: host.h };
  for (const islandBox of host.islandBoxes) {
    expect(inside(islandBox, panel)).toBe(true);
    for (const chip of islandBox.chips) expect(inside(chip, islandBox)).toBe(true);
    if (islandBox.more !== null) expect(inside(islandBox.more, islandBox)).toBe(true);
  }
  for (const [a, b] of pairs<Rect>([...host.islandBoxes, ...host.lanes])) expect(disjoint(a, b)).toBe(true);
  for (const islandBox of host.islandBoxes)
    for (const [a, b] of pairs<Rect>(islandBox.chips)) expect(disjoint(a, b)).toBe(true);
}

describe('layout', () => {
  it('places a VM of two networks in the lane between them, with an edge to each', () => {
    const [host] = layout(['h/blue: web db gw', 'h/green: ci gw']).panels;
    if (host === undefined) throw new Error('no host');
    const [blue, green] = [
      host.islandBoxes.find((i) => i.island.networkId === 'blue'),
      host.islandBoxes.find((i) => i.island.networkId === 'green'),
    ];
    const [gw] = host.lanes;
    expect(blue?.chips.map((chip) => chip.vmId)).toEqual(['web', 'db']);
    expect(gw?.vmId).toBe('gw');
    expect(gw?.y).toBeGreaterThan((blue?.y ?? 0) + (blue?.h ?? 0));
    expect((gw?.y ?? 0) + (gw?.h ?? 0)).toBeLessThan(green?.y ?? 0);
    expect(host.edges.map((edge) => edge.networkId).sort()).toEqual(['blue', 'green']);
    expectSound(host);
  });

  it('places the regular network, which has the uplink, on top', () => {
    const [host] = layout(['h/blue: a gw', 'h/uplink: gw']).panels;
    const y = (id: string): number => host?.islandBoxes.find((islandBox) => islandBox.island.networkId === id)?.y ?? 0;
    expect(y('uplink')).toBeLessThan(y('blue'));
  });

  it('draws an uplink edge only to the network with a NIC', () => {
    const { uplinkEdges, panels, outside } = layout(['h/blue: a gw', 'h/uplink: gw', 'other/blue: b']);
    const host = panels.find((one) => one.of.kind === 'host' && one.of.host?.id === 'h');
    const islandBox = host?.islandBoxes.find(({ island }) => island.networkId === 'uplink');
    expect(uplinkEdges.map(({ islandId }) => islandId)).toEqual(['uplink@h']);
    const [, x, from, to] = /^M([\d.]+) ([\d.]+)V([\d.]+)$/.exec(uplinkEdges[0]?.path ?? '') ?? [];
    const left = (host?.x ?? 0) + (islandBox?.x ?? 0);
    expect(Number(x)).toBeGreaterThan(left);
    expect(Number(x)).toBeLessThan(left + (islandBox?.w ?? 0));
    expect([Number(from), Number(to)]).toEqual([outside.h, (host?.y ?? 0) + (islandBox?.y ?? 0)]);
  });

  it('collapses islands above ten VMs, keeps their size from then on, and expands on request', () => {
    const many = (n: number): string =>
      `h/blue: ${Array.from({ length: n }, (_, i) => `vm${String(i).padStart(3, '0')}`).join(' ')}`;
    const islandBox = (n: number, opened: string[] = []) =>
      layout([many(n)], { opened: new Set(opened) }).panels[0]?.islandBoxes[0];
    expect(islandBox(FOLD_ABOVE)?.more).toBeNull();
    expect(islandBox(FOLD_ABOVE + 1)?.more?.vmIds).toHaveLength(FOLD_ABOVE + 1 - 8);
    expect([islandBox(30)?.w, islandBox(30)?.h]).toEqual([islandBox(500)?.w, islandBox(500)?.h]);
    expect(islandBox(30, ['blue@h'])?.chips).toHaveLength(30);
  });

  it('draws a dotted line between the islands of one network', () => {
    const { gaps } = layout(['h1/blue: a', 'h2/blue: b', 'h2/red: c']);
    expect(gaps.map((gap) => gap.networkId)).toEqual(['blue']);
  });

  it('leaves no large empty areas, and fills both wide and tall windows', () => {
    const scene = modelOf(sceneOf('h1/blue: a b gw', 'h1/green: c gw', 'h2/red: d', 'h3/violet: e f'));
    for (const aspect of [0.6, 1.3, 2.4]) {
      const { panels } = new LayoutMaker().make(scene, OPTIONS, aspect);
      for (const islandBox of panels.flatMap((panel) => panel.islandBoxes)) {
        const chips = islandBox.chips.reduce((sum, chip) => sum + chip.w, 0);
        expect(islandBox.w).toBeLessThan(Math.max(420, chips * 2));
        expect(islandBox.h).toBeLessThan(90);
      }
    }
  });

  it('places islands side by side if one VM is on many, with an edge to each', () => {
    const nets = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const [host] = layout(nets.map((net) => `h/${net}: on-all vm-${net}`)).panels;
    if (host === undefined) throw new Error('no host');
    expectSound(host);
    expect(host.edges).toHaveLength(nets.length);
    expect(host.w).toBeLessThan(1_200);
    expect(host.islandBoxes.some((islandBox) => islandBox.x > (host.lanes[0]?.x ?? Infinity))).toBe(true);
  });

  it('gives a note its own line', () => {
    const scene = sceneOf('h/blue: a b');
    const noted = { ...scene, islands: scene.islands.map((island) => ({ ...island, note: 'x'.repeat(500) })) };
    const [islandBox] = layoutOf(modelOf(noted)).panels[0]?.islandBoxes ?? [];
    if (islandBox?.note === null || islandBox === undefined) throw new Error('no note');
    expect(inside(islandBox.note, islandBox)).toBe(true);
    for (const chip of islandBox.chips) expect(disjoint(chip, islandBox.note)).toBe(true);
    expect(islandBox.w).toBeLessThan(450);
  });

  it('shows networks without VMs', () => {
    const scene = sceneOf('h/blue: a');
    const model = modelOf({
      ...scene,
      networks: [...scene.networks, { id: 'new', name: 'new', isIsolated: true, label: null }],
    });
    expect(layoutOf(model).empty.map((box) => box.networkId)).toEqual(['new']);
  });

  it('moves nothing when only states change', () => {
    const scene = sceneOf('h/blue: a b gw', 'h/red: gw c');
    const down = { ...scene, vms: scene.vms.map((vm) => ({ ...vm, state: 'down' as const })) };
    const places = (host: PanelBox) =>
      [...host.islandBoxes.flatMap((islandBox) => [islandBox, ...islandBox.chips]), ...host.lanes].map(
        ({ x, y, w, h }) => [x, y, w, h],
      );
    expect(layoutOf(modelOf(down)).panels.map(places)).toEqual(layoutOf(modelOf(scene)).panels.map(places));
  });

  it('keeps panels and their content in place when a VM or a host is added', () => {
    const maker = new LayoutMaker();
    const make = (...lines: string[]) => maker.make(modelOf(sceneOf(...lines)), OPTIONS, ASPECT);
    const before = make('h1/blue: a b', 'h2/red: c', 'h3/green: d');
    const after = make('h1/blue: a b new', 'h2/red: c', 'h3/green: d', 'h4/gray: e');
    const places = (list: readonly PanelBox[]) => list.map(({ key, x, y, w }) => [key, x, y, w]);
    expect(places(after.panels).slice(0, 3)).toEqual(places(before.panels));
    expect(after.panels.at(-1)?.key).toBe('host:h4');
    const [, chips] = [before, after].map((one) => one.panels[0]?.islandBoxes[0]?.chips ?? []);
    expect(chips?.slice(0, 2)).toEqual(before.panels[0]?.islandBoxes[0]?.chips);
  });

  it('reuses the panels in which nothing changed', () => {
    const maker = new LayoutMaker();
    const scene = sceneOf('h1/blue: a b', 'h2/red: c');
    const [one, two] = maker.make(modelOf(scene), OPTIONS, ASPECT).panels;
    const [blue, ...others] = scene.islands;
    if (blue === undefined) throw new Error('no island');
    const checked = { ...scene, islands: [{ ...blue, verdict: 'isolated' as const }, ...others] };
    const next = maker.make(modelOf(checked), OPTIONS, ASPECT).panels;
    expect(next[0]).not.toBe(one);
    expect(next[1]).toBe(two);
  });

  it('never overlaps boxes or exceeds panels, for random VMs and networks', () => {
    const network = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'uplink');
    const vm = fc.record({
      host: fc.constantFrom('h1', 'h2', 'h3'),
      networks: fc.uniqueArray(network, { minLength: 1, maxLength: 3 }),
      wide: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(vm, { minLength: 1, maxLength: 40 }), fc.constantFrom(...GROUPINGS), (vms, grouping) => {
        const lines = new Map<string, string[]>();
        for (const [i, one] of vms.entries())
          for (const net of one.networks)
            lines.set(`${one.host}/${net}`, [
              ...(lines.get(`${one.host}/${net}`) ?? []),
              one.wide ? `a-very-long-name-of-a-vm-${i}` : `v${i}`,
            ]);
        const scene = sceneOf(...[...lines].map(([place, names]) => `${place}: ${names.join(' ')}`));
        const order = new Map(scene.vms.map((v, i) => [v.id, i]));
        const made = layoutOf(modelOf(scene), { grouping, rank: (id) => order.get(id) ?? 0 });
        for (const host of made.panels) expectSound(host);
        for (const [a, b] of pairs<Rect>(made.panels)) expect(disjoint(a, b)).toBe(true);
        const drawn = made.panels.flatMap((host) =>
          [...host.lanes, ...host.islandBoxes.flatMap((islandBox) => islandBox.chips)].map((chip) => chip.vmId),
        );
        const folded = made.panels.flatMap((host) =>
          host.islandBoxes.flatMap((islandBox) => islandBox.more?.vmIds ?? []),
        );
        expect([...new Set([...drawn, ...folded])].sort()).toEqual(scene.vms.map((v) => v.id).sort());
        if (grouping !== 'network') expect(drawn.length + folded.length).toBe(scene.vms.length);
      }),
      { numRuns: 60 },
    );
  });

  it('lays out 100 hosts with 10,000 VMs', () => {
    const lines = Array.from({ length: 100 }, (_, h) =>
      [0, 1, 2, 3].map(
        (n) => `h${h}/n${n}: ${Array.from({ length: 25 }, (__, i) => `vm${h}-${n}-${i}`).join(' ')} x${h}`,
      ),
    ).flat();
    const model = modelOf(sceneOf(...lines));
    expect(layoutOf(model).panels).toHaveLength(100);
  });

  describe('of hosts that are added one after the other', () => {
    const NETWORKS = 5;
    const partOf = (hosts: number): Model =>
      modelOf(
        sceneOf(
          ...Array.from({ length: hosts * NETWORKS }, (_, i) => `h${Math.floor(i / NETWORKS)}/n${i}: vm${i}a vm${i}b`),
        ),
      );
    const sizeOf = ({ width, height }: { width: number; height: number }): number => Math.max(width / ASPECT, height);
    const grown = (isUntouched: boolean, counts: readonly number[]) => {
      const maker = new LayoutMaker();
      return counts.map((hosts) => maker.make(partOf(hosts), OPTIONS, ASPECT, isUntouched));
    };

    it('stays about as large as a new one while nobody has used the map, also with many islands', () => {
      const counts = [10, 30, 60, 90];
      for (const [i, one] of grown(true, counts).entries())
        expect(sizeOf(one)).toBeLessThan(sizeOf(layoutOf(partOf(counts[i] ?? 0))) * 1.5);
    });

    it('fills rows like the first ones, and moves nothing, once somebody has used it', () => {
      const [first, last] = grown(false, [9, 10, 11, 14, 20]).flatMap((one, i) => (i === 0 || i === 4 ? [one] : []));
      const places = (panels: readonly PanelBox[]) => panels.slice(0, 9).map(({ key, x, y }) => ({ key, x, y }));
      expect(places(last?.panels ?? [])).toEqual(places(first?.panels ?? []));
      expect(last?.width).toBe(first?.width);
      const perRow = new Map<number, number>();
      for (const { y } of last?.panels ?? []) perRow.set(Math.round(y), (perRow.get(Math.round(y)) ?? 0) + 1);
      expect([...perRow.values()]).toEqual([5, 4, 4, 4, 3]);
    });
  });
});
