import { type RefObject, useCallback, useRef, useState } from 'react';
import { whyNotVm } from '../../../actions/why';
import type { Layout } from '../layout/boxes';
import { pickedOf } from '../picked';
import type { Model } from '../model';
import type { Carrying } from '../sea/use-gestures';
import type { Viewport } from '../sea/viewport';
import { type Carried, type Drop, dropAt } from './drop';
import type { Wish } from './rewiring';

/** A VM being dragged: its position in the window, and the effect of dropping it there. */
export interface InHand {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly drop: Drop;
}

interface CarryOptions {
  readonly model: Model;
  readonly layout: Layout;
  readonly viewport: Viewport;
  readonly frame: RefObject<HTMLElement | null>;
  readonly onWish: (wish: Wish) => void;
}

/** Dragging a VM's chip over the map: `startDrag` starts at a drag's origin, `drag` is the current state. */
export function useCarry(options: CarryOptions) {
  const [hand, setHand] = useState<InHand | null>(null);
  const now = useRef(options);
  now.current = options;

  const carry = useCallback((target: Element, startX: number, startY: number): Carrying | null => {
    const picked = pickedOf(target.closest('.chip')?.getAttribute('data-pick') ?? undefined);
    const vm = picked?.kind === 'vm' ? now.current.model.vms.get(picked.id) : undefined;
    if (vm === undefined) return null;
    const point = (x: number, y: number) => {
      const box = now.current.frame.current?.getBoundingClientRect();
      return now.current.viewport.toLayout(x - (box?.left ?? 0), y - (box?.top ?? 0));
    };
    const { x, y } = point(startX, startY);
    const carried: Carried = { vmId: vm.id, fromIsland: islandAt(now.current.layout, vm.id, x, y) };
    const dropOver = (atX: number, atY: number): Drop => {
      const why = whyNotVm(vm, 'editVnics');
      if (why !== null) return { kind: 'no', words: why };
      const at = point(atX, atY);
      return dropAt(now.current.model, now.current.layout, carried, at.x, at.y);
    };
    return {
      move: (atX, atY) => setHand({ name: vm.name, x: atX, y: atY, drop: dropOver(atX, atY) }),
      drop: (atX, atY) => {
        setHand(null);
        const drop = dropOver(atX, atY);
        if (drop.kind !== 'no') now.current.onWish({ ...drop, vmId: vm.id });
      },
      cancel: () => setHand(null),
    };
  }, []);
  return { hand, carry };
}

/** The island whose chip is at a point; null in a lane. */
function islandAt(layout: Layout, vmId: string, x: number, y: number): string | null {
  for (const panel of layout.panels) {
    const isle = panel.isles.find((one) =>
      one.chips.some(
        (chip) =>
          chip.vmId === vmId &&
          x >= panel.x + chip.x - 1 &&
          x <= panel.x + chip.x + chip.w + 1 &&
          y >= panel.y + chip.y - 1 &&
          y <= panel.y + chip.y + chip.h + 1,
      ),
    );
    if (isle !== undefined) return isle.island.id;
  }
  return null;
}
