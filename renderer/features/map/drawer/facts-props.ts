import type { Creation } from '../creation';
import type { Model } from '../model';
import type { Selection } from '../selection';

export interface FactsProps {
  readonly model: Model;
  readonly id: string;
  readonly onSelect: (selected: Selection) => void;
  /** Opens the note of an island. */
  readonly onNote: (islandId: string) => void;
  /** Opens the form of something new. */
  readonly onCreate: (creation: Creation) => void;
}
