import type { Landing, PanelBox } from './boxes';

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
    .flatMap((panel) => {
      const top = Math.min(...panel.isles.map((isle) => isle.y));
      return panel.isles
        .filter(({ y, island }) => y === top && island.nic !== null)
        .map(({ x, w, island: { id, networkId } }) => ({
          islandId: id,
          networkId,
          path: `M${panel.x + x + w - INSET} ${shore}V${panel.y + top}`,
        }));
    });
}
