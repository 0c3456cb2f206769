import type { Column } from './table-model';

/** The user's arrangement of a table's columns: their order, and which are hidden. */
export interface ColumnChoice {
  readonly order: readonly string[];
  readonly hidden: readonly string[];
}

/** A column as the chooser lists it. */
export interface Arranged<T> {
  readonly column: Column<T>;
  readonly shown: boolean;
}

/** Whether the user can hide and move it: a column without a title has a row's actions and is fixed. */
export const isChosen = <T>(column: Column<T>): boolean => column.title !== '';

/**
 * All columns in the user's order. A column that is newer than the choice follows its predecessor in the default order; a column
 * that no longer exists is left out.
 */
export function arrange<T>(columns: readonly Column<T>[], choice: ColumnChoice | undefined): Arranged<T>[] {
  const byId = new Map(columns.map((column) => [column.id, column]));
  const order = choice?.order.filter((id) => byId.has(id)) ?? [];
  for (const [index, { id }] of columns.entries()) {
    if (order.includes(id)) continue;
    const before = columns[index - 1]?.id;
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, id);
  }
  const hidden = new Set(choice?.hidden);
  const known = new Set(choice?.order);
  const arranged = order.flatMap((id) => {
    const column = byId.get(id);
    if (column === undefined) return [];
    return [{ column, shown: known.has(id) ? !hidden.has(id) : column.spare !== true }];
  });
  const fixed = arranged.filter(({ column }) => !isChosen(column));
  return [...arranged.filter(({ column }) => isChosen(column)), ...fixed.map((one) => ({ ...one, shown: true }))];
}

/** The stored form of an arrangement. */
export const choiceOf = <T>(arranged: readonly Arranged<T>[]): { order: string[]; hidden: string[] } => ({
  order: arranged.map(({ column }) => column.id),
  hidden: arranged.filter(({ shown }) => !shown).map(({ column }) => column.id),
});

/** The list with the item at `from` moved by `by` positions; unchanged if that is out of bounds. */
export function moved<T>(list: readonly T[], from: number, by: number): readonly T[] {
  const to = from + by;
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return list;
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, item);
}
