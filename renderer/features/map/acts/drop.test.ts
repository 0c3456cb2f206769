import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../../test/support/map-scene';
import { LayoutMaker } from '../layout/layout';
import { modelOf } from '../model';
import { dropAt } from './drop';

const scene = sceneOf('h1/blue: web gw', 'h1/green: ci gw', 'h2/blue: far');
const model = modelOf({
  ...scene,
  networks: [...scene.networks, { id: 'new', name: 'new', isIsolated: true, label: null }],
});
const layout = new LayoutMaker().make(model, { grouping: 'host', rank: () => 0, opened: new Set() }, 1.3);

/** The middle of an island's head, as a point of the layout. */
function over(islandId: string): [number, number] {
  for (const panel of layout.panels) {
    const isle = panel.isles.find((one) => one.island.id === islandId);
    if (isle !== undefined) return [panel.x + isle.x + isle.w / 2, panel.y + isle.y + 5];
  }
  throw new Error(`no island ${islandId}`);
}
const web = { vmId: 'web', fromIsland: 'blue@h1' };
const gw = { vmId: 'gw', fromIsland: null };

describe('letting a carried VM go', () => {
  it('plugs it in on another island of its host', () => {
    expect(dropAt(model, layout, web, ...over('green@h1'))).toMatchObject({ kind: 'in', networkId: 'green' });
  });

  it('plugs it in on a network where nobody stands yet', () => {
    const [box] = layout.empty;
    if (box === undefined) throw new Error('no empty network');
    expect(dropAt(model, layout, web, box.x + 3, box.y + 3)).toMatchObject({ kind: 'in', networkId: 'new' });
  });

  it('does nothing where it came from, and where it is on already', () => {
    expect(dropAt(model, layout, web, ...over('blue@h1')).kind).toBe('no');
    expect(dropAt(model, layout, gw, ...over('blue@h1')).words).toBe('gw is already on blue');
  });

  it('does nothing on another host, and says why', () => {
    expect(dropAt(model, layout, web, ...over('blue@h2')).words).toContain('stays on h1');
  });

  it('unplugs it in the water: from the island that it was taken from, from a strait from either', () => {
    expect(dropAt(model, layout, web, -50, -50)).toMatchObject({ kind: 'out', networkIds: ['blue'] });
    expect(dropAt(model, layout, gw, -50, -50)).toMatchObject({ kind: 'out', networkIds: ['blue', 'green'] });
  });
});
