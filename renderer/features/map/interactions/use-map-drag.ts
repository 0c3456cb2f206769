import { type RefObject, useCallback, useRef, useState } from 'react';
import { whyNotVm } from '../../../actions/why';
import type { Layout } from '../layout/boxes';
import { parseSelection } from '../selection';
import type { Model } from '../model';
import type { DragHandler } from '../canvas/use-gestures';
import type { Viewport } from '../canvas/viewport';
import { type DraggedVm, type Drop, dropAt, dropIslandAt, type PlacedIsland } from './drop';
import type { PlugRequest } from './plug-options';

/** Hosts over which a network is to be stretched. */
export interface StretchRequest {
  readonly networkId: string;
  readonly hosts: readonly string[];
}

/** A VM or an island being dragged: its position in the window, and the effect of dropping it there. */
export interface MapDrag {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly drop: Drop;
}

interface MapDragOptions {
  readonly model: Model;
  readonly layout: Layout;
  readonly viewport: Viewport;
  readonly frame: RefObject<HTMLElement | null>;
  readonly onPlugRequest: (request: PlugRequest) => void;
  /** Asks whether a VM reaches another. */
  readonly onAsk: (fromVmId: string, toVmId: string) => void;
  readonly onStretch: (request: StretchRequest) => void;
}

/** Dragging a VM's chip or an island's head over the map: `startDrag` starts at a drag's origin, `drag` is the current state. */
export function useMapDrag(options: MapDragOptions) {
  const [drag, setDrag] = useState<MapDrag | null>(null);
  const now = useRef(options);
  now.current = options;

  const startDrag = useCallback((target: Element, startX: number, startY: number): DragHandler | null => {
    const point = (x: number, y: number) => {
      const box = now.current.frame.current?.getBoundingClientRect();
      return now.current.viewport.toLayout(x - (box?.left ?? 0), y - (box?.top ?? 0));
    };
    const dragged = draggedVm(now.current, target, point(startX, startY)) ?? draggedIsland(now.current.model, target);
    if (dragged === null) return null;
    const dropOver = (atX: number, atY: number): Drop => {
      const at = point(atX, atY);
      return dragged.dropAt(now.current, at.x, at.y);
    };
    return {
      move: (atX, atY) => setDrag({ name: dragged.name, x: atX, y: atY, drop: dropOver(atX, atY) }),
      drop: (atX, atY) => {
        setDrag(null);
        dragged.act(now.current, dropOver(atX, atY));
      },
      cancel: () => setDrag(null),
    };
  }, []);
  return { drag, startDrag };
}

/** What is dragged. */
interface Dragged {
  readonly name: string;
  readonly dropAt: (options: MapDragOptions, x: number, y: number) => Drop;
  readonly act: (options: MapDragOptions, drop: Drop) => void;
}

/** The VM whose chip a drag starts on; null: on none. */
function draggedVm({ model, layout }: MapDragOptions, target: Element, { x, y }: { x: number; y: number }) {
  const selected = parseSelection(target.closest('.chip')?.getAttribute('data-select') ?? undefined);
  const vm = selected?.kind === 'vm' ? model.vms.get(selected.id) : undefined;
  if (vm === undefined) return null;
  const from: DraggedVm = { vmId: vm.id, fromIsland: islandAt(layout, vm.id, x, y) };
  return {
    name: vm.name,
    dropAt: (options, atX, atY) => {
      const drop = dropAt(options.model, options.layout, from, atX, atY);
      // Anyone may ask.
      const why = drop.kind === 'ask' ? null : whyNotVm(vm, 'editVnics');
      return why === null ? drop : { kind: 'no', words: why };
    },
    act: ({ onAsk, onPlugRequest }, drop) => {
      if (drop.kind === 'ask') onAsk(vm.id, drop.toVmId);
      else if (drop.kind === 'in' || drop.kind === 'out') onPlugRequest({ ...drop, vmId: vm.id });
    },
  } satisfies Dragged;
}

/** The isolated island on whose head a drag starts; null: on none. Elsewhere on an island it pans the map. */
function draggedIsland(model: Model, target: Element): Dragged | null {
  const head = target.closest('.island h4');
  const island = model.islands.get(head?.querySelector('[data-island]')?.getAttribute('data-island') ?? '');
  const network = model.networks.get(island?.networkId ?? '');
  if (island === undefined || island.hostId === null || network?.isIsolated !== true) return null;
  const from: PlacedIsland = { ...island, hostId: island.hostId };
  return {
    name: network.name,
    dropAt: (options, x, y) => dropIslandAt(options.model, options.layout, from, x, y),
    act: ({ onStretch }, drop) => {
      if (drop.kind === 'stretch') onStretch({ networkId: drop.networkId, hosts: drop.hosts });
    },
  };
}

/** The island whose chip is at a point; null in a lane. */
function islandAt(layout: Layout, vmId: string, x: number, y: number): string | null {
  for (const panel of layout.panels) {
    const islandBox = panel.islandBoxes.find((one) =>
      one.chips.some(
        (chip) =>
          chip.vmId === vmId &&
          x >= panel.x + chip.x - 1 &&
          x <= panel.x + chip.x + chip.w + 1 &&
          y >= panel.y + chip.y - 1 &&
          y <= panel.y + chip.y + chip.h + 1,
      ),
    );
    if (islandBox !== undefined) return islandBox.island.id;
  }
  return null;
}
