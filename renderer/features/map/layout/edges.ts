import { groupBy } from '../../../ui/group';
import { islandsOfVm, type Model } from '../model';
import type { ChipBox, Flow, IslandBox, Edge } from './boxes';

/** Edges end this far from an island's round corners, or in the middle of a short side. */
const CORNER = 26;

/** The edges from the VMs of a block's lanes to each of their islands. */
export function edgesOf(
  model: Model,
  flow: Flow,
  lanes: readonly ChipBox[],
  islandBoxes: readonly IslandBox[],
): Edge[] {
  const boxes = new Map(islandBoxes.map((islandBox) => [islandBox.island.id, islandBox]));
  return lanes.flatMap((chip) => {
    const own = islandsOfVm(model, chip.vmId).flatMap((island) => boxes.get(island.id) ?? []);
    // Across, each side of the chip has its own edges; down, they are distributed over its width.
    const mates = groupBy(own, (islandBox) => flow === 'across' && islandBox.x < chip.x);
    return own.map((islandBox) => {
      const side = mates.get(flow === 'across' && islandBox.x < chip.x) ?? own;
      const share = (side.indexOf(islandBox) + 1) / (side.length + 1);
      return {
        key: `${chip.vmId}/${islandBox.island.id}`,
        vmId: chip.vmId,
        islandId: islandBox.island.id,
        networkId: islandBox.island.networkId,
        path: flow === 'down' ? verticalEdge(chip, islandBox, share) : horizontalEdge(chip, islandBox, share),
      };
    });
  });
}

function verticalEdge(chip: ChipBox, islandBox: IslandBox, share: number): string {
  const from = chip.x + chip.w * share;
  const above = islandBox.y < chip.y;
  const y1 = above ? chip.y : chip.y + chip.h;
  const y2 = above ? islandBox.y + islandBox.h : islandBox.y;
  const to = within(from, islandBox.x, islandBox.w);
  const middle = (y1 + y2) / 2;
  return Math.abs(from - to) < 1
    ? `M${from} ${y1}V${y2}`
    : `M${from} ${y1}C${from} ${middle} ${to} ${middle} ${to} ${y2}`;
}

function horizontalEdge(chip: ChipBox, islandBox: IslandBox, share: number): string {
  const from = chip.y + chip.h * share;
  const left = islandBox.x < chip.x;
  const x1 = left ? chip.x : chip.x + chip.w;
  const x2 = left ? islandBox.x + islandBox.w : islandBox.x;
  const to = within(from, islandBox.y, islandBox.h);
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
