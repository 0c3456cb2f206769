import type { Island } from '../../../contract';
import { ageWords } from '../../ui/time';
import { type Tone, VERDICT_FEEL } from '../../ui/tone';
import { text } from './text';

/** An island's isolation status as text. */
export interface Seal {
  readonly tone: Tone;
  readonly words: string;
}

/** The last verdict and its age; after a repaired outside change, that it was repaired and when. */
export function sealOf({ id, verdict, verdictAt }: Island, repairs: ReadonlyMap<string, string>, now: number): Seal {
  const repaired = repairs.get(id);
  if (verdict === 'isolated' && repaired !== undefined)
    return { tone: 'warn', words: text.repairedAgo(ageWords(repaired, now)) };
  const { tone, words } = VERDICT_FEEL[verdict];
  return { tone, words: `${words.toLowerCase()}${verdictAt === null ? '' : `, ${ageWords(verdictAt, now)}`}` };
}
