import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../../test/support/map-scene';
import { modelOf } from '../model';
import type { Layout, LayoutOptions } from './boxes';
import type { Rect } from './geometry';
import { LayoutMaker } from './layout';
import { SavedPlaces } from './saved-places';

const HOSTS = ['h1', 'h2', 'h3', 'h4'] as const;
const NETWORKS = ['a', 'b', 'c', 'd', 'e', 'f', 'uplink'] as const;
const OPENED: ReadonlySet<string> = new Set();

interface Vm {
  readonly host: (typeof HOSTS)[number];
  readonly networks: readonly (typeof NETWORKS)[number][];
}

/** Every VM is on one network first, so that there are islands that do not concern each other. */
const vms = fc.array(
  fc.record({
    host: fc.constantFrom(...HOSTS),
    networks: fc.uniqueArray(fc.constantFrom(...NETWORKS), { minLength: 1, maxLength: 2 }),
  }),
  { minLength: 3, maxLength: 40 },
);

function modelWith(list: readonly Vm[]) {
  const lines = new Map<string, string[]>();
  for (const [index, { host, networks }] of list.entries())
    for (const network of networks)
      lines.set(`${host}/${network}`, [...(lines.get(`${host}/${network}`) ?? []), `vm-number-${index}`]);
  return modelOf(sceneOf(...[...lines].map(([place, names]) => `${place}: ${names.join(' ')}`)));
}

/** By creation, as the engine lists them. */
const rank = (id: string): number => {
  const index = /^vm-number-(\d+)$/.exec(id)?.[1];
  return index === undefined ? [...HOSTS, ...NETWORKS].findIndex((name) => name === id) : 100 + Number(index);
};
const options = (more: Partial<LayoutOptions> = {}): LayoutOptions => ({
  grouping: 'host',
  rank,
  opened: OPENED,
  ...more,
});

/** The islands that an island is tied to by VMs, itself among them, as `network@host`. */
function blockOf(list: readonly Vm[], host: string, networks: readonly string[]): Set<string> {
  const found = new Set(networks);
  for (let grows = true; grows;) {
    grows = false;
    for (const vm of list)
      if (vm.host === host && vm.networks.some((one) => found.has(one)))
        for (const one of vm.networks)
          if (!found.has(one)) {
            found.add(one);
            grows = true;
          }
  }
  return new Set([...found].map((network) => `${network}@${host}`));
}

interface Spot extends Rect {
  readonly panel: string;
}

function spots(layout: Layout): Map<string, Spot> {
  return new Map(
    layout.panels.flatMap((panel) =>
      panel.islandBoxes.map(({ island, x, y, w, h }) => [island.id, { panel: panel.key, x, y, w, h }] as const),
    ),
  );
}

const disjoint = (a: Rect, b: Rect): boolean =>
  a.x + a.w <= b.x + 0.5 || b.x + b.w <= a.x + 0.5 || a.y + a.h <= b.y + 0.5 || b.y + b.h <= a.y + 0.5;

function expectSound(layout: Layout): void {
  for (const [i, a] of layout.panels.entries()) {
    for (const b of layout.panels.slice(i + 1)) expect(disjoint(a, b)).toBe(true);
    expect(a.x + a.w).toBeLessThanOrEqual(layout.width + 0.5);
    expect(a.y + a.h).toBeLessThanOrEqual(layout.height + 0.5);
    const boxes: Rect[] = [...a.islandBoxes, ...a.lanes, ...a.alone];
    for (const [j, one] of boxes.entries()) {
      for (const other of boxes.slice(j + 1)) expect(disjoint(one, other)).toBe(true);
      expect(one.x >= 0 && one.y >= 0 && one.x + one.w <= a.w + 0.5 && one.y + one.h <= a.h + 0.5).toBe(true);
    }
  }
}

