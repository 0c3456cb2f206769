import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../engine/ports/log';
import type { Secrets } from '../engine/ports/secrets';
import { BoundSecrets, givenOut } from './bound-secrets';
import type { Home } from './home';

/** What the system's keychain does for us: only who is signed in as this user, on this computer, can open what it sealed. */
export interface Sealer {
  /** Null: there is no keychain that deserves the name. */
  seal(text: string): Promise<string | null>;
  /** Null: it can't be opened (any more): another computer's file, another keychain. */
  open(sealed: string): Promise<string | null>;
}

/** Version 1 did not say whom a secret was for, so those are asked for again. */
const Kept = z.strictObject({ version: z.literal(2), hosts: z.record(z.string(), z.string()) });
type Kept = z.infer<typeof Kept>;
const NOTHING: Kept = { version: 2, hosts: {} };

/**
 * Passwords and passphrases that survive a restart: sealed, in `<home>/secrets.json` (0600). In the open they are in this
 * process's memory only. Where nothing can be sealed they stay there, and are asked for again after a restart.
 */
export function sealedSecrets(home: Home, sealer: Sealer, log: Pick<Log, 'warn'>): Secrets {
  const path = join(home.path, 'secrets.json');
  const memory = new Map<string, BoundSecrets>();
  const read = (): Kept => {
    if (!existsSync(path)) return NOTHING;
    try {
      return Kept.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      // The reason would quote the file. Being asked for the password again is explanation enough.
      log.warn({ path }, 'the file of sealed secrets is not readable, and is taken for empty');
      return NOTHING;
    }
  };
  const keep = (hostId: string, sealed: string | null): void => {
    const { [hostId]: _, ...others } = read().hosts;
    const hosts = sealed === null ? others : { ...others, [hostId]: sealed };
    if (Object.keys(hosts).length === 0) rmSync(path, { force: true });
    else replace(path, JSON.stringify({ version: 2, hosts } satisfies Kept));
  };
  const known = async (hostId: string): Promise<BoundSecrets | null> => {
    const held = memory.get(hostId);
    if (held !== undefined) return held;
    const sealed = read().hosts[hostId];
    const text = sealed === undefined ? null : await sealer.open(sealed);
    const opened = text === null ? null : parsed(text);
    if (opened !== null) memory.set(hostId, opened);
    return opened;
  };
  const write = async (hostId: string, bound: BoundSecrets): Promise<void> => {
    memory.set(hostId, bound);
    keep(hostId, await sealer.seal(JSON.stringify(bound)));
  };
  return {
    get: async (hostId, owner, hostKey) => {
      const given = givenOut(await known(hostId), owner, hostKey);
      if (given?.bound) await write(hostId, given.bound);
      return given?.secrets ?? null;
    },
    all: async (hostId) => (await known(hostId))?.secrets ?? null,
    put: (hostId, owner, secrets) => write(hostId, { owner, hostKey: null, secrets }),
    forget: (hostId) => {
      memory.delete(hostId);
      keep(hostId, null);
      return Promise.resolve();
    },
  };
}

function parsed(text: string): BoundSecrets | null {
  try {
    return BoundSecrets.parse(JSON.parse(text));
  } catch {
    // Sealed by another version: asked for again. The reason must not be reported, since it contains the secret.
    return null;
  }
}

/** The old file or the new one, whenever this process dies; never readable by others in between. */
function replace(path: string, text: string): void {
  const draft = `${path}.part-${process.pid}`;
  rmSync(draft, { force: true });
  const fd = openSync(draft, 'wx', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, path);
}
