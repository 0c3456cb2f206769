import type { Island } from '../../../contract';
import { ageWords } from '../../ui/time';
import { type Tone, verdictFeel } from '../../ui/tone';
import { text } from './text';

/** An island's isolation status as text. */
export interface Seal {
  readonly tone: Tone;
  readonly words: string;
  /** Not all points of the check were checked. */
  readonly isPartial: boolean;
}

/** The last verdict and its age; after a repaired outside change, that it was repaired and when. */
export function sealOf(island: Island, repairs: ReadonlyMap<string, string>, now: number): Seal {
  const { id, verdict, verdictAt } = island;
  const repaired = repairs.get(id);
  if (verdict === 'isolated' && repaired !== undefined && island.failed === 0)
    return { tone: 'warn', words: text.repairedAgo(ageWords(repaired, now)), isPartial: false };
  const { tone, words, isPartial } = verdictFeel(island, true);
  // Without its age, which has no room besides; the tooltip and the drawer have both.
  const age = verdictAt === null || isPartial ? '' : `, ${ageWords(verdictAt, now)}`;
  return { tone, isPartial, words: `${words.toLowerCase()}${age}` };
}
