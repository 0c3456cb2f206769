// @vitest-environment jsdom
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DataTable } from './data-table';
import type { SelectedIds } from './row-selection';
import type { Column, Sort } from './table-model';

interface Row {
  readonly name: string;
  readonly memory: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', title: 'Name', cell: ({ name }) => name, text: ({ name }) => name },
  { id: 'memory', title: 'Memory', cell: ({ memory }) => `${memory} MiB`, text: ({ memory }) => memory, numeric: true },
  { id: 'mac', title: 'MAC address', cell: () => '', spare: true },
];
const ROWS: readonly Row[] = [
  { name: 'web', memory: 512 },
  { name: 'db10', memory: 64 },
  { name: 'db9', memory: 1024 },
];

/** A table whose caller keeps filter, order and selection, as a page does. */
function Page({ rows, onSelect }: { rows: readonly Row[]; onSelect?: (selected: SelectedIds) => void }) {
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<Sort | null>(null);
  const [selected, setSelected] = useState<SelectedIds>(new Set());
  return (
    <DataTable
      label="VMs"
      columns={COLUMNS}
      rows={rows}
      keyOf={({ name }) => name}
      filter={filter}
      onFilter={setFilter}
      sort={sort}
      onSort={setSort}
      selection={{
        selected,
        onSelect: (next) => {
          setSelected(next);
          onSelect?.(next);
        },
        nameOf: ({ name }) => name,
        acts: <button>Remove selected</button>,
      }}
      empty={<p>No VMs yet</p>}
      noMatch="No VM matches"
    />
  );
}

/** Rows under a heading for each size. */
const Grouped = () => (
  <DataTable
    label="VMs"
    columns={COLUMNS}
    rows={[...ROWS].sort((a, b) => a.memory - b.memory)}
    keyOf={({ name }) => name}
    groupOf={({ memory }) => (memory < 1000 ? 'Small' : 'Large')}
    filter=""
    onFilter={vi.fn()}
    sort={null}
    onSort={vi.fn()}
    empty={<p>No VMs yet</p>}
    noMatch="No VM matches"
  />
);

const names = (): string[] => {
  const [, ...rows] = within(screen.getByRole('grid', { name: 'VMs' })).getAllByRole('row');
  return rows.map((row) => row.querySelector('[data-label="Name"]')?.textContent ?? '');
};
const box = (name: string) => screen.getByRole('checkbox', { name });

describe('a table', () => {
  afterEach(cleanup);

  it('has a heading above the first row of each group', () => {
    render(<Grouped />);
    const [, ...rows] = within(screen.getByRole('grid', { name: 'VMs' })).getAllByRole('row');
    expect(rows.map((row) => row.textContent)).toEqual(['Small', 'db1064 MiB', 'web512 MiB', 'Large', 'db91024 MiB']);
  });

  it('shows what stands in for it when there are no rows at all', () => {
    render(<Page rows={[]} />);
    expect(screen.getByText('No VMs yet')).toBeDefined();
    expect(screen.queryByRole('grid')).toBeNull();
  });

  it('filters by every word in any column, counts what is left, and says so when nothing is', async () => {
    const user = userEvent.setup();
    render(<Page rows={ROWS} />);
    expect(screen.getByText('3 rows')).toBeDefined();
    const filter = screen.getByRole('textbox', { name: 'Filter: VMs' });
    await user.type(filter, 'db 64');
    expect(names()).toEqual(['db10']);
    expect(screen.getByText('1 of 3 rows')).toBeDefined();
    await user.clear(filter);
    await user.type(filter, 'router');
    expect(names()).toEqual([]);
    expect(screen.getByText('No VM matches')).toBeDefined();
  });

  it('sorts names by the numbers in them and figures by size, and turns the order around', async () => {
    const user = userEvent.setup();
    render(<Page rows={ROWS} />);
    const by = (title: string) => user.click(screen.getByRole('button', { name: title }));
    await by('Name');
    expect(names()).toEqual(['db9', 'db10', 'web']);
    await by('Memory');
    expect(names()).toEqual(['db10', 'web', 'db9']);
    await by('Memory');
    expect(names()).toEqual(['db9', 'web', 'db10']);
  });

  it('hides spare columns until they are asked for', () => {
    render(<Page rows={ROWS} />);
    expect(screen.getAllByRole('columnheader').map(({ textContent }) => textContent)).not.toContain('MAC address');
  });

  it('selects one row, with shift all rows since the last, and shows the actions instead of the tools', async () => {
    const user = userEvent.setup();
    const onSelect = vi.fn();
    render(<Page rows={ROWS} onSelect={onSelect} />);
    expect(screen.queryByRole('button', { name: 'Remove selected' })).toBeNull();
    await user.click(box('Select web'));
    expect(onSelect).toHaveBeenLastCalledWith(new Set(['web']));
    expect(screen.getByRole('button', { name: 'Remove selected' })).toBeDefined();
    await user.keyboard('{Shift>}');
    await user.click(box('Select db9'));
    await user.keyboard('{/Shift}');
    expect(onSelect).toHaveBeenLastCalledWith(new Set(['web', 'db10', 'db9']));
    await user.click(box('Select db10'));
    expect(onSelect).toHaveBeenLastCalledWith(new Set(['web', 'db9']));
  });

  it('selects all visible rows and keeps what the filter hides', async () => {
    const user = userEvent.setup();
    const onSelect = vi.fn();
    render(<Page rows={ROWS} onSelect={onSelect} />);
    await user.click(box('Select web'));
    expect((box('Select all visible rows') as HTMLInputElement).indeterminate).toBe(true);
    await user.type(screen.getByRole('textbox', { name: 'Filter: VMs' }), 'db');
    await user.click(box('Select all visible rows'));
    expect(onSelect).toHaveBeenLastCalledWith(new Set(['web', 'db10', 'db9']));
    await user.click(box('Select all visible rows'));
    expect(onSelect).toHaveBeenLastCalledWith(new Set(['web']));
  });

  it('draws a few of very many rows, and tells assistive technology how many there are', () => {
    render(<Page rows={Array.from({ length: 5_000 }, (_, n) => ({ name: `vm${n}`, memory: 64 }))} />);
    expect(screen.getByRole('grid', { name: 'VMs' }).getAttribute('aria-rowcount')).toBe('5001');
    expect(names().length).toBeLessThan(200);
    expect(screen.getByText('5,000 rows')).toBeDefined();
  });
});
