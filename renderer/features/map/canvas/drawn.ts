import type { Look } from '../../../ui/palette';
import type { Mark } from '../changes';
import type { Highlight } from '../highlight';
import type { Model } from '../model';
import type { Selection } from '../selection';

/** What every element on the map needs. */
export interface Drawn {
  readonly model: Model;
  readonly highlight: Highlight | null;
  readonly selected: Selection | null;
  readonly looks: ReadonlyMap<string, Look>;
  /** How VMs changed, while changes are shown. */
  readonly marks: ReadonlyMap<string, Mark>;
  /** By island id: when an outside change was repaired. */
  readonly repaired: ReadonlyMap<string, string>;
  readonly opened: ReadonlySet<string>;
  /** The island under what is dragged, if that can be dropped there. */
  readonly target: string | null;
}
