import { WebSocket } from 'ws';
import { BROWSER_DOOR } from '../../contract/browser-door';

/** What a browser has after it followed a link: cookies by path, and what its page keeps. */
export interface SignedIn {
  readonly origin: string;
  readonly id: string;
  readonly key: string;
  /** Sent with requests for the screens. */
  readonly screens: string;
  /** Sent with requests for the session's own path. */
  readonly cookie: string;
}

/** Spends the token of a link, as the script of the entrance does. */
export async function postToken(
  link: string,
  headers: Record<string, string> = {},
  id: string | null = null,
): Promise<Response> {
  const { origin, pathname, hash } = new URL(link);
  return fetch(origin + pathname, {
    method: 'POST',
    headers: { origin, connection: 'close', ...headers },
    body: JSON.stringify({ token: hash.slice(1), id }),
  });
}

/** Follows a link as a browser does. */
export async function signIn(link: string): Promise<SignedIn> {
  const answer = await postToken(link);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  const { id, key } = (await answer.json()) as { id: string; key: string };
  const byPath = answer.headers.getSetCookie().map((text) => text.split(';')[0] ?? '');
  return { origin: new URL(link).origin, id, key, screens: byPath[0] ?? '', cookie: byPath[1] ?? '' };
}

/** The WebSocket of a window that is signed in. */
export function windowOf({ origin, id, key, cookie }: SignedIn): WebSocket {
  return new WebSocket(`${origin.replace('http', 'ws')}${BROWSER_DOOR.rpc}${id}`, [BROWSER_DOOR.protocol, key], {
    headers: { cookie, origin },
  });
}
