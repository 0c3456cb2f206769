import type { Secrets } from '../engine/ports/secrets';
import { type BoundSecrets, givenOut } from './bound-secrets';

/** Secrets in the memory of this process and nowhere else. */
export function memorySecrets(): Secrets {
  const known = new Map<string, BoundSecrets>();
  return {
    get: (hostId, owner, hostKey) => {
      const given = givenOut(known.get(hostId) ?? null, owner, hostKey);
      if (given?.bound) known.set(hostId, given.bound);
      return Promise.resolve(given?.secrets ?? null);
    },
    all: (hostId) => Promise.resolve(known.get(hostId)?.secrets ?? null),
    put: (hostId, owner, secrets) => {
      known.set(hostId, { owner, hostKey: null, secrets });
      return Promise.resolve();
    },
    forget: (hostId) => {
      known.delete(hostId);
      return Promise.resolve();
    },
  };
}
