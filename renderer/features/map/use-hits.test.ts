// @vitest-environment jsdom
import { act, renderHook } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { sceneOf } from '../../../test/support/map-scene';
import { changedBy } from './changes';
import type { Filter } from './highlight';
import { type Model, modelOf } from './model';
import { useHits } from './use-hits';

const model = modelOf(sceneOf('h1/blue: web1 db web2'));
const [web1, , web2] = model.map.vms;
const NONE = changedBy([]);
const filter: Filter = { words: 'web', state: null, hostId: null, networkId: null, label: null, since: null };

interface Now {
  readonly now: Model | null;
  readonly isReading?: boolean;
}

function shown(first: Model | null, reading = false) {
  const [select, reveal] = [vi.fn(), vi.fn()];
  const search = { filter, selected: null, select };
  const hook = renderHook(({ now, isReading = false }: Now) => useHits(now, { ...search, isReading }, NONE, reveal), {
    initialProps: { now: first, isReading: reading } as Now,
  });
  return { ...hook, select, reveal };
}
const hit = (vm = web1) => ({ kind: 'vm', id: vm?.id });

test('steps to the first match, or to the last', () => {
  const { result, select, reveal } = shown(model);
  expect(result.current).toMatchObject({ count: 2, at: 0 });
  act(() => result.current.step(1));
  act(() => result.current.step(-1));
  expect(select.mock.calls).toEqual([[hit(web1)], [hit(web2)]]);
  expect(reveal.mock.calls).toEqual([
    [hit(web1), 'focus'],
    [hit(web2), 'focus'],
  ]);
});

test('takes a step that was asked for before there is a map once there is one, and only once', () => {
  const { result, rerender, select } = shown(null);
  act(() => result.current.step(1));
  expect(select).not.toHaveBeenCalled();
  rerender({ now: model });
  expect(select.mock.calls).toEqual([[hit(web1)]]);
  rerender({ now: modelOf(sceneOf('h1/blue: web1 db web2')) });
  expect(select).toHaveBeenCalledTimes(1);
});

test('takes a step that finds nothing on an old map once that was read again, and drops it if there is still nothing', () => {
  const old = modelOf(sceneOf('h1/blue: db'));
  for (const [next, hits] of [
    [model, [[hit(web1)]]],
    [old, []],
  ] as const) {
    const { result, rerender, select } = shown(old, true);
    act(() => result.current.step(1));
    rerender({ now: next, isReading: true });
    expect(select).not.toHaveBeenCalled();
    rerender({ now: next });
    expect(select.mock.calls).toEqual(hits);
    rerender({ now: model });
    expect(select.mock.calls).toEqual(hits);
  }
});
