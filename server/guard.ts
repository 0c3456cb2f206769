import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Names under which a browser on this computer may call the door. Anything else is a foreign page that points its own name here. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Why a request is refused, in a word for the log. */
export type Refusal = 'foreign host' | 'foreign origin' | 'no origin';

/**
 * Whether a request was meant for this door. `Host` stops DNS rebinding (a foreign name that resolves to 127.0.0.1),
 * `Origin` stops other pages of the same browser. An upgrade and a POST must carry an Origin: browsers always send it, and do not ask
 * before they open a WebSocket across origins.
 */
export function refusalOf(headers: IncomingHttpHeaders, port: number, needsOrigin: boolean): Refusal | null {
  const names = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  if (headers.host === undefined || !names.includes(headers.host)) return 'foreign host';
  if (headers.origin === undefined) return needsOrigin ? 'no origin' : null;
  return headers.origin === `http://${headers.host}` ? null : 'foreign origin';
}

/** More cookies of one name than any browser of ours has; the rest is not looked at. */
const MOST_COOKIES = 32;

/**
 * All values of one cookie. Cookies know no ports: another server on this address can set one of the same name beside ours, and a browser
 * sends both.
 */
export function cookiesOf(headers: IncomingHttpHeaders, name: string): string[] {
  return (headers.cookie ?? '')
    .split(';')
    .flatMap((part) => {
      const at = part.indexOf('=');
      return at > 0 && part.slice(0, at).trim() === name ? [part.slice(at + 1).trim()] : [];
    })
    .slice(0, MOST_COOKIES);
}

/** The target of a request within this door, or null when it is none. */
export function targetOf(request: Pick<IncomingMessage, 'url'>, host: string): URL | null {
  const base = `http://${host}`;
  const target = request.url ?? '/';
  return URL.canParse(target, base) ? new URL(target, base) : null;
}

/** What is kept of a secret. */
export const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Compares digests without revealing by its time how much of them was equal. */
export const sameDigest = (a: Buffer, b: Buffer): boolean => timingSafeEqual(a, b);

/** A browser as its own header describes it, in a few words without control characters. It is a claim, not a proof. */
export function browserOf(headers: IncomingHttpHeaders): string {
  const agent = headers['user-agent'] ?? '';
  const name = BROWSERS.map(([mark, called]) => ({
    called,
    version: new RegExp(`${mark}/(\\d{1,4})`).exec(agent)?.[1],
  })).find(({ version }) => version !== undefined);
  const system = SYSTEMS.find(([mark]) => agent.includes(mark))?.[1];
  const program = name === undefined ? 'unknown program' : `${name.called} ${name.version}`;
  return system === undefined ? program : `${program} on ${system}`;
}

/** The first mark that is found counts: most browsers also claim to be others. */
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chromium'],
  ['HeadlessChrome', 'Chromium'],
  ['Safari', 'Safari'],
  ['curl', 'curl'],
] as const;
const SYSTEMS = [
  ['Android', 'Android'],
  ['Linux', 'Linux'],
  ['Mac OS X', 'macOS'],
  ['Windows', 'Windows'],
] as const;
