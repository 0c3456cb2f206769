// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { configure, renderHook, waitFor } from '@testing-library/react';
import { createElement, type ReactNode } from 'react';
import { expect, test, vi } from 'vitest';
import type { Preferences } from '../../../contract';
import { keys } from '../../api/keys';

// One second, its own patience, can be too little beside other tests.
configure({ asyncUtilTimeout: 15_000 });

/** The engine's part: it answers with what it was sent. */
const keep = vi.fn((next: Partial<Preferences>) =>
  Promise.resolve({ user: 'u', preferences: { mapUnfolded: ['island'], ...next } }),
);
vi.mock('../../api/client', () => ({ client: { preferences: { keep } }, connection: {} }));
const { aspectFor, aspectOf, useArrangement } = await import('./use-arrangement');

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

test('has the same expanded islands after the first window has stored its shape, so that the map is laid out once', async () => {
  const cache = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  cache.setQueryData(keys.preferences, { user: 'u', preferences: { mapAspect: null, mapUnfolded: ['island'] } });
  const wrapper = ({ children }: { children: ReactNode }) =>
    createElement(QueryClientProvider, { client: cache }, children);
  const seen = new Set<unknown>();
  const { result } = renderHook(
    () => {
      const arrangement = useArrangement();
      seen.add(arrangement?.opened);
      return arrangement;
    },
    { wrapper },
  );
  await waitFor(() => expect(keep).toHaveBeenCalledWith({ mapAspect: result.current?.aspect }));
  await waitFor(() => expect(cache.isMutating()).toBe(0));
  expect([...(result.current?.opened ?? [])]).toEqual(['island']);
  expect(seen.size).toBe(1);
});
