import type { HostSecrets } from '../../contract';

/**
 * Keeps what may never be in the store, a log, an event, an argument or the environment. The engine's own memory does (asked
 * again after a restart); a desktop may keep it in the system's keychain, hence the promises.
 */
export interface Secrets {
  /** Null: none are known (any more), a person has to be asked. */
  get(hostId: string): Promise<HostSecrets | null>;
  put(hostId: string, secrets: HostSecrets): Promise<void>;
  forget(hostId: string): Promise<void>;
}
