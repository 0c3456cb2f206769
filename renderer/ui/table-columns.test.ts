import { describe, expect, it } from 'vitest';
import { arrange, choiceOf, moved } from './table-columns';
import type { Column } from './table-model';

const column = (id: string, more: Partial<Column<string>> = {}): Column<string> => ({
  id,
  title: id.toUpperCase(),
  cell: (row) => row,
  ...more,
});
const COLUMNS = [column('name'), column('state'), column('cpus', { spare: true }), column('acts', { title: '' })];
const shown = (choice?: Parameters<typeof arrange>[1]) =>
  arrange(COLUMNS, choice).flatMap((one) => (one.shown ? [one.column.id] : []));

describe('table columns', () => {
  it('have a default order until the user changes it, with optional ones hidden', () => {
    expect(shown()).toEqual(['name', 'state', 'acts']);
  });

  it('are shown, hidden and ordered as chosen; the actions stay last', () => {
    expect(shown({ order: ['acts', 'cpus', 'state', 'name'], hidden: ['state', 'acts'] })).toEqual([
      'cpus',
      'name',
      'acts',
    ]);
  });

  it('insert new columns after their default neighbor, and drop removed ones', () => {
    expect(shown({ order: ['gone', 'state', 'name'], hidden: ['gone'] })).toEqual(['state', 'name', 'acts']);
    const later = [column('name'), column('new'), column('state')];
    const ids = arrange(later, { order: ['state', 'name'], hidden: [] }).map((one) => one.column.id);
    expect(ids).toEqual(['state', 'name', 'new']);
  });

  it('round-trip through storage', () => {
    const choice = { order: ['state', 'cpus', 'name', 'acts'], hidden: ['cpus'] };
    expect(choiceOf(arrange(COLUMNS, choice))).toEqual(choice);
  });

  it('move by one position within bounds', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
  });
});
