import type { Table } from '../../engine/ports/store';
import type { RowTable } from '../row-table';

/**
 * What every repository of rows with an id has. The list goes by rowid, which is the order of creation: it is set
 * once, rises, and costs no sort.
 */
export function byId<Row extends { id: string }>(table: RowTable<Row>): Table<Row> {
  const all = table.select('ORDER BY rowid');
  return {
    get: (id) => table.get(id),
    list: () => all.all(),
    insert: (row) => table.insert(row),
    // For a generic Row the compiler can't see that a part of Omit<Row, 'id'> is a part of Row.
    update: (id, patch) => table.update([id], patch as Partial<Row>),
    remove: (id) => void table.remove(id),
  };
}
