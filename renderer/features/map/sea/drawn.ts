import type { Look } from '../../../ui/palette';
import type { Mark } from '../changes';
import type { Lit } from '../lit';
import type { Model } from '../model';
import type { Picked } from '../picked';

/** What everything that is drawn on the map needs to know. */
export interface Drawn {
  readonly model: Model;
  readonly lit: Lit | null;
  readonly picked: Picked | null;
  readonly looks: ReadonlyMap<string, Look>;
  /** How VMs changed, while that is asked for. */
  readonly marks: ReadonlyMap<string, Mark>;
  /** Islands by their ids: when what was changed from outside was repaired. */
  readonly repaired: ReadonlyMap<string, string>;
  readonly opened: ReadonlySet<string>;
  /** The island that a VM is being carried over and may be plugged into. */
  readonly target: string | null;
}
