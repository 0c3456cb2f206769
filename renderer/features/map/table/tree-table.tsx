import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { MenuAt } from '../interactions/object-menu';
import type { Changed } from '../changes';
import type { Grouping } from '../layout/boxes';
import { groupsOf } from '../layout/groups';
import { type Filter, isNarrow, filteredVms } from '../highlight';
import type { Model } from '../model';
import { formatSelection, type Selection } from '../selection';
import { text } from '../text';
import { type Row, rowsOf } from './rows';
import { TableRow } from './table-row';
import './table.css';

const ROW_PX = 36;
/** With more VMs than this, everything is initially collapsed. */
const OPEN_UP_TO = 200;

interface TreeTableProps {
  readonly model: Model;
  readonly grouping: Grouping;
  readonly filter: Filter;
  readonly selected: Selection | null;
  readonly onSelect: (selected: Selection | null) => void;
  readonly onMenu: (menu: MenuAt) => void;
  readonly onNote: (islandId: string) => void;
  readonly changed: Changed;
}

/** The map as a tree table, with the same panels, islands and VMs: for keyboards, screen readers and lists. */
export function TreeTable(props: TreeTableProps) {
  const { model, grouping, filter, selected, changed, onSelect, onMenu, onNote } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { looks } = model;
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<string | null>(null);
  const wantsFocus = useRef(false);
  const opensAll = model.map.vms.length <= OPEN_UP_TO;
  const rows = useMemo(() => {
    const order = new Map([...model.map.hosts, ...model.map.networks, ...model.map.vms].map((one, i) => [one.id, i]));
    const rank = (id: string): number => order.get(id) ?? order.size;
    const left = isNarrow(filter) ? new Set(filteredVms(model, filter, changed).map((vm) => vm.id)) : null;
    return rowsOf(groupsOf(model, grouping, rank), {
      left,
      rank,
      isOpen: (key) => opensAll !== turned.has(key),
    });
  }, [model, grouping, filter, changed, opensAll, turned]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 15,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  const current = Math.max(
    0,
    rows.findIndex((row) => row.key === at),
  );

  const focus = (index: number): void => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (row === undefined) return;
    wantsFocus.current = true;
    setAt(row.key);
    virtual.scrollToIndex(rows.indexOf(row));
  };
  // The row exists only after scrolling to it.
  useEffect(() => {
    if (!wantsFocus.current || at === null) return;
    const element = scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(at)}"]`);
    if (element === null || element === undefined) return;
    wantsFocus.current = false;
    element.focus({ preventScroll: true });
  });

  const turn = (row: Row): void =>
    setTurned((old) =>
      old.has(row.key) ? new Set([...old].filter((key) => key !== row.key)) : new Set(old).add(row.key),
    );
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const row = rows[current];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts: Record<string, () => void> = {
      ArrowDown: () => focus(current + 1),
      ArrowUp: () => focus(current - 1),
      Home: () => focus(0),
      End: () => focus(rows.length - 1),
      PageDown: () => focus(current + 15),
      PageUp: () => focus(current - 15),
      ArrowRight: () => (row.open === false ? turn(row) : focus(current + 1)),
      ArrowLeft: () => (row.open === true ? turn(row) : focus(parentOf(rows, current))),
      Enter: () => (row.selects === null ? turn(row) : onSelect(row.selects)),
      ' ': () => (row.selects === null ? turn(row) : onSelect(row.selects)),
      Escape: () => onSelect(null),
      n: () => (row.islandId === null ? undefined : onNote(row.islandId)),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const onClick = (event: React.MouseEvent): void => {
    const row = rowAt(rows, event.target);
    if (row === null || !(event.target instanceof Element)) return;
    setAt(row.key);
    if (event.target.closest('[data-turn]') !== null || row.selects === null) turn(row);
    else onSelect(row.selects);
  };
  const onContextMenu = (event: React.MouseEvent): void => {
    const row = rowAt(rows, event.target);
    if (row?.selects === null || row === null) return;
    event.preventDefault();
    const box = event.target instanceof Element ? event.target.getBoundingClientRect() : null;
    const byKey = event.clientX === 0 && event.clientY === 0 && box !== null;
    onMenu({
      of: row.selects,
      islandId: row.islandId,
      x: byKey ? box.left + 40 : event.clientX,
      y: byKey ? box.bottom : event.clientY,
    });
  };
  return (
    <div
      className="tree-table"
      role="treegrid"
      aria-label={text.tableLabel}
      aria-rowcount={rows.length + 1}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onContextMenu={onContextMenu}
    >
      <div className="tree-head" role="row" aria-rowindex={1}>
        {text.columns.map((title) => (
          <span key={title} role="columnheader">
            {title}
          </span>
        ))}
      </div>
      <div className="tree-scroll" ref={scroller} role="presentation">
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : (
              <TableRow
                key={row.key}
                row={row}
                index={item.index}
                top={item.start}
                model={model}
                looks={looks}
                repaired={changed.repaired}
                hasFocus={item.index === current}
                isSelected={
                  selected !== null &&
                  row.selects !== null &&
                  formatSelection(selected) === formatSelection(row.selects)
                }
              />
            );
          })}
        </div>
        {rows.length === 0 ? <p className="soft table-none">{text.foundNone}</p> : null}
      </div>
    </div>
  );
}

function parentOf(rows: readonly Row[], index: number): number {
  const level = rows[index]?.level ?? 1;
  for (let i = index - 1; i >= 0; i--) if ((rows[i]?.level ?? 0) < level) return i;
  return index;
}

function rowAt(rows: readonly Row[], target: EventTarget): Row | null {
  const key = target instanceof Element ? target.closest('[data-row]')?.getAttribute('data-row') : null;
  return rows.find((row) => row.key === key) ?? null;
}
