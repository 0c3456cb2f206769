import { expect, it } from 'vitest';
import type { AtollMap, Verdict } from '../../contract';
import { sceneOf } from '../../test/support/map-scene';
import type { Context } from '../context';
import { Output } from '../output';
import { bitRate } from '../text/units';
import { showMap } from './map';

/** The lines of the map on which the island of blue has this verdict. */
async function lines(verdict: Verdict, points: number, unchecked: number, failed = 0): Promise<string> {
  const scene = sceneOf('node1/blue: web');
  const map: AtollMap = {
    ...scene,
    islands: scene.islands.map((one) => ({ ...one, verdict, points, unchecked, failed })),
  };
  let written = '';
  const out = new Output(null, { write: (text: string) => (written += text) });
  const client = { map: { show: () => Promise.resolve(map) } };
  const context = { input: { text: () => undefined }, out, engine: () => Promise.resolve({ client }) };
  await showMap(context as unknown as Context);
  return written;
}

it('says beside a verdict how many of its points were checked, unless all were', async () => {
  expect(await lines('isolated', 8, 1)).toContain('blue (isolated, 7 of 8 points checked)');
  expect(await lines('isolated', 8, 0)).toContain('blue (isolated)');
  expect(await lines('not_isolated', 8, 1)).toContain('blue (not isolated)');
  expect(await lines('isolated', 8, 1, 1)).toContain('blue (isolated, 1 of 8 points failed)');
  expect(await lines('not_isolated', 8, 0, 1)).toContain('blue (not isolated)');
  expect(await lines('unknown', 8, 0, 1)).toContain('blue (not proven, 1 of 8 points failed)');
  expect(await lines('unknown', 0, 0)).toContain('blue (isolated, not checked yet)');
});

it('has the speed of a NIC in the unit that people use for it', () => {
  expect([100, 1000, 2500, 10_000].map(bitRate)).toEqual(['100 Mbit/s', '1 Gbit/s', '2.5 Gbit/s', '10 Gbit/s']);
});
