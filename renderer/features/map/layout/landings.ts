import type { IsleBox, Landing, PanelBox } from './boxes';

/** The distance from an island's right end to its uplink edge: clear of its name and its host's. */
const INSET = 64;

/**
 * The edges from the outside strip (`shore`: its lower edge) to the networks with a NIC. Only drawn where nothing is in between;
 * for other networks
 * the text on the strip is enough.
 */
export function landingsOf(panels: readonly PanelBox[], shore: number): Landing[] {
  const first = Math.min(...panels.map((panel) => panel.y));
  return panels
    .filter((panel) => panel.y === first)
    .flatMap((panel) =>
      panel.isles
        .filter((isle) => isle.island.nic !== null && isOpenAbove(panel, isle))
        .map((isle) => ({
          islandId: isle.island.id,
          networkId: isle.island.networkId,
          path: `M${panel.x + landsAt(isle)} ${shore}V${panel.y + isle.y}`,
        })),
    );
}

const landsAt = (isle: IsleBox): number => isle.x + isle.w - INSET;

function isOpenAbove(panel: PanelBox, isle: IsleBox): boolean {
  const x = landsAt(isle);
  return ![...panel.isles, ...panel.straits].some(
    (other) => other.y < isle.y && other.x <= x && x <= other.x + other.w,
  );
}
