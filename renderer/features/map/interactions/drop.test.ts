import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../../test/support/map-scene';
import { LayoutMaker } from '../layout/layout';
import { modelOf } from '../model';
import { dropAt, dropIslandAt, type PlacedIsland } from './drop';

const scene = sceneOf('h1/blue: web gw', 'h1/green: ci gw', 'h2/blue: far');
const model = modelOf({
  ...scene,
  networks: [...scene.networks, { id: 'new', name: 'new', isIsolated: true, label: null }],
});
const layout = new LayoutMaker().make(model, { grouping: 'host', rank: () => 0, opened: new Set() }, 1.3);

/** The center of an island's header, in layout coordinates. */
function over(islandId: string): [number, number] {
  for (const panel of layout.panels) {
    const islandBox = panel.islandBoxes.find((one) => one.island.id === islandId);
    if (islandBox !== undefined) return [panel.x + islandBox.x + islandBox.w / 2, panel.y + islandBox.y + 5];
  }
  throw new Error(`no island ${islandId}`);
}
const web = { vmId: 'web', fromIsland: 'blue@h1' };
const gw = { vmId: 'gw', fromIsland: null };

describe('dropping a dragged VM', () => {
  it('plugs it into another island of its host', () => {
    expect(dropAt(model, layout, web, ...over('green@h1'))).toMatchObject({ kind: 'in', networkId: 'green' });
  });

  it('plugs it into a network without VMs', () => {
    const [box] = layout.empty;
    if (box === undefined) throw new Error('no empty network');
    expect(dropAt(model, layout, web, box.x + 3, box.y + 3)).toMatchObject({ kind: 'in', networkId: 'new' });
  });

  it('does nothing on its own island, or on one that it is already on', () => {
    expect(dropAt(model, layout, web, ...over('blue@h1')).kind).toBe('no');
    expect(dropAt(model, layout, gw, ...over('blue@h1')).words).toBe('gw is already on blue');
  });

  it('asks whether it reaches the VM that it is dropped on, also one of another host', () => {
    const onChip = (vmId: string): [number, number] => {
      for (const { x, y, islandBoxes, lanes } of layout.panels) {
        const chip = [...islandBoxes.flatMap(({ chips }) => chips), ...lanes].find((one) => one.vmId === vmId);
        if (chip !== undefined) return [x + chip.x + chip.w / 2, y + chip.y + chip.h / 2];
      }
      throw new Error(`no chip of ${vmId}`);
    };
    expect(dropAt(model, layout, web, ...onChip('far'))).toMatchObject({ kind: 'ask', toVmId: 'far' });
    expect(dropAt(model, layout, web, ...onChip('gw'))).toMatchObject({ kind: 'ask', words: 'Does web reach gw?' });
    expect(dropAt(model, layout, web, ...onChip('web')).kind).toBe('no');
  });

  it('does nothing on another host, and gives the reason', () => {
    expect(dropAt(model, layout, web, ...over('blue@h2')).words).toContain('stays on h1');
  });

  it('unplugs it when dropped outside islands: from its source island, or from either when dragged out of a lane', () => {
    expect(dropAt(model, layout, web, -50, -50)).toMatchObject({ kind: 'out', networkIds: ['blue'] });
    expect(dropAt(model, layout, gw, -50, -50)).toMatchObject({ kind: 'out', networkIds: ['blue', 'green'] });
  });
});

describe('dropping a dragged island', () => {
  const blue = (hostId: string): PlacedIsland => ({ ...model.islands.get(`blue@${hostId}`)!, hostId });

  it("stretches its network over both hosts when dropped on another host's island", () => {
    expect(dropIslandAt(model, layout, blue('h1'), ...over('blue@h2'))).toEqual({
      ...{ kind: 'stretch', networkId: 'blue', islandId: 'blue@h2', hosts: ['h1', 'h2'] },
      words: 'Stretch blue over h1 and h2',
    });
  });

  it('does nothing on itself, on another network, or elsewhere', () => {
    const words = (x: number, y: number) => dropIslandAt(model, layout, blue('h1'), x, y);
    expect(words(...over('blue@h1'))).toEqual({ kind: 'no', words: 'No change' });
    const means = { kind: 'no', words: 'Drop it on blue on another host to connect them' };
    expect(words(...over('green@h1'))).toEqual(means);
    expect(words(-50, -50)).toEqual(means);
  });

  it('does nothing between hosts that the network already connects', () => {
    const joints = [{ hostId: 'h2', state: 'connected', way: 'direct', since: null }] as PlacedIsland['joints'];
    const drop = dropIslandAt(model, layout, { ...blue('h1'), joints }, ...over('blue@h2'));
    expect(drop).toEqual({ kind: 'no', words: 'blue is already stretched over both hosts' });
  });
});
