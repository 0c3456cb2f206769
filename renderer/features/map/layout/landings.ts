import type { IsleBox, Landing, PanelBox } from './boxes';

/** From an island's right end to where the passage lands: clear of its name and of its host's. */
const INSET = 64;

/**
 * The passages from the mainland (`shore`: its lower edge) to the networks that have a NIC. Drawn where nothing but water lies
 * between; of a network farther down the words on the mainland tell.
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
