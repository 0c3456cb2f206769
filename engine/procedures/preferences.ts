import { say } from '../../contract';
import type { Core } from '../context';

export function preferenceHandlers({ os, store, live, command }: Core) {
  live.present('preferences', (user) => store.preferences.of(user));
  return {
    show: os.preferences.show.handler(({ context: { actor } }) => ({
      user: actor.user,
      preferences: store.preferences.of(actor.user),
    })),
    keep: os.preferences.keep.handler(
      command(({ tx, actor }, { dryRun: _, ...patch }) => {
        tx.preferences.keep(actor.user, patch);
        return {
          output: { user: actor.user, preferences: tx.preferences.of(actor.user) },
          lines: [say('preview.preferences.keep', { preferences: Object.keys(patch), user: actor.user })],
        };
      }),
    ),
  };
}
