import type { Model } from '../model';
import type { Picked } from '../picked';

export interface FactsProps {
  readonly model: Model;
  readonly id: string;
  readonly onPick: (picked: Picked) => void;
  /** Opens the note of an island. */
  readonly onNote: (islandId: string) => void;
}
