import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { RPC_PATH, type Served, handlerOf } from '../app/door';
import { paced } from '../app/paced';
import { AppError } from '../contract/app-error';
import { cookieOf, refusalOf } from './guard';
import { openLink, type Opening } from './open-browser';
import { assetOf, pageOf, type Screen, screensFolder } from '../app/screens';
import { securityHeaders } from '../app/security-headers';
import { Sessions } from './sessions';

/** The largest request; the same as at the unix socket. */
const MAX_REQUEST_BYTES = 32 * 1024 * 1024;
const GOODBYE_MS = 300;

export interface ServerOptions {
  readonly app: Served & {
    readonly log: { warn(fields: Record<string, unknown>, message: string): void };
  };
  /** 0 or nothing: any free port. */
  readonly port?: number;
  /** Opens the link in the person's browser; nowhere when not given. */
  readonly open?: Opening;
  /** Folder of the built screens; found by itself when not given. */
  readonly screens?: string;
}

export interface BrowserDoor {
  readonly port: number;
  /** A link that lets one browser in, once. Each call makes a new one. */
  link(): string;
  /** How many windows are connected now. */
  clients(): number;
  close(): Promise<void>;
}

/**
 * Opens the browser door on this computer's loopback: the screens over HTTP, the contract over a WebSocket at /rpc.
 * Throws CONFLICT when the port is taken, NOT_SUPPORTED when the screens are not built.
 */
export async function startServer(options: ServerOptions): Promise<BrowserDoor> {
  const folder = options.screens ?? screensFolder();
  const sessions = new Sessions();
  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const cookie = `atoll-${port}`;
  const isIn = (request: IncomingMessage): boolean => sessions.has(cookieOf(request.headers, cookie));
  const { log } = options.app;

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refusal = refusalOf(request.headers, port, false);
    if (refusal !== null) {
      log.warn({ refusal }, 'the browser door refused a request');
      return void answer(response, 403, 'This address is not for that page.', '127.0.0.1');
    }
    const host = request.headers.host ?? '';
    serve(request, response, { folder, sessions, cookie, host, isIn }).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'the browser door failed to answer');
      if (!response.headersSent) answer(response, 500, 'Something went wrong inside Atoll.', host);
    });
  });

  const handler = handlerOf(options.app, (router) => new RPCHandler(router));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_REQUEST_BYTES });
  const actor = { user: userInfo().username, door: 'browser' as const };
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal =
      refusalOf(request.headers, port, true) ??
      (request.url === RPC_PATH ? null : 'no such path') ??
      (isIn(request) ? null : 'no session');
    if (refusal !== null) {
      log.warn({ refusal }, 'the browser door refused an upgrade');
      // Nobody else listens to it any more, and a caller that is gone by now would end the engine.
      stream.on('error', () => stream.destroy());
      return void stream.end(
        `HTTP/1.1 ${refusal === 'no session' ? '401 Unauthorized' : '403 Forbidden'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
    }
    sockets.handleUpgrade(request, stream, head, (ws) => {
      ws.on('error', (error) => log.warn({ error: error.message }, 'a window broke the protocol'));
      handler()
        .upgrade(paced(ws), { context: { actor } })
        .catch((error: unknown) => {
          log.warn({ error: String(error) }, 'the browser door failed');
          ws.terminate();
        });
    });
  });

  const unwatch = options.app.onReplaced?.(() => {
    for (const ws of sockets.clients) ws.close(1012, 'the engine was started anew');
  });
  const link = (): string => `http://127.0.0.1:${port}/?token=${sessions.token()}`;
  if (options.open !== undefined) openLink(link(), options.open);
  return {
    port,
    link,
    clients: () => sockets.clients.size,
    close: async () => {
      unwatch?.();
      for (const ws of sockets.clients) ws.close(1001, 'the engine ends');
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const cut = setTimeout(() => {
        for (const ws of sockets.clients) ws.terminate();
        server.closeAllConnections();
      }, GOODBYE_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new AppError(
      'CONFLICT',
      `Port ${port} on 127.0.0.1 can't be used: ${String((cause as NodeJS.ErrnoException).code ?? cause)}.`,
      {
        hint: 'Give another one with --port, or none to take any free one.',
        field: 'port',
        cause,
      },
    );
  }
  return (server.address() as AddressInfo).port;
}

interface Serving {
  readonly folder: string;
  readonly sessions: Sessions;
  readonly cookie: string;
  readonly host: string;
  readonly isIn: (request: IncomingMessage) => boolean;
}

async function serve(request: IncomingMessage, response: ServerResponse, door: Serving): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${door.host}`);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answer(response, 405, 'Only GET is answered here.', door.host);
  const token = url.searchParams.get('token');
  if (token !== null) return enter(response, token, door);
  if (!door.isIn(request))
    return answer(response, 401, 'Open the link that Atoll printed: atoll start prints a new one.', door.host);
  if (url.pathname === '/session') return answer(response, 200, 'signed in', door.host);
  const nonce = randomBytes(16).toString('base64');
  const asset = await assetOf(door.folder, decoded(url.pathname));
  if (asset === null && /\.\w+$/.test(url.pathname)) return answer(response, 404, 'There is no such file.', door.host);
  send(request, response, asset ?? (await pageOf(door.folder, nonce)), asset === null ? nonce : null, door.host);
}

/** The token leaves the address at once, so that neither history nor a Referer keeps it. */
function enter(response: ServerResponse, token: string, door: Serving): void {
  const session = door.sessions.exchange(token);
  if (session === null)
    return answer(
      response,
      401,
      'This link was used already, or is not from this start of Atoll. atoll start prints a new one.',
      door.host,
    );
  response
    .writeHead(303, {
      ...securityHeaders(null, door.host),
      Location: '/',
      'Set-Cookie': `${door.cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`,
      'Cache-Control': 'no-store',
    })
    .end();
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  screen: Screen,
  nonce: string | null,
  host: string,
): void {
  response.writeHead(200, {
    ...securityHeaders(nonce, host),
    'Content-Type': screen.type,
    'Content-Length': Buffer.byteLength(screen.body),
    'Cache-Control': screen.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : screen.body);
}

function answer(response: ServerResponse, status: number, words: string, host: string): void {
  response
    .writeHead(status, {
      ...securityHeaders(null, host),
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
    })
    .end(`${words}\n`);
}

/** A path with broken escapes names nothing. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return '/\0';
    throw error;
  }
}
