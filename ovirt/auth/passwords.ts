import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** About a tenth of a second, and 32 MiB. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

/** A salted hash of a password (scrypt, RFC 7914), with its cost: `scrypt:N:r:p:salt:key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password.normalize(), salt, KEY_BYTES, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), key.toString('base64')].join(':');
}

/** Whether a password has this hash; a hash that can't be read has no password. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [kind, N, r, p, salt, key] = hash.split(':');
  if (kind !== 'scrypt' || salt === undefined || key === undefined) return false;
  const wanted = Buffer.from(key, 'base64');
  if (wanted.length !== KEY_BYTES) return false;
  const cost = { N: Number(N), r: Number(r), p: Number(p), maxmem: COST.maxmem };
  try {
    const found = await derive(password.normalize(), Buffer.from(salt, 'base64'), KEY_BYTES, cost);
    return timingSafeEqual(found, wanted);
  } catch {
    // A cost that Node refuses.
    return false;
  }
}

/** 120 random bits, to be typed by a person if need be. */
export const makePassword = (): string => randomBytes(15).toString('base64url');
