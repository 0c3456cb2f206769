import { expect, it } from 'vitest';
import { mostConnections, oncePerSecond } from './limits';

it.each([
  [null, 128],
  [1_048_576, 128],
  [200, 50],
  [20, 16],
])('with %s files takes %s connections', (files, most) => expect(mostConnections(files)).toBe(most));

it('logs once a second, and how much it left out', () => {
  let now = 0;
  const said: object[] = [];
  const log = oncePerSecond<{ n: number }>(
    (fields) => said.push(fields),
    () => now,
  );
  for (let n = 0; n < 100; n++) log({ n });
  now = 1_000;
  log({ n: 100 });
  now = 2_500;
  log({ n: 101 });
  expect(said).toEqual([{ n: 0 }, { n: 100, leftOut: 99 }, { n: 101 }]);
});
