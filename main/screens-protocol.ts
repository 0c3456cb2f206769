import { randomBytes } from 'node:crypto';
import { assetOf, pageOf } from '../app/screens';
import { securityHeaders } from '../app/security-headers';

export const SCHEME = 'atoll';
/** Where the screens live in this app: an origin of their own, not file://, which would let them read the disk. */
export const ORIGIN = `${SCHEME}://app`;
const HOST = 'app';

/** Whether an address is one of our own screens. (By parts: Node's URL gives a scheme like ours the origin 'null'.) */
export function isOwn(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host } = new URL(address);
  return protocol === `${SCHEME}:` && host === HOST;
}

/** Answers the window's requests with the built screens; any other host or method gets nothing. */
export function answerScreens(folder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    if (!isOwn(request.url) || request.method !== 'GET') return new Response(null, { status: 403 });
    const nonce = randomBytes(16).toString('base64');
    const asset = await assetOf(folder, url.pathname);
    if (asset === null && /\.\w+$/.test(url.pathname)) return new Response(null, { status: 404 });
    const screen = asset ?? (await pageOf(folder, nonce));
    const body = typeof screen.body === 'string' ? screen.body : new Uint8Array(screen.body);
    return new Response(body, {
      headers: { ...securityHeaders(asset === null ? nonce : null, null), 'Content-Type': screen.type },
    });
  };
}
