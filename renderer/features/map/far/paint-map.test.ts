import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../../test/support/map-scene';
import { COLOURS, looksOf } from '../../../ui/palette';
import { LayoutMaker } from '../layout/layout';
import { litBy } from '../lit';
import { modelOf } from '../model';
import type { Colours } from './colours';
import { HealthBook } from './health';
import { paintMap } from './paint-map';
import type { Scene } from './scene';
import { SvgPen } from './svg-pen';

const networks = Object.fromEntries(
  [...COLOURS, 'grey'].map((name, i) => [name, { line: `#0000${i + 10}`, land: `#eeee${i + 10}` }]),
) as Colours['networks'];
const plain = {
  bg: '#f',
  panel: '#f',
  ink: '#1',
  dim: '#dddddd',
  soft: '#2',
  line: '#3',
  sea: '#4',
  sea2: '#44',
  chip: '#5',
  brand: '#abcdef',
};
const colours: Colours = {
  ...plain,
  networks,
  tones: { ok: '#6', busy: '#7', off: '#8', warn: '#9', bad: '#a', unknown: '#b' },
};

const model = modelOf(sceneOf('h1/blue: web <b>evil gw', 'h1/green: ci gw', 'h2/blue: far'));
const layout = new LayoutMaker().make(model, { grouping: 'host', rank: () => 0, opened: new Set() }, 1.3);
const nothing = { words: '', state: null, hostId: null, networkId: null, label: null, since: null };

function drawn(part: Partial<Scene> = {}): string {
  const pen = new SvgPen('serif');
  const scene: Scene = {
    layout,
    model,
    looks: looksOf(model.map.networks),
    lit: null,
    picked: null,
    marks: new Map(),
    repaired: new Map(),
    colours,
    level: 'near',
    px: 1,
    part: null,
    now: 0,
    ...part,
  };
  paintMap(pen, scene, new HealthBook(scene.model));
  return pen.file({ x: 0, y: 0, w: layout.width, h: layout.height }, '#fff', 'map');
}

describe('painting the map', () => {
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

  it('labels a regular network, and names it on the outside strip', () => {
    const scene = modelOf(sceneOf('h1/uplink: gw', 'h1/blue: gw', 'h2/red: a', 'h3/green: b'));
    const made = new LayoutMaker().make(scene, { grouping: 'host', rank: () => 0, opened: new Set() }, 1.3);
    const file = drawn({ model: scene, layout: made, looks: looksOf(scene.map.networks) });
    expect(file).toContain('1 VM · regular');
    expect(file.match(/>uplink\b[^<]*</g)).toHaveLength(2);
  });

  it('dims what is not highlighted and outlines what is', () => {
    const picked = { kind: 'vm', id: 'web' } as const;
    const file = drawn({ picked, lit: litBy(model, picked, nothing) });
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
