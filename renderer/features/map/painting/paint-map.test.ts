import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../../test/support/map-scene';
import { COLORS, looksOf } from '../../../ui/palette';
import type { Rect } from '../layout/geometry';
import { LayoutMaker } from '../layout/layout';
import { UNCHANGED } from '../changes';
import { highlightFor } from '../highlight';
import { modelOf } from '../model';
import type { Colors } from './colors';
import { FENCE_SIGNS } from './fence-signs';
import { HealthBook } from './health';
import { paintMap } from './paint-map';
import { levelOf } from '../canvas/viewport';
import type { Scene } from './scene';
import { SvgPainter } from './svg-painter';

const networks = Object.fromEntries(
  [...COLORS, 'gray'].map((name, i) => [name, { line: `#0000${i + 10}`, islandFill: `#eeee${i + 10}` }]),
) as Colors['networks'];
const plain = {
  bg: '#f',
  panel: '#f',
  ink: '#1',
  dim: '#dddddd',
  soft: '#2',
  line: '#3',
  canvas: '#4',
  canvasHatch: '#44',
  chip: '#5',
  brand: '#abcdef',
};
const colors: Colors = {
  ...plain,
  networks,
  tones: { ok: '#6', busy: '#7', off: '#8', warn: '#9', bad: '#a', unknown: '#b' },
};

const model = modelOf(sceneOf('h1/blue: web <b>evil gw', 'h1/green: ci gw', 'h2/blue: far'));
const layout = new LayoutMaker().make(model, { grouping: 'host', rank: () => 0, opened: new Set() }, 1.3);
const nothing = { words: '', state: null, hostId: null, networkId: null, label: null, since: null };

function drawn(part: Partial<Scene> = {}): string {
  const painter = new SvgPainter('serif');
  const scene: Scene = {
    layout,
    fences: [],
    model,
    looks: looksOf(model.map.networks),
    highlight: null,
    selected: null,
    marks: new Map(),
    repaired: new Map(),
    lens: 'state',
    changed: UNCHANGED,
    colors,
    level: 'near',
    px: 1,
    part: null,
    now: 0,
    ...part,
  };
  paintMap(painter, scene, new HealthBook(scene.model));
  return painter.file({ x: 0, y: 0, w: layout.width, h: layout.height }, '#fff', 'map');
}

const inPanel = ({ x, y, w, h }: Rect, left: number, top: number): boolean =>
  left > x && left < x + w && top > y && top <= y + h;

