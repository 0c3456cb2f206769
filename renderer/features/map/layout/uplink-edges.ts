import type { IslandBox, UplinkEdge, PanelBox } from './boxes';

/** The distance from an island's right end to its uplink edge: clear of its name and its host's. */
const INSET = 64;

/**
 * The edges from the outside strip (`shore`: its lower edge) to the networks with a NIC. Only drawn where nothing is in between;
 * for other networks the text on the strip is enough.
 */
export function uplinkEdgesOf(panels: readonly PanelBox[], shore: number): UplinkEdge[] {
  const first = Math.min(...panels.map((panel) => panel.y));
  return panels
    .filter((panel) => panel.y === first)
    .flatMap((panel) =>
      panel.islandBoxes
        .filter((islandBox) => islandBox.island.nic !== null && isOpenAbove(panel, islandBox))
        .map((islandBox) => ({
          islandId: islandBox.island.id,
          networkId: islandBox.island.networkId,
          path: `M${panel.x + uplinkX(islandBox)} ${shore}V${panel.y + islandBox.y}`,
        })),
    );
}

const uplinkX = (islandBox: IslandBox): number => islandBox.x + islandBox.w - INSET;

function isOpenAbove(panel: PanelBox, islandBox: IslandBox): boolean {
  const x = uplinkX(islandBox);
  return ![...panel.islandBoxes, ...panel.lanes].some(
    (other) => other.y < islandBox.y && other.x <= x && x <= other.x + other.w,
  );
}
