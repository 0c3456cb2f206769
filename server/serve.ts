import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { assetOf, pageOf, type Screen } from '../app/screens';
import { securityHeaders } from '../app/security-headers';
import { BROWSER_DOOR } from '../contract/browser-door';
import { ENTER_SCRIPT, enterPage } from './enter-page';
import { browserOf, cookiesOf, targetOf } from './guard';
import type { Entry, Sessions } from './sessions';

/** A token, an id and the JSON around them. */
const MAX_BODY_BYTES = 1_024;

/** What requests are answered from. */
export interface Serving {
  readonly folder: string;
  readonly sessions: Sessions;
  /** The name of the cookies; the port is in it, so that two engines do not sign each other's windows out. */
  readonly cookie: string;
  readonly onEntry: (entry: Entry, browser: string) => void;
}

interface Exchange extends Serving {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly host: string;
}

const HTML = 'text/html; charset=utf-8';

/** Answers a request whose Host and Origin were checked. Reading shows screens to whoever has a session; POST alone changes something. */
export async function serve(request: IncomingMessage, response: ServerResponse, door: Serving): Promise<void> {
  const host = request.headers.host ?? '';
  const exchange = { ...door, request, response, host };
  const target = targetOf(request, host);
  if (target === null) return answer(response, 400, 'This is not an address.', host);
  const { pathname } = target;
  if (request.method === 'POST') return post(exchange, pathname);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answer(response, 405, 'Only GET, HEAD and POST are answered here.', host);
  if (pathname === BROWSER_DOOR.enter) return showEntrance(exchange, 200);
  if (pathname === BROWSER_DOOR.enterScript)
    return send(exchange, { body: ENTER_SCRIPT, type: 'text/javascript; charset=utf-8', immutable: false }, null);
  // The entrance names no icon, so browsers ask for this one; a refusal would stand in the console as an error.
  if (pathname === '/favicon.ico') return void response.writeHead(204, securityHeaders(null, host)).end();
  if (!door.sessions.showsScreens(cookiesOf(request.headers, door.cookie))) return showEntrance(exchange, 401);
  const nonce = newNonce();
  const asset = await assetOf(door.folder, decoded(pathname));
  if (asset === null && /\.\w+$/.test(pathname)) return answer(response, 404, 'There is no such file.', host);
  send(exchange, asset ?? (await pageOf(door.folder, nonce)), asset === null ? nonce : null);
}

/** The id of a session in a path of the WebSocket, or null. */
export const sessionIdIn = (pathname: string): string | null => /^\/rpc\/([\w-]{1,64})$/.exec(pathname)?.[1] ?? null;

const keyOf = ({ headers }: IncomingMessage): string | null => {
  const key = headers[BROWSER_DOOR.keyHeader];
  return typeof key === 'string' ? key : null;
};

async function post(exchange: Exchange, pathname: string): Promise<void> {
  if (pathname === BROWSER_DOOR.enter) return enter(exchange);
  const id = sessionIdIn(pathname);
  if (id === null) return answer(exchange.response, 404, 'There is nothing to send this to.', exchange.host);
  renew(exchange, id);
}

/** Spends a token. What the browser gets is in this one answer, and nowhere in an address. */
async function enter(exchange: Exchange): Promise<void> {
  const { request, response, host, sessions, cookie, onEntry } = exchange;
  const sent = await bodyOf(request);
  if (sent === null) return answer(response, 400, 'This is not a link of Atoll.', host);
  const key = keyOf(request);
  const browser = browserOf(request.headers);
  const entry = sessions.enter(sent.token, browser, sent.id === null || key === null ? null : { id: sent.id, key });
  onEntry(entry, browser);
  if (entry.kind === 'same') return json(exchange, null, []);
  if (entry.kind !== 'entered') return answer(response, 401, REFUSED[entry.kind], host);
  const { id, screens, cookie: secret, key: made } = entry.credentials;
  json(exchange, { id, key: made }, [
    cookieText(cookie, screens, '/'),
    // No other port on this address is ever asked for this path, so no other server sees this cookie or can overwrite it.
    cookieText(cookie, secret, `${BROWSER_DOOR.rpc}${id}`),
    // What the browser had before is of no use any more; a browser keeps a limited number of cookies.
    ...(sent.id === null ? [] : [`${cookieText(cookie, '', `${BROWSER_DOOR.rpc}${sent.id}`)}; Max-Age=0`]),
  ]);
}

const REFUSED: Record<Exclude<Entry['kind'], 'entered' | 'same'>, string> = {
  reused:
    'This link was used already. The session that was opened with it has been ended, because somebody else may have used it. ' +
    'Run "atoll link" for a new link. If you did not use the link twice, look at "atoll event list".',
  expired: 'This link has expired: a link works for one minute. Run "atoll link" for a new one.',
  unknown: 'This link is not from this start of Atoll. Run "atoll link" for a new one.',
};

/** Whether a session still lasts. Its page may have lost the cookie for the screens, so it gets a new one. */
function renew(exchange: Exchange, id: string): void {
  const { request, response, host, sessions, cookie } = exchange;
  if (!sessions.verify(id, cookiesOf(request.headers, cookie), keyOf(request)))
    return answer(response, 401, 'This browser is not signed in.', host);
  json(exchange, null, [cookieText(cookie, sessions.renewScreens(id), '/')]);
}

const cookieText = (name: string, value: string, path: string): string =>
  `${name}=${value}; HttpOnly; SameSite=Strict; Path=${path}`;

/** The token that was sent, and the session that the browser says it has; null: nothing of the kind. */
async function bodyOf(request: IncomingMessage): Promise<{ token: string; id: string | null } | null> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString('latin1');
    if (text.length > MAX_BODY_BYTES) return null;
  }
  try {
    const { token, id } = JSON.parse(text) as { token?: unknown; id?: unknown };
    if (typeof token !== 'string') return null;
    return { token, id: typeof id === 'string' && sessionIdIn(`${BROWSER_DOOR.rpc}${id}`) !== null ? id : null };
  } catch {
    // No JSON, or none of an object.
    return null;
  }
}

function showEntrance({ request, response, host }: Exchange, status: number): void {
  const nonce = newNonce();
  const body = enterPage(nonce);
  response
    .writeHead(status, {
      ...securityHeaders(nonce, host),
      'Content-Type': HTML,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
    })
    .end(request.method === 'HEAD' ? undefined : body);
}

function json({ response, host }: Exchange, body: unknown, cookies: string[]): void {
  response
    .writeHead(200, {
      ...securityHeaders(null, host),
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      ...(cookies.length === 0 ? {} : { 'Set-Cookie': cookies }),
    })
    .end(JSON.stringify(body));
}

function send({ request, response, host }: Exchange, screen: Screen, nonce: string | null): void {
  response.writeHead(200, {
    ...securityHeaders(nonce, host),
    'Content-Type': screen.type,
    'Content-Length': Buffer.byteLength(screen.body),
    'Cache-Control': screen.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : screen.body);
}

/** A short answer in words. */
export function answer(response: ServerResponse, status: number, words: string, host: string): void {
  response
    .writeHead(status, {
      ...securityHeaders(null, host),
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
    })
    .end(`${words}\n`);
}

const newNonce = (): string => randomBytes(16).toString('base64');

/** A path with broken escapes names nothing. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return '/\0';
    throw error;
  }
}
