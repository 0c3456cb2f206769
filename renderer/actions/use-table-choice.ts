import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { TableId } from '../../contract';
import { keepPreferences } from '../api/keep-preferences';
import { queries } from '../api/queries';
import type { ColumnChoice } from '../ui/table-columns';

/** The user's columns of a table, stored in the database and shared by all of their windows. */
export function useTableChoice(table: TableId) {
  const cache = useQueryClient();
  const tables = useQuery(queries.preferences()).data?.preferences.tables;
  const onChoice = useCallback(
    (choice: ColumnChoice | null): void => {
      const chosen = choice === null ? {} : { [table]: { order: [...choice.order], hidden: [...choice.hidden] } };
      keepPreferences(
        cache,
        (old) => {
          const { [table]: _, ...others } = old?.tables ?? {};
          return { tables: { ...others, ...chosen } };
        },
        'columns',
      );
    },
    [cache, table],
  );
  return { choice: tables?.[table], onChoice };
}
