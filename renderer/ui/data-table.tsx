import { SearchInput } from '@patternfly/react-core/dist/dynamic/components/SearchInput';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table/dist/dynamic/components/Table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Fragment, type ReactNode, useDeferredValue, useMemo, useRef } from 'react';
import { ColumnChooser } from './column-chooser';
import { type SelectedIds, withAll, withOne, withRange } from './row-selection';
import { arrange, type ColumnChoice } from './table-columns';
import { type Column, type Sort, sortRows } from './table-model';
import { text } from './text';

/** Up to this many rows are rendered without virtualization: the browser's own find then works. */
const VIRTUAL_FROM = 120;
/** The height of a one-line row; taller rows are measured. Pixels, as in ui.css. */
const ROW_PX = 37;
/** The share of a column without its own width. */
const WIDTH = 14;
/** The minimum width of such a column. Pixels. */
const WIDTH_PX = 8;
const SELECT_PX = 44;

/** Row selection, and the actions for selected rows. */
export interface RowSelection<T> {
  readonly selected: SelectedIds;
  readonly onSelect: (selected: SelectedIds) => void;
  readonly nameOf: (row: T) => string;
  /** Replaces the tools while rows are selected. */
  readonly acts: ReactNode;
}

export interface DataTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** "3 VMs". */
  readonly counted?: (n: number) => string;
  /** The filter's label and text; the caller keeps the text (in the URL). */
  readonly filter: string;
  readonly onFilter: (text: string) => void;
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort) => void;
  /** The user's columns and how they are saved; null: default. */
  readonly choice?: ColumnChoice | undefined;
  readonly onChoice?: (choice: ColumnChoice | null) => void;
  readonly selection?: RowSelection<T>;
  readonly tools?: ReactNode;
  /** A heading above the first of consecutive rows with the same text, such as the day of an event; null: none. */
  readonly groupOf?: ((row: T) => string) | undefined;
  /** Shown instead of the table when there are no rows, or no row matches the filter. */
  readonly empty: ReactNode;
  readonly noMatch: string;
}

/** A table for any number of rows: filtered by the text of all columns, sorted by click, and virtualized. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { columns, rows, sort, selection } = props;
  const filter = useDeferredValue(props.filter);
  const arranged = useMemo(() => arrange(columns, props.choice), [columns, props.choice]);
  const drawn = useMemo(() => arranged.flatMap(({ column, shown }) => (shown ? [column] : [])), [arranged]);
  const shown = useMemo(() => sortRows(rows, columns, filter, sort), [rows, columns, filter, sort]);
  if (rows.length === 0) return props.empty;
  const all = (props.counted ?? text.rows)(rows.length);
  const anySelected = selection !== undefined && selection.selected.size > 0;
  return (
    <div className="table-area">
      <div className="table-tools">
        <SearchInput
          aria-label={text.filterOf(props.label)}
          placeholder={text.filter}
          value={props.filter}
          onChange={(_, words) => props.onFilter(words)}
          onClear={() => props.onFilter('')}
        />
        {anySelected ? selection.acts : props.tools}
        <span className="soft table-count" aria-live="polite">
          {shown.length === rows.length ? all : text.someOf(shown.length, all)}
        </span>
        {props.onChoice === undefined ? null : (
          <ColumnChooser label={props.label} arranged={arranged} onChoose={props.onChoice} />
        )}
      </div>
      <Rows {...props} drawn={drawn} shown={shown} />
    </div>
  );
}

/** The height of a row together with the heading above it, if it is the first of its group. */
function heightWithHeading(row: Element): number {
  const heading = row.previousElementSibling;
  const height = row.getBoundingClientRect().height;
  return heading?.classList.contains('table-group') === true ? height + heading.getBoundingClientRect().height : height;
}

/** In a narrow window the first two columns are the first line of a card, and a column without a title its corner. */
function cellClass<T>({ numeric, title }: Column<T>, place: number): string {
  const part = title === '' ? 'acts' : (['main', 'state'][place] ?? 'more');
  return `table-${part}${numeric === true ? ' table-number' : ''}`;
}

type RowsProps<T> = DataTableProps<T> & { drawn: readonly Column<T>[]; shown: readonly T[] };

