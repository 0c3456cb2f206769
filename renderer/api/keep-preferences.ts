import { MutationObserver, type QueryClient } from '@tanstack/react-query';
import type { OwnPreferences, Preferences } from '../../contract';
import { client } from './client';
import { keys } from './keys';
import { patch } from './patch';

/**
 * Keeps what a person has chosen: shown at once, then told to the engine, one after the other. The engine's answer to the
 * last of several is what stands at the end, in this window as in all others.
 * @param change gives what is to be kept, from the preferences as this window has them; the rest stays.
 * @param what named in the log where it can't be kept: it holds in this window all the same.
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
