import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../test/support/map-scene';
import type { Rect } from './geometry';
import { FOLD_ABOVE, type HostBox, layoutOf, type LayoutOptions } from './layout';
import { modelOf } from './model';

const OPTIONS: LayoutOptions = { rank: () => 0, opened: new Set(), aspect: 1.3 };
const layout = (lines: readonly string[], options: Partial<LayoutOptions> = {}) =>
  layoutOf(modelOf(sceneOf(...lines)), { ...OPTIONS, ...options });

const inside = (inner: Rect, outer: Rect): boolean =>
  inner.x >= outer.x - 0.5 &&
  inner.y >= outer.y - 0.5 &&
  inner.x + inner.w <= outer.x + outer.w + 0.5 &&
  inner.y + inner.h <= outer.y + outer.h + 0.5;
const apart = (a: Rect, b: Rect): boolean =>
  a.x + a.w <= b.x + 0.5 || b.x + b.w <= a.x + 0.5 || a.y + a.h <= b.y + 0.5 || b.y + b.h <= a.y + 0.5;

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));
}

function expectSound(host: HostBox): void {
  const panel = { x: 0, y: 0, w: host.w, h: host.h };
  for (const isle of host.isles) {
    expect(inside(isle, panel)).toBe(true);
    for (const chip of isle.chips) expect(inside(chip, isle)).toBe(true);
    if (isle.more !== null) expect(inside(isle.more, isle)).toBe(true);
  }
  for (const [a, b] of pairs<Rect>([...host.isles, ...host.straits])) expect(apart(a, b)).toBe(true);
  for (const isle of host.isles) for (const [a, b] of pairs<Rect>(isle.chips)) expect(apart(a, b)).toBe(true);
}

describe('layoutOf', () => {
  it('stands a VM of two networks in the strait between them, with a bar to each', () => {
    const [host] = layout(['h/blue: web db gw', 'h/green: ci gw']).hosts;
    if (host === undefined) throw new Error('no host');
    const [blue, green] = [
      host.isles.find((i) => i.island.networkId === 'blue'),
      host.isles.find((i) => i.island.networkId === 'green'),
    ];
    const [gw] = host.straits;
    expect(blue?.chips.map((chip) => chip.vmId)).toEqual(['web', 'db']);
    expect(gw?.vmId).toBe('gw');
    expect(gw?.y).toBeGreaterThan((blue?.y ?? 0) + (blue?.h ?? 0));
    expect((gw?.y ?? 0) + (gw?.h ?? 0)).toBeLessThan(green?.y ?? 0);
    expect(host.wires.map((wire) => wire.networkId).sort()).toEqual(['blue', 'green']);
    expectSound(host);
  });

  it('puts the regular network, the way out, on top', () => {
    const [host] = layout(['h/blue: a gw', 'h/uplink: gw']).hosts;
    const y = (id: string): number => host?.isles.find((isle) => isle.island.networkId === id)?.y ?? 0;
    expect(y('uplink')).toBeLessThan(y('blue'));
  });

  it('folds above ten VMs, keeps its size from then on, and opens on request', () => {
    const many = (n: number): string =>
      `h/blue: ${Array.from({ length: n }, (_, i) => `vm${String(i).padStart(3, '0')}`).join(' ')}`;
    const isle = (n: number, opened: string[] = []) =>
      layout([many(n)], { opened: new Set(opened) }).hosts[0]?.isles[0];
    expect(isle(FOLD_ABOVE)?.more).toBeNull();
    expect(isle(FOLD_ABOVE + 1)?.more?.vmIds).toHaveLength(FOLD_ABOVE + 1 - 8);
    expect([isle(30)?.w, isle(30)?.h]).toEqual([isle(500)?.w, isle(500)?.h]);
    expect(isle(30, ['blue@h'])?.chips).toHaveLength(30);
  });

  it('draws a dotted line between the islands of one network', () => {
    const { gaps } = layout(['h1/blue: a', 'h2/blue: b', 'h2/red: c']);
    expect(gaps.map((gap) => gap.networkId)).toEqual(['blue']);
  });

  it('shows networks on which nobody stands', () => {
    const scene = sceneOf('h/blue: a');
    const model = modelOf({ ...scene, networks: [...scene.networks, { id: 'new', name: 'new', isIsolated: true }] });
    expect(layoutOf(model, OPTIONS).empty.map((box) => box.networkId)).toEqual(['new']);
  });

  it('moves nothing when only states change', () => {
    const scene = sceneOf('h/blue: a b gw', 'h/red: gw c');
    const down = { ...scene, vms: scene.vms.map((vm) => ({ ...vm, state: 'down' as const })) };
    const places = (host: HostBox) =>
      [...host.isles.flatMap((isle) => [isle, ...isle.chips]), ...host.straits].map(({ x, y, w, h }) => [x, y, w, h]);
    expect(layoutOf(modelOf(down), OPTIONS).hosts.map(places)).toEqual(
      layoutOf(modelOf(scene), OPTIONS).hosts.map(places),
    );
  });

  it('never lets anything overlap or stick out, however VMs and networks are mixed', () => {
    const network = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'uplink');
    const vm = fc.record({
      host: fc.constantFrom('h1', 'h2', 'h3'),
      networks: fc.uniqueArray(network, { minLength: 1, maxLength: 3 }),
      wide: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(vm, { minLength: 1, maxLength: 40 }), (vms) => {
        const lines = new Map<string, string[]>();
        for (const [i, one] of vms.entries())
          for (const net of one.networks)
            lines.set(`${one.host}/${net}`, [
              ...(lines.get(`${one.host}/${net}`) ?? []),
              one.wide ? `a-very-long-name-of-a-vm-${i}` : `v${i}`,
            ]);
        const scene = sceneOf(...[...lines].map(([place, names]) => `${place}: ${names.join(' ')}`));
        const order = new Map(scene.vms.map((v, i) => [v.id, i]));
        const made = layoutOf(modelOf(scene), { ...OPTIONS, rank: (id) => order.get(id) ?? 0 });
        for (const host of made.hosts) expectSound(host);
        for (const [a, b] of pairs<Rect>(made.hosts)) expect(apart(a, b)).toBe(true);
        const drawn = made.hosts.flatMap((host) =>
          [...host.straits, ...host.isles.flatMap((isle) => isle.chips)].map((chip) => chip.vmId),
        );
        const folded = made.hosts.flatMap((host) => host.isles.flatMap((isle) => isle.more?.vmIds ?? []));
        expect([...drawn, ...folded].sort()).toEqual(scene.vms.map((v) => v.id).sort());
      }),
      { numRuns: 60 },
    );
  });

  it('lays out 100 hosts with 10,000 VMs within seconds on a busy machine', () => {
    const lines = Array.from({ length: 100 }, (_, h) =>
      [0, 1, 2, 3].map(
        (n) => `h${h}/n${n}: ${Array.from({ length: 25 }, (__, i) => `vm${h}-${n}-${i}`).join(' ')} x${h}`,
      ),
    ).flat();
    const model = modelOf(sceneOf(...lines));
    const begun = performance.now();
    expect(layoutOf(model, OPTIONS).hosts).toHaveLength(100);
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});
