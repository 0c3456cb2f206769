import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { OwnPreferences, TableId } from '../../contract';
import { client } from '../api/client';
import { keys } from '../api/keys';
import { patch } from '../api/patch';
import { queries } from '../api/queries';
import type { ColumnChoice } from '../ui/table-columns';

/** The columns of a table as this person has chosen them: kept in the store, the same in all of their windows. */
export function useTableChoice(table: TableId) {
  const cache = useQueryClient();
  const tables = useQuery(queries.preferences()).data?.preferences.tables;
  const onChoice = useCallback(
    (choice: ColumnChoice | null): void => {
      const { [table]: _, ...others } = cache.getQueryData<OwnPreferences>(keys.preferences)?.preferences.tables ?? {};
      const next =
        choice === null ? others : { ...others, [table]: { order: [...choice.order], hidden: [...choice.hidden] } };
      patch<OwnPreferences>(cache, keys.preferences, (old) => ({
        ...old,
        preferences: { ...old.preferences, tables: next },
      }));
      client.preferences
        .keep({ tables: next })
        .catch((error: unknown) => console.info('the columns are not kept as they are', error));
    },
    [cache, table],
  );
  return { choice: tables?.[table], onChoice };
}
