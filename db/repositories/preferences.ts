import { DEFAULT_PREFERENCES, Preferences } from '../../contract';
import type { Repositories } from '../../engine/ports/store';
import { type Context, RowTable } from '../row-table';
import { preferences } from '../tables';

/** A key of an older or newer Atoll is left alone and not shown; a value that no longer fits counts as never chosen. */
export function preferenceRepository(context: Context): Repositories['preferences'] {
  const table = new RowTable(context, preferences, {
    subject: 'preference',
    key: ['user', 'key'],
    touches: ({ user }) => [{ kind: 'preferences', id: user }],
  });
  const ofUser = table.select('WHERE user = ?');
  const keys = Object.keys(DEFAULT_PREFERENCES) as Array<keyof Preferences>;
  return {
    of: (user) => {
      const kept = Object.fromEntries(
        ofUser.all(user).flatMap(({ key, value }) => {
          const known = Object.hasOwn(Preferences.shape, key) ? Preferences.shape[key].safeParse(value) : null;
          return known?.success === true ? [[key, known.data]] : [];
        }),
      );
      return { ...DEFAULT_PREFERENCES, ...kept };
    },
    keep: (user, patch) =>
      context.unit.write(() => {
        for (const key of keys) {
          const value = patch[key];
          if (value === undefined) continue;
          // NULL is no value of a NOT NULL column; what has none is as if never chosen.
          if (value === null) table.remove(user, key);
          else if (table.get(user, key) === undefined) table.insert({ user, key, value });
          else table.update([user, key], { value });
        }
      }),
  };
}
