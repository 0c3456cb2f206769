import { groupBy } from '../../../ui/group';
import { islandsOfVm, type Model } from '../model';
import type { ChipBox, Flow, IsleBox, Wire } from './boxes';

/** Edges end this far from an island's round corners, or in the middle of a short side. */
const CORNER = 26;

/** The edges from the VMs of a block's lanes to each of their islands. */
export function wiresOf(model: Model, flow: Flow, straits: readonly ChipBox[], isles: readonly IsleBox[]): Wire[] {
  const boxes = new Map(isles.map((isle) => [isle.island.id, isle]));
  return straits.flatMap((chip) => {
    const own = islandsOfVm(model, chip.vmId).flatMap((island) => boxes.get(island.id) ?? []);
    // Across, each side of the chip has its own edges; down, they are distributed over its width.
    const mates = groupBy(own, (isle) => flow === 'across' && isle.x < chip.x);
    return own.map((isle) => {
      const side = mates.get(flow === 'across' && isle.x < chip.x) ?? own;
      const share = (side.indexOf(isle) + 1) / (side.length + 1);
      return {
        key: `${chip.vmId}/${isle.island.id}`,
        vmId: chip.vmId,
        islandId: isle.island.id,
        networkId: isle.island.networkId,
        path: flow === 'down' ? uprightBar(chip, isle, share) : levelBar(chip, isle, share),
      };
    });
  });
}

function uprightBar(chip: ChipBox, isle: IsleBox, share: number): string {
  const from = chip.x + chip.w * share;
  const above = isle.y < chip.y;
  const y1 = above ? chip.y : chip.y + chip.h;
  const y2 = above ? isle.y + isle.h : isle.y;
  const to = within(from, isle.x, isle.w);
  const middle = (y1 + y2) / 2;
  return Math.abs(from - to) < 1
    ? `M${from} ${y1}V${y2}`
    : `M${from} ${y1}C${from} ${middle} ${to} ${middle} ${to} ${y2}`;
}

function levelBar(chip: ChipBox, isle: IsleBox, share: number): string {
  const from = chip.y + chip.h * share;
  const left = isle.x < chip.x;
  const x1 = left ? chip.x : chip.x + chip.w;
  const x2 = left ? isle.x + isle.w : isle.x;
  const to = within(from, isle.y, isle.h);
  const middle = (x1 + x2) / 2;
  return Math.abs(from - to) < 1
    ? `M${x1} ${from}H${x2}`
    : `M${x1} ${from}C${middle} ${from} ${middle} ${to} ${x2} ${to}`;
}

/** The position closest to `at` on an island's side, between its corners. */
function within(at: number, start: number, size: number): number {
  const corner = Math.min(CORNER, size / 2);
  return Math.min(Math.max(at, start + corner), start + size - corner);
}
