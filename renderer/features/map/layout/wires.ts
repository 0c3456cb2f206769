import { islandsOfVm, type Model } from '../model';
import type { ChipBox, IsleBox, Wire } from './boxes';

/** Bars end this far from an island's round corners. */
const CORNER = 26;

/** The short bars from the VMs of the straits to each of their islands. */
export function wiresOf(model: Model, straits: readonly ChipBox[], isles: readonly IsleBox[]): Wire[] {
  const boxes = new Map(isles.map((isle) => [isle.island.id, isle]));
  return straits.flatMap((chip) => {
    const own = islandsOfVm(model, chip.vmId).flatMap((island) => boxes.get(island.id) ?? []);
    return own.map((isle, index) => ({
      key: `${chip.vmId}/${isle.island.id}`,
      vmId: chip.vmId,
      networkId: isle.island.networkId,
      path: barPath(chip.x + (chip.w * (index + 1)) / (own.length + 1), chip, isle),
    }));
  });
}

function barPath(from: number, chip: ChipBox, isle: IsleBox): string {
  const above = isle.y < chip.y;
  const y1 = above ? chip.y : chip.y + chip.h;
  const y2 = above ? isle.y + isle.h : isle.y;
  const to = Math.min(Math.max(from, isle.x + CORNER), isle.x + isle.w - CORNER);
  const middle = (y1 + y2) / 2;
  return Math.abs(from - to) < 1
    ? `M${from} ${y1}V${y2}`
    : `M${from} ${y1}C${from} ${middle} ${to} ${middle} ${to} ${y2}`;
}
