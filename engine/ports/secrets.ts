import type { HostSecrets } from '../../contract';
import type { HostHow } from './hosts';

/**
 * The owner of a secret: the connection as it was when a user entered the secret. A store that names another address, port or user
 * (after a restore, for example) does not get it.
 */
export type SecretOwner = string;

export function secretOwner(how: HostHow): SecretOwner {
  return how.kind === 'ssh' ? JSON.stringify(['ssh', how.user, how.address, how.port]) : JSON.stringify([how.kind]);
}

/**
 * Keeps what must never be in the store, a log, an event, an argument or the environment. By default that is the engine's memory
 * (users are asked again after a restart); a desktop can use the system's keychain, hence the promises.
 */
export interface Secrets {
  /**
   * Null: none are known (any more) for this owner, a user has to be asked. `hostKey`: the fingerprint that the host has just
   * proven; the first one belongs to the secret from then on, and with any other the answer is null.
   */
  get(hostId: string, owner: SecretOwner, hostKey?: string): Promise<HostSecrets | null>;
  /** All secrets, for any owner; only to remove them from a text. */
  all(hostId: string): Promise<HostSecrets | null>;
  /** Replaces the known ones. They belong to the next host key that the host proves. */
  put(hostId: string, owner: SecretOwner, secrets: HostSecrets): Promise<void>;
  forget(hostId: string): Promise<void>;
}
