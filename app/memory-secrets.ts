import type { HostSecrets } from '../contract';
import type { Secrets } from '../engine/ports/secrets';

/** Secrets in the memory of this process and nowhere else. */
export function memorySecrets(): Secrets {
  const known = new Map<string, HostSecrets>();
  return {
    get: (hostId) => Promise.resolve(known.get(hostId) ?? null),
    put: (hostId, secrets) => {
      known.set(hostId, secrets);
      return Promise.resolve();
    },
    forget: (hostId) => {
      known.delete(hostId);
      return Promise.resolve();
    },
  };
}
