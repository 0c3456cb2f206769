import { type RefObject, useCallback, useRef, useState } from 'react';
import { whyNotVm } from '../../../actions/why';
import type { Layout } from '../layout/boxes';
import { parseSelection } from '../selection';
import type { Model } from '../model';
import type { DragHandler } from '../canvas/use-gestures';
import type { Viewport } from '../canvas/viewport';
import { type DraggedVm, type Drop, dropAt } from './drop';
import type { PlugRequest } from './plug-options';

/** A VM being dragged: its position in the window, and the effect of dropping it there. */
export interface VmDrag {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly drop: Drop;
}

interface VmDragOptions {
  readonly model: Model;
  readonly layout: Layout;
  readonly viewport: Viewport;
  readonly frame: RefObject<HTMLElement | null>;
  readonly onPlugRequest: (request: PlugRequest) => void;
  /** Asks whether a VM reaches another. */
  readonly onAsk: (fromVmId: string, toVmId: string) => void;
}

/** Dragging a VM's chip over the map: `startDrag` starts at a drag's origin, `drag` is the current state. */
export function useVmDrag(options: VmDragOptions) {
  const [drag, setDrag] = useState<VmDrag | null>(null);
  const now = useRef(options);
  now.current = options;

  const startDrag = useCallback((target: Element, startX: number, startY: number): DragHandler | null => {
    const selected = parseSelection(target.closest('.chip')?.getAttribute('data-select') ?? undefined);
    const vm = selected?.kind === 'vm' ? now.current.model.vms.get(selected.id) : undefined;
    if (vm === undefined) return null;
    const point = (x: number, y: number) => {
      const box = now.current.frame.current?.getBoundingClientRect();
      return now.current.viewport.toLayout(x - (box?.left ?? 0), y - (box?.top ?? 0));
    };
    const { x, y } = point(startX, startY);
    const dragged: DraggedVm = { vmId: vm.id, fromIsland: islandAt(now.current.layout, vm.id, x, y) };
    const dropOver = (atX: number, atY: number): Drop => {
      const at = point(atX, atY);
      const drop = dropAt(now.current.model, now.current.layout, dragged, at.x, at.y);
      // Anyone may ask.
      const why = drop.kind === 'ask' ? null : whyNotVm(vm, 'editVnics');
      return why === null ? drop : { kind: 'no', words: why };
    };
    return {
      move: (atX, atY) => setDrag({ name: vm.name, x: atX, y: atY, drop: dropOver(atX, atY) }),
      drop: (atX, atY) => {
        setDrag(null);
        const drop = dropOver(atX, atY);
        if (drop.kind === 'ask') now.current.onAsk(vm.id, drop.toVmId);
        else if (drop.kind !== 'no') now.current.onPlugRequest({ ...drop, vmId: vm.id });
      },
      cancel: () => setDrag(null),
    };
  }, []);
  return { drag, startDrag };
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
