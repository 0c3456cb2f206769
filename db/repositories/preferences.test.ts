import { expect, test } from 'vitest';
import { DEFAULT_PREFERENCES } from '../../contract';
import type { Touched } from '../../engine/ports/store';
import { connectMemory } from '../connection';
import { MIGRATIONS } from '../migrations/all';
import { openMemoryStore } from '../store';
import { UnitOfWork } from '../unit-of-work';
import { preferenceRepository } from './preferences';

test('each user has their own, and the defaults until they choose', () => {
  const store = openMemoryStore();
  store.preferences.keep('ann', { mapAspect: 1.5 });
  store.preferences.keep('ann', { mapUnfolded: ['a/b'] });
  store.preferences.keep('bob', { mapAspect: 2 });
  expect(store.preferences.of('ann')).toEqual({ mapAspect: 1.5, mapUnfolded: ['a/b'], tables: {} });
  expect(store.preferences.of('bob')).toEqual({ mapAspect: 2, mapUnfolded: [], tables: {} });
  expect(store.preferences.of("o'nobody")).toEqual(DEFAULT_PREFERENCES);
  store.preferences.keep('ann', { mapAspect: null });
  expect(store.preferences.of('ann')).toEqual({ mapAspect: null, mapUnfolded: ['a/b'], tables: {} });
});

test('publishes a change with the name of the user; the same value again is none', () => {
  const store = openMemoryStore();
  const heard: Touched[] = [];
  store.onCommit((touched) => heard.push(...touched));
  store.preferences.keep('ann', { mapUnfolded: ['x'] });
  store.preferences.keep('ann', { mapUnfolded: ['x'] });
  expect(heard).toEqual([{ kind: 'preferences', id: 'ann' }]);
});

test('what another version of Atoll wrote is neither shown nor lost', () => {
  const sqlite = connectMemory(MIGRATIONS);
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const repository = preferenceRepository({ sqlite, unit: new UnitOfWork(sqlite, log) });
  const put = sqlite.prepare("INSERT INTO preferences (user, key, value) VALUES ('ann', ?, ?)");
  put.run('fromTheFuture', '{"a":1}');
  put.run('mapAspect', '"wide"');
  expect(repository.of('ann')).toEqual(DEFAULT_PREFERENCES);
  repository.keep('ann', { mapAspect: 1 });
  expect(repository.of('ann')).toEqual({ mapAspect: 1, mapUnfolded: [], tables: {} });
  expect(sqlite.prepare("SELECT value FROM preferences WHERE key = 'fromTheFuture'").pluck().get()).toBe('{"a":1}');
});

test('the database bounds what is kept', () => {
  const store = openMemoryStore();
  const long = Array.from({ length: 9000 }, (_, index) => `${index}`.padStart(36, '0'));
  expect(() => store.preferences.keep('ann', { mapUnfolded: long })).toThrow(/does not take/);
  expect(store.preferences.of('ann')).toEqual(DEFAULT_PREFERENCES);
});