describe('painting the map', () => {
  it('includes VMs on no network, also where islands show only counts', () => {
    const scene = sceneOf('h1/blue: web');
    const solo = modelOf({
      ...scene,
      vms: [...scene.vms, { id: 'solo', name: 'solo', state: 'up', hostId: 'h1' }],
      alone: ['solo'],
    });
    const made = new LayoutMaker().make(solo, { grouping: 'host', rank: () => 0, opened: new Set() }, 1.3);
    for (const level of ['near', 'far'] as const)
      expect(drawn({ level, model: solo, layout: made, px: 1.5 })).toContain('>solo<');
    expect(drawn({ level: 'farther', model: solo, layout: made })).not.toContain('>solo<');
  });

  it('includes promises, broken ones in red with their path', () => {
    const sign = { x: 10, y: 20, w: 24, h: 24 };
    const one = { promiseId: 'p', sentence: '', look: 'fence' as const, path: 'M1 2L77 88', sign };
    expect(drawn()).not.toContain('M1 2L77 88');
    const kept = drawn({ fences: [{ ...one, state: 'kept' }] });
    expect(kept).toContain('d="M1 2L77 88" fill="none" stroke="#2"');
    expect(kept).toContain(FENCE_SIGNS.fence);
    expect(drawn({ fences: [{ ...one, state: 'broken' }] })).toContain('d="M1 2L77 88" fill="none" stroke="#a"');
    expect(drawn({ fences: [{ ...one, state: 'unknown', path: null }] })).toContain('stroke="#9"');
  });

  it('includes every VM, island and host by name with its texts', () => {
    const file = drawn();
    for (const name of ['web', 'gw', 'ci', 'far', 'blue', 'green', 'h1', 'h2']) expect(file).toContain(`>${name}<`);
    expect(file).toContain('&lt;b&gt;evil');
    expect(file).toContain('another island');
    expect(file).toContain('not connected');
  });

  it('includes notes verbatim', () => {
    const noted = modelOf({
      ...model.map,
      islands: model.map.islands.map((island) => ({ ...island, note: '<script>x</script>\nask' })),
    });
    const made = new LayoutMaker().make(noted, { grouping: 'host', rank: () => 0, opened: new Set() }, 1.3);
    const file = drawn({ model: noted, layout: made });
    expect(file).toContain('&lt;script&gt;x&lt;/script&gt; ask');
    expect(file).not.toContain('<script');
  });

  it('shows counts instead of names when far, and only hosts when farther', () => {
    const far = drawn({ level: 'far' });
    expect(far).toContain('>blue<');
    expect(far).toContain('3 of 3 up');
    expect(far).not.toContain('>web<');
    const farther = drawn({ level: 'farther' });
    expect(farther).toContain('>h1<');
    expect(farther).not.toContain('>blue<');
  });

  it('has the counts of an island within it when far, at every scale', () => {
    const islands = layout.panels.flatMap((panel) =>
      panel.islandBoxes.map((box) => ({ ...box, x: panel.x + box.x, y: panel.y + box.y })),
    );
    let counts = 0;
    for (let px = 1; px < 4; px += 0.05)
      for (const [, x, y, size] of drawn({ level: 'far', px }).matchAll(
        /<text x="([\d.]+)" y="([\d.]+)" font-size="([\d.]+)"[^>]*>\d+ of \d+ up</g,
      )) {
        const island = islands.find((box) => inPanel(box, Number(x), Number(y)));
        expect(island).toBeDefined();
        expect(Number(y) + Number(size) / 2).toBeLessThanOrEqual((island?.y ?? 0) + (island?.h ?? 0));
        counts += 1;
      }
    expect(counts).toBeGreaterThan(0);
  });

  it('has islands below the title of their host when farther, at every scale', () => {
    const number = (name: string, element: string): number =>
      Number(new RegExp(` ${name}="([-\\d.]+)"`).exec(element)?.[1] ?? NaN);
    for (const px of [1, 4, 6, 9, 14]) {
      const elements = drawn({ level: 'farther', px }).split('\n').join('').split('<');
      for (const panel of layout.panels) {
        const [islands, titles] = [`fill="${colors.tones.unknown}"`, 'font-size'].map((sign) =>
          elements.filter(
            (one) => one.includes(sign) && inPanel(panel, number('x', ` ${one}`), number('y', ` ${one}`)),
          ),
        );
        expect(islands?.length).toBe(panel.islandBoxes.length);
        const lowest = Math.max(0, ...(titles ?? []).map((one) => number('y', ` ${one}`) + 5 * px));
        for (const one of islands ?? []) expect(number('y', ` ${one}`)).toBeGreaterThanOrEqual(lowest);
      }
    }
  });

  it('colors islands by what needs attention when farther, and neutrally where nothing does', () => {
    const states = modelOf({
      ...model.map,
      networks: model.map.networks.map((network) => ({ ...network, isIsolated: true })),
      islands: model.map.islands.map((island) => ({
        ...island,
        verdict: island.hostId === 'h2' ? ('not_isolated' as const) : ('isolated' as const),
      })),
    });
    const fills = drawn({ level: 'farther', model: states });
    expect(fills).toContain('fill="#a"');
    expect(fills).not.toContain('fill="#000010"');
  });

  it('says by color what the lens asks for, and by word how many', () => {
    const at = (hours: number): string => new Date(1e12 - hours * 3_600_000).toISOString();
    const hours: Record<string, number> = { 'blue@h1': 0.5, 'green@h1': 30, 'blue@h2': 3 };
    const checked = modelOf({
      ...model.map,
      networks: model.map.networks.map((network) => ({ ...network, isIsolated: true })),
      islands: model.map.islands.map((island) => ({
        ...island,
        verdict: 'isolated' as const,
        verdictAt: at(hours[island.id] ?? 0),
      })),
    });
    const seen = (part: Partial<Scene>): string => drawn({ level: 'farther', model: checked, now: 1e12, ...part });
    expect(seen({ lens: 'age' })).toContain('>checked 3 h ago<');
    expect(seen({ lens: 'age' })).toContain('fill="#9"');
    expect(seen({ lens: 'state' })).not.toContain('fill="#9"');
    expect(seen({ lens: 'access' })).toContain('>no access<');
    const changed = { ...UNCHANGED, vms: new Map([['ci', 'new' as const]]) };
    expect(seen({ lens: 'changed', changed })).toContain('>1 changed<');
    expect(seen({ lens: 'changed', changed })).toContain('>unchanged<');
  });

  it('has no text below 11 pixels on the screen at any scale', () => {
    const { map } = model;
    const empty = { id: 'quiet', name: 'quiet', isIsolated: true, label: null };
    const withEmpty = modelOf({ ...map, networks: [...map.networks, empty] });
    const options = { grouping: 'host', rank: () => 0, opened: new Set<string>() } as const;
    const scene = { model: withEmpty, layout: new LayoutMaker().make(withEmpty, options, 1.3) };
    for (let scale = 0.02; scale < 1.3; scale *= 1.1) {
      const level = levelOf(scale);
      const picture = drawn({ ...scene, level, px: level === 'near' ? 1 : 1 / scale });
      for (const [, size] of picture.matchAll(/font-size="([\d.]+)"/g))
        if (level !== 'near') expect(Number(size) * scale).toBeGreaterThanOrEqual(10.99);
    }
  });

  it('shows a dot for each VM when far, where there is room', () => {
    const marks = (px: number): number => drawn({ level: 'far', px }).split('<path').length;
    expect(marks(1)).toBeGreaterThan(marks(4));
  });

  it('labels a regular network, and names it on the outside strip', () => {
    const scene = modelOf(sceneOf('h1/uplink: gw', 'h1/blue: gw', 'h2/red: a', 'h3/green: b'));
    const made = new LayoutMaker().make(scene, { grouping: 'host', rank: () => 0, opened: new Set() }, 1.3);
    const file = drawn({ model: scene, layout: made, looks: looksOf(scene.map.networks) });
    expect(file).toContain('1 VM · regular');
    expect(file.match(/>uplink\b[^<]*</g)).toHaveLength(2);
  });

  it('dims what is not highlighted and outlines what is', () => {
    const selected = { kind: 'vm', id: 'web' } as const;
    const file = drawn({ selected, highlight: highlightFor(model, selected, nothing) });
    expect(file).toContain('opacity="0.4"');
    // Text stays readable.
    expect(file).toMatch(/<text[^>]*fill="#dddddd"/);
    expect(file).not.toMatch(/<text[^>]*opacity="0/);
    expect(file).toContain('stroke="#abcdef" stroke-width="2.5"');
  });

  it('skips what is out of view', () => {
    const part = { x: -5_000, y: -5_000, w: 10, h: 10 };
    expect(drawn({ part })).not.toContain('>web<');
  });
});
