import type { Preview } from '../../contract';

/** What every mutating procedure returns besides its entity. */
export interface CommandResult {
  readonly job: string | null;
  readonly preview: Preview | null;
}
