import { MutationObserver, type QueryClient } from '@tanstack/react-query';
import type { OwnPreferences, Preferences } from '../../contract';
import { client } from './client';
import { keys } from './keys';
import { patch } from './patch';

/**
 * Saves a preference: applied immediately, then sent to the engine, one call at a time. The engine's answer to the last call is
 * final, in this window and all others.
 * @param change returns the new preferences from this window's current ones; other fields stay.
 * @param what the name for the log if saving fails: the change still applies in this window.
 */
export function keepPreferences(
  cache: QueryClient,
  change: (old: Preferences | undefined) => Partial<Preferences>,
  what: string,
): void {
  const next = change(cache.getQueryData<OwnPreferences>(keys.preferences)?.preferences);
  patch<OwnPreferences>(cache, keys.preferences, (old) => ({
    ...old,
    preferences: { ...old.preferences, ...next },
  }));
  new MutationObserver(cache, {
    mutationKey: keys.preferences,
    scope: { id: 'preferences' },
    mutationFn: () => client.preferences.keep(next),
    onSuccess: (kept) => {
      if (cache.isMutating({ mutationKey: keys.preferences }) === 1)
        patch<OwnPreferences>(cache, keys.preferences, () => kept);
    },
    onError: (error: unknown) => console.info('preferences are not kept', what, error),
  })
    .mutate()
    .catch(() => undefined);
}
