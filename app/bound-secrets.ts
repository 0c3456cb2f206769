import { z } from 'zod';
import { HostSecrets } from '../contract';
import type { SecretOwner } from '../engine/ports/secrets';

/** Secrets with whom they are for. They are kept, and sealed, as one: who changes one part has not got the other. */
export const BoundSecrets = z.strictObject({
  owner: z.string(),
  /** The fingerprint of the host key that they were first used with; null: not used yet. */
  hostKey: z.string().nullable(),
  secrets: HostSecrets,
});
export type BoundSecrets = z.infer<typeof BoundSecrets>;

/** What may be given out, and what is to be kept from now on when that is new; null: nothing is known for this owner and key. */
export function givenOut(
  kept: BoundSecrets | null,
  owner: SecretOwner,
  hostKey: string | undefined,
): { readonly secrets: HostSecrets; readonly bound: BoundSecrets | null } | null {
  if (kept === null || kept.owner !== owner) return null;
  if (hostKey === undefined || kept.hostKey === hostKey) return { secrets: kept.secrets, bound: null };
  return kept.hostKey === null ? { secrets: kept.secrets, bound: { ...kept, hostKey } } : null;
}
