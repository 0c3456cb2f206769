import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../../test/support/map-scene';
import { LayoutMaker } from '../layout/layout';
import { modelOf } from '../model';
import { type Direction, nextNode, nodesOf } from './nodes';

const model = modelOf(sceneOf('h1/blue: web db gw', 'h1/green: ci gw', 'h2/red: far'));
const layout = new LayoutMaker().make(model, { grouping: 'host', rank: () => 0, opened: new Set() }, 1.3);
const nodes = nodesOf(layout, 'near');

const go = (from: string, direction: Direction): string | undefined => {
  const at = nodes.find((node) => node.key.endsWith(from));
  if (at === undefined) throw new Error(`no node ${from}`);
  return nextNode(nodes, at.box, direction)?.key.split('/').at(-1);
};

describe('keyboard navigation on the map', () => {
  it('moves from chip to chip by position, and up to the header of their island and panel', () => {
    expect(go('/web', 'right')).toBe('db');
    expect(go('/db', 'left')).toBe('web');
    expect(go('/web', 'up')).toBe('blue@h1');
    expect(go('island/blue@h1', 'up')).toBe('host:h1');
    expect(go('island/blue@h1', 'down')).toBe('web');
  });

  it('reaches every node from the first one', () => {
    const reached = new Set([nodes[0]?.key]);
    const front = nodes.slice(0, 1);
    for (let node = front.pop(); node !== undefined; node = front.pop()) {
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const next = nextNode(nodes, node.box, direction);
        if (next === null || reached.has(next.key)) continue;
        reached.add(next.key);
        front.push(next);
      }
    }
    expect(nodes.map((node) => node.key).filter((key) => !reached.has(key))).toEqual([]);
  });

  it('has only panels at the lowest level of detail', () => {
    expect(new Set(nodesOf(layout, 'farther').map((node) => node.kind))).toEqual(new Set(['panel']));
  });
});
