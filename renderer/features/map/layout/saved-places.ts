import { z } from 'zod';
import { type Grouping, GROUPINGS, type PanelBox } from './boxes';

/** More would be no map of ours. */
const MOST_PANELS = 2_000;
const MOST_BLOCKS = 20_000;

const rect = { x: z.number(), y: z.number(), w: z.number().positive(), h: z.number().positive() };
const SavedPanel = z.object({
  ...rect,
  key: z.string(),
  aloneY: z.number().nullable(),
  blocks: z
    .array(z.object({ ...rect, islandIds: z.array(z.string()).min(1), flow: z.enum(['down', 'across']) }))
    .max(MOST_BLOCKS),
});
const SavedGrouping = z.object({
  grouping: z.enum(GROUPINGS),
  width: z.number().positive(),
  panels: z.array(SavedPanel).max(MOST_PANELS),
});

/** Where panels and the blocks in them are: enough to lay the map out in the same way again. */
export const SavedPlaces = z.array(SavedGrouping).max(GROUPINGS.length);
export type SavedPlaces = z.infer<typeof SavedPlaces>;

/** The places of a grouping. */
export const placesOfPanels = (
  grouping: Grouping,
  width: number,
  panels: readonly PanelBox[],
): SavedPlaces[number] => ({
  grouping,
  width,
  panels: panels.map(({ key, x, y, w, h, aloneY, blocks }) => ({
    ...{ key, x, y, w, h, aloneY },
    blocks: blocks.map(({ islandIds, flow, ...at }) => ({ ...rectOf(at), islandIds: [...islandIds], flow })),
  })),
});

const rectOf = ({ x, y, w, h }: { x: number; y: number; w: number; h: number }) => ({ x, y, w, h });

/** Panels with their places, and nothing in them yet. */
export const emptyPanels = ({ panels }: SavedPlaces[number]): PanelBox[] =>
  panels.map((panel) => ({ ...panel, of: { kind: 'islands' }, islandBoxes: [], lanes: [], edges: [], alone: [] }));
