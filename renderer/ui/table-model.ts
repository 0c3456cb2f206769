import type { ReactNode } from 'react';
import { locale } from './language';

export interface Column<T> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  /** The value for filter and sort; a column without it supports neither. */
  readonly text?: (row: T) => string | number;
  /** Its share of the width, and its minimum width in characters. */
  readonly width?: number;
  /** Right-aligned numbers. */
  readonly numeric?: boolean;
  /** Shown only if the user enables it. */
  readonly spare?: boolean;
}

export interface Sort {
  readonly by: string;
  readonly down: boolean;
}

const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });

/** The rows that contain every word of the filter in some column, sorted as requested (else unchanged). */
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
