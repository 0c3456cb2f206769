import type { HostSecrets } from '../../contract';
import type { HostHow } from './hosts';

/**
 * Whom a secret is for: the way in as it was when a person gave the secret. A store that names another address, port or user
 * (by a restore, say) is not given it.
 */
export type SecretOwner = string;

export function secretOwner(how: HostHow): SecretOwner {
  return how.kind === 'ssh' ? JSON.stringify(['ssh', how.user, how.address, how.port]) : JSON.stringify([how.kind]);
}

/**
 * Keeps what may never be in the store, a log, an event, an argument or the environment. The engine's own memory does (asked
 * again after a restart); a desktop may keep it in the system's keychain, hence the promises.
 */
export interface Secrets {
  /**
   * Null: none are known (any more) for this owner, a person has to be asked. `hostKey`: the fingerprint that the host has just
   * proven; the first one belongs to the secret from then on, and with any other the answer is null.
   */
  get(hostId: string, owner: SecretOwner, hostKey?: string): Promise<HostSecrets | null>;
  /** Everything that is kept, whomever it is for; only to cut it out of a text. */
  all(hostId: string): Promise<HostSecrets | null>;
  /** In the place of what was known. The host key that they are for is the next that the host proves. */
  put(hostId: string, owner: SecretOwner, secrets: HostSecrets): Promise<void>;
  forget(hostId: string): Promise<void>;
}
