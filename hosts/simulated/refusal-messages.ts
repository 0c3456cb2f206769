import type { Remedy } from '../../contract';

/** Why a change was refused, in the wording of `ip` and `nft`. */
export class Refused extends Error {
  readonly remedy: Remedy | null;
  constructor(message: string, remedy: Remedy | null = null) {
    super(message);
    this.remedy = remedy;
  }
}
