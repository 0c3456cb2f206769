// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';

vi.mock('../../api/client', () => ({ client: {}, connection: {} }));
const { aspectFor, aspectOf } = await import('./use-arrangement');

test.each([
  ['an ordinary window', 1280, 800, 1.27],
  ['a large one', 1920, 1080, 1.6],
  ['half a small one, with rail and sheet', 640, 400, 2.5],
])('lays the map out for %s', (_, width, height, aspect) => {
  expect(aspectOf(width, height)).toBeCloseTo(aspect, 2);
});

test('keeps the stored aspect ratio in a similar window, and uses that of a very different one', () => {
  expect(aspectFor(null, 1.6)).toBe(1.6);
  expect(aspectFor(1.27, 1.35)).toBe(1.27);
  expect(aspectFor(1.27, 1.6)).toBe(1.6);
  expect(aspectFor(2.5, 1.27)).toBe(1.27);
});
