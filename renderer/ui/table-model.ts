import type { ReactNode } from 'react';
import { locale } from './language';

export interface Column<T> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  /** What the filter looks at and the sort goes by; a column without it does neither. */
  readonly text?: (row: T) => string | number;
  /** Its share of the room, and about how many characters fit at least. */
  readonly width?: number;
  /** Figures stand to the right, one beneath the other. */
  readonly numeric?: boolean;
  /** Shown only when a person asks for it. */
  readonly spare?: boolean;
}

export interface Sort {
  readonly by: string;
  readonly down: boolean;
}

const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });

/** The rows that contain every word of the filter in some column, in the order asked for (else as given). */
export function sortRows<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  filter: string,
  sort: Sort | null,
): readonly T[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? rows : rows.filter((row) => matches(row, columns, words));
  const text = columns.find((column) => column.id === sort?.by)?.text;
  if (text === undefined || sort === null) return found;
  const sign = sort.down ? -1 : 1;
  return [...found].sort((a, b) => sign * compare(text(a), text(b)));
}

function matches<T>(row: T, columns: readonly Column<T>[], words: readonly string[]): boolean {
  const all = columns
    .map((column) => column.text?.(row) ?? '')
    .join(' ')
    .toLowerCase();
  return words.every((word) => all.includes(word));
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}
