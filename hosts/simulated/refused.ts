import type { Remedy } from '../../contract';

/** Why a change was refused, in the words that `ip` and `nft` use. */
export class Refused extends Error {
  readonly remedy: Remedy | null;
  constructor(message: string, remedy: Remedy | null = null) {
    super(message);
    this.remedy = remedy;
  }
}
