import type { PromiseState } from '../../../contract';
import type { Tone } from '../../ui/tone';

export const PROMISE_TONE: Readonly<Record<PromiseState, Tone>> = {
  kept: 'ok',
  broken: 'bad',
  unknown: 'unknown',
  no_subject: 'warn',
};

/** What needs attention comes first. */
export const GRAVEST: readonly PromiseState[] = ['broken', 'unknown', 'no_subject', 'kept'];
