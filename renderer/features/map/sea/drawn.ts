import type { Look } from '../../../ui/palette';
import type { Mark } from '../changes';
import type { Lit } from '../lit';
import type { Model } from '../model';
import type { Picked } from '../picked';

/** What every element on the map needs. */
export interface Drawn {
  readonly model: Model;
  readonly lit: Lit | null;
  readonly picked: Picked | null;
  readonly looks: ReadonlyMap<string, Look>;
  /** How VMs changed, while changes are shown. */
  readonly marks: ReadonlyMap<string, Mark>;
  /** By island id: when an outside change was repaired. */
  readonly repaired: ReadonlyMap<string, string>;
  readonly opened: ReadonlySet<string>;
  /** The island under a dragged VM, if it can be plugged in there. */
  readonly target: string | null;
}
