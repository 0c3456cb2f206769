import { printable } from './escape';
import { displayWidth, pad } from './width';

export interface Column<T> {
  readonly title: string;
  /** The cell's value; null and undefined become a dash. */
  readonly of: (row: T) => string | number | boolean | null | undefined;
}

const GAP = '  ';

function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return printable(String(value));
}

/** Lines of a table, aligned by display width; every cell is escaped for a terminal. */
export function layTable<T>(columns: ReadonlyArray<Column<T>>, rows: readonly T[]): string[] {
  const grid = [
    columns.map(({ title }) => title.toUpperCase()),
    ...rows.map((row) => columns.map(({ of }) => cell(of(row)))),
  ];
  const widths = columns.map((_, i) => grid.reduce((widest, line) => Math.max(widest, displayWidth(line[i] ?? '')), 0));
  return grid.map((line) =>
    line.map((text, i) => (i === line.length - 1 ? text : pad(text, widths[i] ?? 0))).join(GAP),
  );
}

/** Lines of `name   value`, for one object. Fields whose value is undefined are left out. */
export function layFields(
  fields: ReadonlyArray<readonly [name: string, value: string | number | boolean | null | undefined]>,
): string[] {
  const shown = fields.filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...shown.map(([name]) => displayWidth(name)));
  return shown.map(([name, value]) => `${pad(name, width)}${GAP}${cell(value)}`);
}
