import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, canonicalJson, note, type Signature } from '../contract';
import type { Signer } from '../engine/ports/signer';
import type { Home } from './home';

const fileOf = (home: Home): string => join(home.path, 'signing-key.pem');

/** Signs with the Ed25519 key in `<home>/signing-key.pem` (0600); it is made when it is first needed. */
export function homeSigner(home: Home): Signer {
  return {
    sign: (text) => {
      const key = keyOf(home) ?? makeKey(home);
      const data = Buffer.from(text);
      return Promise.resolve({
        algorithm: 'ed25519',
        sha256: createHash('sha256').update(data).digest('hex'),
        publicKey: publicText(key),
        signature: sign(null, data, key).toString('base64'),
      });
    },
  };
}

/** The public key of a home, as signatures have it; null: it has none yet. */
export function publicKeyOf(home: Home): string | null {
  const key = keyOf(home);
  return key && publicText(key);
}

const publicText = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');

/** `SHA256:` and the hash of a public key, by which people compare it. */
export const fingerprintOf = (publicKey: string): string =>
  `SHA256:${createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64').replace(/=+$/, '')}`;

/** Why a signature is not one of this content; null: it is. */
export function whyNotSigned(content: unknown, { sha256, publicKey, signature }: Signature): string | null {
  const data = Buffer.from(canonicalJson(content));
  if (createHash('sha256').update(data).digest('hex') !== sha256) return 'its content is not what was signed';
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' });
    if (key.asymmetricKeyType !== 'ed25519') return 'its key is not an Ed25519 key';
    return verify(null, data, key, Buffer.from(signature, 'base64')) ? null : 'its signature is not valid';
  } catch {
    return 'its key or signature is damaged';
  }
}

function keyOf(home: Home): KeyObject | null {
  const file = fileOf(home);
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unusable(file, error instanceof Error ? error.message : String(error));
  }
  try {
    if ((fstatSync(fd).mode & 0o077) !== 0) throw unusable(file, 'other users can read or write it');
    const key = createPrivateKey(readFileSync(fd));
    if (key.asymmetricKeyType !== 'ed25519') throw unusable(file, 'it is not an Ed25519 key');
    return key;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unusable(file, 'it is damaged');
  } finally {
    closeSync(fd);
  }
}

function makeKey(home: Home): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  const fd = openSync(fileOf(home), 'wx', 0o600);
  try {
    writeSync(fd, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return privateKey;
}

const unusable = (file: string, why: string): AppError =>
  new AppError('STORE_FAILED', `Can't sign: the key ${file} can't be used: ${why}`, {
    remedy: note('Restore it, or remove it: the next page is then signed with another key, and says so.'),
  });
