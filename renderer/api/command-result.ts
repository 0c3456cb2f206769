import type { Preview } from '../../contract';

/** What every changing procedure answers beside its entity. */
export interface CommandResult {
  readonly job: string | null;
  readonly preview: Preview | null;
}
