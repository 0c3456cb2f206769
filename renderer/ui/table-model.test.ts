import { describe, expect, it } from 'vitest';
import { type Column, sortRows } from './table-model';

interface Row {
  name: string;
  size: number;
}
const columns: Column<Row>[] = [
  { id: 'name', title: 'Name', cell: (row) => row.name, text: (row) => row.name },
  { id: 'size', title: 'Size', cell: (row) => row.size, text: (row) => row.size },
  { id: 'act', title: '', cell: () => null },
];
const rows: Row[] = [
  { name: 'vm10', size: 5 },
  { name: 'vm2', size: 40 },
  { name: 'Web', size: 7 },
];
const names = (sorted: readonly Row[]) => sorted.map((row) => row.name);

describe('sortRows', () => {
  it('leaves the order alone when none is asked for', () => {
    expect(sortRows(rows, columns, '', null)).toBe(rows);
  });

  it('sorts names as people count, numbers as numbers', () => {
    expect(names(sortRows(rows, columns, '', { by: 'name', down: false }))).toEqual(['vm2', 'vm10', 'Web']);
    expect(names(sortRows(rows, columns, '', { by: 'size', down: true }))).toEqual(['vm2', 'Web', 'vm10']);
  });

  it('finds rows by words in any column, in any case', () => {
    expect(names(sortRows(rows, columns, 'VM 40', null))).toEqual(['vm2']);
    expect(names(sortRows(rows, columns, 'nothing', null))).toEqual([]);
  });

  it('ignores a column that can not be sorted by', () => {
    expect(sortRows(rows, columns, '', { by: 'act', down: false })).toBe(rows);
  });
});