describe('an open map', () => {
  it('moves no unrelated island when a vNIC is added', () => {
    fc.assert(
      fc.property(vms, fc.nat(), fc.constantFrom(...NETWORKS), (list, pick, network) => {
        const changed = list[pick % list.length];
        fc.pre(changed !== undefined && !changed.networks.includes(network));
        if (changed === undefined) return;
        const maker = new LayoutMaker();
        const before = maker.make(modelWith(list), options(), 1.5);
        const next = list.map((vm) => (vm === changed ? { ...vm, networks: [...vm.networks, network] } : vm));
        const after = maker.make(modelWith(next), options(), 1.5);
        expectSound(after);
        const related = blockOf(next, changed.host, [...changed.networks, network]);
        const now = spots(after);
        for (const [id, spot] of spots(before))
          if (!related.has(id)) expect({ id, ...now.get(id) }).toEqual({ id, ...spot });
        // Only a panel in the way of one that grew moves, as a whole.
        const panels = new Map(after.panels.map((panel) => [panel.key, panel]));
        for (const old of before.panels) {
          const panel = panels.get(old.key);
          if (panel === undefined) throw new Error(`${old.key} is lost`);
          if (old.key === `host:${changed.host}`) expect([panel.x, panel.y]).toEqual([old.x, old.y]);
          expect(panel.x >= old.x && panel.y >= old.y).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  const withoutHeights = (places: SavedPlaces): unknown =>
    places.map(({ panels, ...rest }) => ({
      ...rest,
      panels: panels.map(({ blocks, ...panel }) => ({ ...panel, blocks: blocks.map(({ h: _, ...block }) => block) })),
    }));
  const heights = (places: SavedPlaces): number[] =>
    places.flatMap(({ panels }) => panels.flatMap(({ blocks }) => blocks.map(({ h }) => h)));

  it('has everything where it was after a reload, and moves nothing unrelated from then on', () => {
    fc.assert(
      fc.property(vms, fc.nat(), fc.constantFrom(...NETWORKS), (list, pick, network) => {
        const maker = new LayoutMaker();
        maker.make(modelWith(list), options(), 1.5);
        const next = list.map((vm, index) =>
          index === pick % list.length && !vm.networks.includes(network)
            ? { ...vm, networks: [...vm.networks, network] }
            : vm,
        );
        maker.make(modelWith(next), options(), 1.5);
        const saved = SavedPlaces.parse(JSON.parse(JSON.stringify(maker.places())));
        const reloaded = new LayoutMaker(saved);
        const after = reloaded.make(modelWith(next), options(), 1.5);
        expectSound(after);
        // All but how the islands of one block share its width, and so how much of its height they need.
        expect(withoutHeights(reloaded.places())).toEqual(withoutHeights(maker.places()));
        const [now, before] = [heights(reloaded.places()), heights(maker.places())];
        expect(now.filter((h, at) => h > (before[at] ?? 0) + 0.01)).toEqual([]);
        expectSound(reloaded.make(modelWith(list), options(), 1.5));
      }),
      { numRuns: 60 },
    );
  });

  it('lays out places of another data center again', () => {
    const maker = new LayoutMaker();
    maker.make(modelOf(sceneOf('x/y: z')), options(), 1.5);
    const model = modelOf(sceneOf('h1/a: vm-number-1', 'h2/b: vm-number-2'));
    const after = new LayoutMaker(maker.places()).make(model, options(), 1.5);
    expect(after.panels).toEqual(new LayoutMaker().make(model, options(), 1.5).panels);
  });

  it('stays sound over many changes, and returns to its places when the last one is undone', () => {
    fc.assert(
      fc.property(vms, fc.array(fc.nat(), { minLength: 2, maxLength: 8 }), (list, picks) => {
        const maker = new LayoutMaker();
        let now = list;
        maker.make(modelWith(now), options(), 1.5);
        for (const [i, pick] of picks.entries()) {
          const at = pick % now.length;
          const network = NETWORKS[(pick + i) % NETWORKS.length] ?? 'a';
          now = now.map((vm, index) =>
            index === at && !vm.networks.includes(network) ? { ...vm, networks: [...vm.networks, network] } : vm,
          );
          expectSound(maker.make(modelWith(now), options(), 1.5));
        }
        const { panels: panelsBefore } = maker.make(modelWith(now), options(), 1.5);
        const before = spots(maker.make(modelWith(now), options(), 1.5));
        const without = now.slice(0, -1);
        expectSound(maker.make(modelWith(without), options(), 1.5));
        const after = maker.make(modelWith(now), options(), 1.5);
        expectSound(after);
        const back = spots(after);
        for (const { key, x, y } of panelsBefore) {
          const panel = after.panels.find((one) => one.key === key);
          if (without.some((vm) => key === `host:${vm.host}`)) expect([key, panel?.x, panel?.y]).toEqual([key, x, y]);
        }
        for (const [id, spot] of before)
          if (without.some((vm) => id.endsWith(`@${vm.host}`)))
            expect({ id, ...back.get(id) }).toEqual({ id, ...spot });
      }),
      { numRuns: 25 },
    );
  });

  it('makes way for an island that is expanded, and returns when it is collapsed', () => {
    const many = Array.from({ length: 40 }, (_, i) => `vm-number-${i}`).join(' ');
    const model = modelOf(sceneOf(`h1/a: ${many}`, 'h1/b: x', 'h1/c: y', 'h2/d: z', 'h3/e: w'));
    const maker = new LayoutMaker();
    const make = (opened: ReadonlySet<string>) => maker.make(model, options({ opened }), 0.6);
    const before = make(OPENED);
    const open = make(new Set(['a@h1']));
    expectSound(open);
    expect(spots(open).get('a@h1')).toMatchObject({ x: spots(before).get('a@h1')?.x, y: spots(before).get('a@h1')?.y });
    expect(open.panels[0]?.h).toBeGreaterThan(before.panels[0]?.h ?? 0);
    const after = make(new Set());
    expect(spots(after)).toEqual(spots(before));
    expect(after.panels.map(({ x, y, w, h }) => [x, y, w, h])).toEqual(
      before.panels.map(({ x, y, w, h }) => [x, y, w, h]),
    );
  });

  it('is laid out again while it is being made, but not once it is used', () => {
    const models = Array.from({ length: 8 }, (_, n) =>
      modelOf(
        sceneOf(
          ...NETWORKS.slice(0, 6).flatMap((network) =>
            Array.from({ length: n + 1 }, (__, i) => `h${i}/${network}: ${network}${i}`),
          ),
        ),
      ),
    );
    const made = (isUntouched: boolean): Layout => {
      const maker = new LayoutMaker();
      return models.map((model) => maker.make(model, options(), 1.5, isUntouched)).at(-1)!;
    };
    const fresh = new LayoutMaker().make(models.at(-1)!, options(), 1.5);
    const size = ({ width, height }: Layout): number => Math.max(width / 1.5, height);
    expect(size(made(true))).toBeLessThan(size(fresh) * 1.5);
    expect(made(true).round).toBeGreaterThan(1);
    expect(made(false).round).toBe(1);
  });

  it('never covers a title or a VM with the label of a dotted line', () => {
    fc.assert(
      fc.property(vms, fc.nat(), fc.constantFrom(...NETWORKS), (list, pick, network) => {
        const maker = new LayoutMaker();
        const next = list.map((vm, index) =>
          index === pick % list.length && !vm.networks.includes(network)
            ? { ...vm, networks: [...vm.networks, network] }
            : vm,
        );
        for (const layout of [
          maker.make(modelWith(list), options(), 1.5),
          maker.make(modelWith(next), options(), 1.5),
        ]) {
          const labels = layout.gaps.flatMap(({ label }) => label ?? []);
          const taken: Rect[] = layout.panels.flatMap((panel) => [
            { x: panel.x + 14, y: panel.y, w: panel.w - 14, h: 30 },
            ...[...panel.islandBoxes, ...panel.lanes, ...panel.alone].map((box) => ({
              ...box,
              x: panel.x + box.x,
              y: panel.y + box.y,
            })),
          ]);
          for (const [i, label] of labels.entries())
            for (const other of [...taken, ...labels.slice(i + 1)]) expect(disjoint(label, other)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('labels the line between two hosts', () => {
    const { gaps } = new LayoutMaker().make(modelOf(sceneOf('h1/a: x y', 'h2/a: z')), options(), 1.5);
    expect(gaps.map(({ label }) => label === null)).toEqual([false]);
  });
});
