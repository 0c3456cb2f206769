import type { Look } from '../../../ui/palette';
import type { Changed, Mark } from '../changes';
import type { Lens } from '../lens';
import type { Highlight } from '../highlight';
import type { Layout } from '../layout/boxes';
import type { Fence } from '../layout/fences';
import type { Rect } from '../layout/geometry';
import type { Model } from '../model';
import type { Selection } from '../selection';
import type { Level } from '../canvas/viewport';
import type { Colors } from './colors';

/** Everything that painting the map needs. */
export interface Scene {
  readonly layout: Layout;
  /** Promises, when near. */
  readonly fences: readonly Fence[];
  readonly model: Model;
  readonly looks: ReadonlyMap<string, Look>;
  readonly highlight: Highlight | null;
  readonly selected: Selection | null;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly repaired: ReadonlyMap<string, string>;
  /** What the colors of islands say when zoomed out, and what changed in the period that is looked at. */
  readonly lens: Lens;
  readonly changed: Changed;
  readonly colors: Colors;
  readonly level: Level;
  /** Drawing units per screen pixel: text keeps its screen size when zoomed out. */
  readonly px: number;
  /** The painted part; null: all. */
  readonly part: Rect | null;
  /** Milliseconds since 1970, for ages. */
  readonly now: number;
}

/** The opacity of dimmed shapes; dimmed text uses the color `dim`, which stays readable. */
export const DIM = 0.4;

/** The dash pattern of a path that is possible but not certain, in drawing units. */
export const POSSIBLE = [5, 3];
