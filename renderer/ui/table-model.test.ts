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
  it('keeps the order without a sort column', () => {
    expect(sortRows(rows, columns, '', null)).toBe(rows);
  });

  it('sorts names naturally and numbers numerically', () => {
    expect(names(sortRows(rows, columns, '', { by: 'name', down: false }))).toEqual(['vm2', 'vm10', 'Web']);
    expect(names(sortRows(rows, columns, '', { by: 'size', down: true }))).toEqual(['vm2', 'Web', 'vm10']);
  });

  it('filters rows by text in any column, ignoring case', () => {
    expect(names(sortRows(rows, columns, 'VM 40', null))).toEqual(['vm2']);
    expect(names(sortRows(rows, columns, 'nothing', null))).toEqual([]);
  });

  it('ignores a column that cannot be sorted', () => {
    expect(sortRows(rows, columns, '', { by: 'act', down: false })).toBe(rows);
  });
});
