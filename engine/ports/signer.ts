import type { Signature } from '../../contract';

/** Signs with the key of the home, which is made when it is first needed and never leaves it. */
export interface Signer {
  sign(text: string): Promise<Signature>;
}