function Rows<T>(props: RowsProps<T>) {
  const { drawn, shown, keyOf, groupOf, selection } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const isVirtual = shown.length > VIRTUAL_FROM;
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    measureElement: heightWithHeading,
    overscan: 12,
    enabled: isVirtual,
    getItemKey: (index) => (shown[index] === undefined ? index : keyOf(shown[index])),
  });
  const items = isVirtual ? virtual.getVirtualItems() : shown.map((_, index) => ({ index, start: 0, end: 0 }));
  const above = isVirtual ? (items[0]?.start ?? 0) : 0;
  const below = isVirtual ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const span = drawn.length + (selection === undefined ? 0 : 1);
  const weight = drawn.reduce((sum, column) => sum + (column.width ?? WIDTH), 0);
  const pick = useRowSelection(props);
  return (
    <div className="table-scroll" ref={scroller} tabIndex={0} role="region" aria-label={props.label}>
      <Table
        aria-label={props.label}
        variant="compact"
        // Cards of its own in a narrow window: ui.css.
        gridBreakPoint=""
        isStickyHeader
        aria-rowcount={shown.length + 1}
        style={{ minWidth: weight * WIDTH_PX }}
      >
        <colgroup>
          {selection === undefined ? null : <col style={{ width: SELECT_PX }} />}
          {drawn.map((column) => (
            <col key={column.id} style={{ width: `${((column.width ?? WIDTH) / weight) * 100}%` }} />
          ))}
        </colgroup>
        <Thead>
          <Tr>
            {pick === null ? null : <Th className="table-select">{pick.all}</Th>}
            {drawn.map((column, index) => (
              <Th
                key={column.id}
                modifier="nowrap"
                className={column.numeric === true ? 'table-number' : ''}
                screenReaderText={column.title === '' ? text.rowActions : undefined}
                sort={column.text === undefined ? undefined : sorting(props, index)}
              >
                {column.title}
              </Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {above > 0 ? <Spacer height={above} span={span} /> : null}
          {items.map(({ index }) => {
            const row = shown[index];
            const group = row === undefined ? undefined : groupOf?.(row);
            const before = shown[index - 1];
            const isFirst = group !== undefined && (before === undefined || groupOf?.(before) !== group);
            return row === undefined ? null : (
              <Fragment key={keyOf(row)}>
                {isFirst ? (
                  <Tr className="table-group">
                    <Th colSpan={span} scope="rowgroup">
                      {group}
                    </Th>
                  </Tr>
                ) : null}
                <Tr
                  aria-rowindex={index + 2}
                  data-index={index}
                  ref={isVirtual ? (virtual.measureElement as (element: HTMLElement | null) => void) : undefined}
                  isRowSelected={selection?.selected.has(keyOf(row)) === true}
                >
                  {pick === null ? null : <Td className="table-select">{pick.one(row)}</Td>}
                  {drawn.map((column, place) => (
                    <Td key={column.id} dataLabel={column.title} className={cellClass(column, place)}>
                      {column.cell(row)}
                    </Td>
                  ))}
                </Tr>
              </Fragment>
            );
          })}
          {below > 0 ? <Spacer height={below} span={span} /> : null}
        </Tbody>
      </Table>
      {shown.length === 0 ? <p className="soft table-none">{props.noMatch}</p> : null}
    </div>
  );
}

/** Checkboxes that select rows: one for all visible rows, one each; Shift selects a range. */
function useRowSelection<T>({ shown, keyOf, selection }: RowsProps<T>) {
  const last = useRef('');
  if (selection === undefined) return null;
  const { selected, onSelect, nameOf } = selection;
  const ids = (): string[] => shown.map(keyOf);
  const some = shown.some((row) => selected.has(keyOf(row)));
  const every = some && shown.every((row) => selected.has(keyOf(row)));
  return {
    all: (
      <input
        type="checkbox"
        aria-label={text.selectAll}
        checked={every}
        ref={(box) => {
          if (box !== null) box.indeterminate = some && !every;
        }}
        onChange={() => onSelect(withAll(selected, ids(), !every))}
      />
    ),
    one: (row: T) => {
      const id = keyOf(row);
      return (
        <input
          type="checkbox"
          aria-label={text.select(nameOf(row))}
          checked={selected.has(id)}
          onChange={(event) => {
            const on = event.target.checked;
            const shift = event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey;
            onSelect(shift ? withRange(selected, ids(), last.current, id, on) : withOne(selected, id, on));
            last.current = id;
          }}
        />
      );
    },
  };
}

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden="true">
      <td colSpan={span} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

function sorting<T>({ drawn, sort, onSort }: RowsProps<T>, index: number) {
  const at = drawn.findIndex((column) => column.id === sort?.by);
  return {
    columnIndex: index,
    sortBy: { index: at < 0 ? undefined : at, direction: sort?.down === true ? ('desc' as const) : ('asc' as const) },
    onSort: (_: unknown, i: number, direction: 'asc' | 'desc') =>
      onSort({ by: drawn[i]?.id ?? '', down: direction === 'desc' }),
  };
}
