import { createCipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Bytes } from './bytes';

/** The first messages of RFB (RFC 6143, 7.1), of both ends. */

const VERSION = 'RFB 003.008\n';
const VNC_AUTHENTICATION = 2;
const NONE = 1;
const CHALLENGE_BYTES = 16;
const KEY_BYTES = 8;

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/**
 * Asks a viewer for the password. Reports the result to the viewer, and returns it.
 * @throws Error for a viewer that speaks something else
 */
export async function askPassword(from: Bytes, write: (bytes: Uint8Array) => void, password: string): Promise<boolean> {
  write(Buffer.from(VERSION));
  const said = (await from.take(VERSION.length)).toString('latin1');
  const minor = Number(/^RFB 003\.(\d{3})\n$/.exec(said)?.[1] ?? Number.NaN);
  if (Number.isNaN(minor)) throw new Error('no RFB viewer');
  if (minor < 7) write(u32(VNC_AUTHENTICATION));
  else {
    write(Buffer.from([1, VNC_AUTHENTICATION]));
    if ((await from.take(1))[0] !== VNC_AUTHENTICATION) throw new Error('the viewer can give no password');
  }
  const challenge = randomBytes(CHALLENGE_BYTES);
  write(challenge);
  const accepted = timingSafeEqual(await from.take(CHALLENGE_BYTES), respond(challenge, password));
  write(u32(accepted ? 0 : 1));
  if (!accepted && minor >= 8) {
    const reason = Buffer.from('The password is wrong or has expired');
    write(Buffer.concat([u32(reason.length), reason]));
  }
  return accepted;
}

/** The answer to a challenge: DES with the password as its key, whose bytes VNC has mirrored. Eight characters count. */
export function respond(challenge: Uint8Array, password: string): Buffer {
  const key = Buffer.alloc(KEY_BYTES);
  Buffer.from(password, 'latin1').copy(key, 0, 0, KEY_BYTES);
  for (const [at, byte] of key.entries()) key[at] = mirrored(byte);
  // Three times with one key is once: plain DES is no longer among OpenSSL's own.
  const cipher = createCipheriv('des-ede3', Buffer.concat([key, key, key]), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(challenge), cipher.final()]);
}

const mirrored = (byte: number): number =>
  Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2);

/** Greets the server of a VM's screen, which is reached privately and asks for nothing. @throws Error if it does */
export async function greet(from: Bytes, write: (bytes: Uint8Array) => Promise<unknown>): Promise<void> {
  const said = (await from.take(VERSION.length)).toString('latin1');
  if (!/^RFB 003\.00[78]\n$/.test(said)) throw new Error(`the screen speaks ${said.trim()}`);
  await write(Buffer.from(said));
  const [count = 0] = await from.take(1);
  const types = await from.take(count);
  if (!types.includes(NONE)) throw new Error('the screen wants a password');
  await write(Buffer.from([NONE]));
  // Before 3.8 there is no result when nothing was asked.
  if (said === VERSION && (await from.take(4)).readUInt32BE() !== 0) throw new Error('the screen refused');
}
