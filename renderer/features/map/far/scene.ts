import type { Look } from '../../../ui/palette';
import type { Mark } from '../changes';
import type { Lit } from '../lit';
import type { Layout } from '../layout/boxes';
import type { Rect } from '../layout/geometry';
import type { Model } from '../model';
import type { Picked } from '../picked';
import type { Level } from '../sea/viewport';
import type { Colours } from './colours';

/** All that a drawing of the map needs. */
export interface Scene {
  readonly layout: Layout;
  readonly model: Model;
  readonly looks: ReadonlyMap<string, Look>;
  readonly lit: Lit | null;
  readonly picked: Picked | null;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly repaired: ReadonlyMap<string, string>;
  readonly colours: Colours;
  readonly level: Level;
  /** How many of the drawing's units one pixel of the screen takes: words far out keep their size on the screen. */
  readonly px: number;
  /** The part that is drawn; null: all. */
  readonly part: Rect | null;
  /** Milliseconds since 1970, for ages. */
  readonly now: number;
}

/** Of the shapes of what is not lit while something is; its words are drawn in the colour `dim`, which can still be read. */
export const DIM = 0.4;

/** Of a way that is possible, not promised: in the drawing's units. */
export const POSSIBLE = [5, 3];
