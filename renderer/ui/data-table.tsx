import { SearchInput } from '@patternfly/react-core/dist/dynamic/components/SearchInput';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table/dist/dynamic/components/Table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useMemo, useRef } from 'react';
import { type Column, type Sort, sortRows } from './table-model';

/** Rows up to this many are simply drawn: the browser's own find then sees them all. */
const VIRTUAL_FROM = 120;
const ROW_PX = 41;

export interface DataTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** Words of the filter, and its text; kept by the caller (in the URL). */
  readonly filter: string;
  readonly onFilter: (text: string) => void;
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort) => void;
  readonly tools?: ReactNode;
  /** Shown instead of the table when there are no rows at all, and when the filter leaves none. */
  readonly empty: ReactNode;
  readonly noMatch: string;
}

/** A table for any number of rows: filtered by every column's text, sorted by a click, and drawn only where it is seen. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { columns, rows, filter, sort, keyOf } = props;
  const shown = useMemo(() => sortRows(rows, columns, filter, sort), [rows, columns, filter, sort]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    enabled: shown.length > VIRTUAL_FROM,
    getItemKey: (index) => (shown[index] === undefined ? index : keyOf(shown[index])),
  });
  if (rows.length === 0) return props.empty;
  const items =
    shown.length > VIRTUAL_FROM ? virtual.getVirtualItems() : shown.map((_, index) => ({ index, start: 0, end: 0 }));
  const above = shown.length > VIRTUAL_FROM ? (items[0]?.start ?? 0) : 0;
  const below = shown.length > VIRTUAL_FROM ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  return (
    <div className="table-area">
      <div className="table-tools">
        <SearchInput
          aria-label={`Filter: ${props.label}`}
          placeholder="Filter"
          value={filter}
          onChange={(_, text) => props.onFilter(text)}
          onClear={() => props.onFilter('')}
        />
        {props.tools}
        <span className="soft table-count" aria-live="polite">
          {shown.length === rows.length ? rows.length : `${shown.length} of ${rows.length}`}
        </span>
      </div>
      <div className="table-scroll" ref={scroller} tabIndex={0} role="region" aria-label={props.label}>
        <Table aria-label={props.label} variant="compact" isStickyHeader aria-rowcount={shown.length}>
          <Thead>
            <Tr>
              {columns.map((column, index) => (
                <Th
                  key={column.id}
                  width={column.width}
                  modifier="nowrap"
                  screenReaderText={column.title === '' ? column.id : undefined}
                  sort={column.text === undefined ? undefined : sorting(props, index)}
                >
                  {column.title}
                </Th>
              ))}
            </Tr>
          </Thead>
          <Tbody>
            {above > 0 ? <Spacer height={above} span={columns.length} /> : null}
            {items.map(({ index }) => {
              const row = shown[index];
              return row === undefined ? null : (
                <Tr key={keyOf(row)} aria-rowindex={index + 1}>
                  {columns.map((column) => (
                    <Td key={column.id} dataLabel={column.title}>
                      {column.cell(row)}
                    </Td>
                  ))}
                </Tr>
              );
            })}
            {below > 0 ? <Spacer height={below} span={columns.length} /> : null}
          </Tbody>
        </Table>
        {shown.length === 0 ? <p className="soft table-none">{props.noMatch}</p> : null}
      </div>
    </div>
  );
}

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden="true">
      <td colSpan={span} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

function sorting<T>({ columns, sort, onSort }: DataTableProps<T>, index: number) {
  const at = columns.findIndex((column) => column.id === sort?.by);
  return {
    columnIndex: index,
    sortBy: { index: at < 0 ? undefined : at, direction: sort?.down === true ? ('desc' as const) : ('asc' as const) },
    onSort: (_: unknown, i: number, direction: 'asc' | 'desc') =>
      onSort({ by: columns[i]?.id ?? '', down: direction === 'desc' }),
  };
}
