import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Names under which a browser on this computer may call the door. Anything else is a foreign page that points its own name here. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Why a request is refused, in a word for the log. */
export type Refusal = 'foreign host' | 'foreign origin' | 'no origin';

/**
 * Whether a request was meant for this door. `Host` stops DNS rebinding (a foreign name that resolves to 127.0.0.1),
 * `Origin` stops other pages of the same browser. An upgrade must carry an Origin: browsers always send it, and do not ask
 * before they open a WebSocket across origins.
 */
export function refusalOf(headers: IncomingHttpHeaders, port: number, isUpgrade: boolean): Refusal | null {
  const names = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  if (headers.host === undefined || !names.includes(headers.host)) return 'foreign host';
  if (headers.origin === undefined) return isUpgrade ? 'no origin' : null;
  return headers.origin === `http://${headers.host}` ? null : 'foreign origin';
}

/** The value of one cookie, or null. */
export function cookieOf(headers: IncomingHttpHeaders, name: string): string | null {
  for (const part of (headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

/** Compares secrets without telling by its time how much of them was right; digests make the lengths equal. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
