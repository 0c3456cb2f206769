import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import type { Duplex } from 'node:stream';
import { WsHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import type { DoorEvent } from '../app/create-app';
import { type Served, handlerOf } from '../app/door';
import { paced } from '../app/backpressure';
import { callsOf } from '../app/rpc';
import { screensFolder } from '../app/screens';
import { userName } from '../app/user-name';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { BROWSER_DOOR } from '../contract/browser-door';
import { say } from '../contract/messages/say';
import { cookiesOf, refusalOf, targetOf } from './guard';
import { HTTP_LIMITS, mostConnections, oncePerSecond } from './limits';
import { openPage, type Opening } from './open-browser';
import { type PageFile, writePageFile } from './page-file';
import { answer, serve, sessionIdIn } from './serve';
import { type Entry, type EndReason, Sessions, type SessionView, TOKEN_MS } from './sessions';

/** The largest request; the same as at the unix socket. */
const MAX_REQUEST_BYTES = 32 * 1024 * 1024;
const GOODBYE_MS = 300;
/** RFC 6455, 7.4.2: a code of the application's own. */
const CLOSE_SIGNED_OUT = 4001;

/** How often ends of sessions and links that nobody asks about are noticed. */
const SWEEP_MS = 30_000;

export interface ServerOptions {
  readonly app: Served & {
    readonly log: { warn(fields: Record<string, unknown>, message: string): void };
    /** Where pages that lead to a link may be written. */
    readonly home?: { readonly path: string };
    /** Appends an event to the engine's; nowhere when not given. */
    record?(event: DoorEvent): void;
  };
  /** 0 or nothing: any free port. */
  readonly port?: number;
  /** Opens the screens in the person's browser; nowhere when not given. */
  readonly open?: Opening;
  /** Folder of the built screens; found automatically when not given. */
  readonly screens?: string;
  /** The clock of links and sessions. */
  readonly now?: () => number;
}

export interface BrowserDoor {
  readonly port: number;
  /** A link that lets one browser in, once, within a minute. Each call makes a new one. */
  link(): string;
  /**
   * The path of a page that leads to such a link. It is what may stand in an argument list: only this user can read the page. It is
   * removed when its link was used, or after a minute.
   */
  page(): string;
  /** The sessions that are open. */
  sessions(): SessionView[];
  /** Ends a session and closes its windows; false when there is none of that id. */
  endSession(id: string): boolean;
  /** How many windows are connected now. */
  clients(): number;
  close(): Promise<void>;
}

/**
 * Opens the browser door on this computer's loopback: the screens over HTTP, the contract over a WebSocket at /rpc/SESSION.
 * Throws CONFLICT when the port is taken, NOT_SUPPORTED when the screens are not built.
 */
export async function startServer(options: ServerOptions): Promise<BrowserDoor> {
  const folder = options.screens ?? screensFolder();
  const { app } = options;
  const pages = new Map<string, PageFile>();
  const sessions = new Sessions({
    ...(options.now ? { now: options.now } : {}),
    // Who signs a browser out is recorded by the engine, which knows who it was.
    onEnded: (session, why) => why !== 'signed out' && app.record?.(endedEvent(session, why)),
    onTokenDone: (token) => {
      pages.get(token)?.remove();
      pages.delete(token);
    },
  });
  const server = createServer(HTTP_LIMITS);
  server.maxConnections = mostConnections();
  const port = await listen(server, options.port ?? 0);
  const cookie = `atoll-${port}`;
  const refused = oncePerSecond((fields: { refusal: string }) =>
    app.log.warn(fields, 'the browser door refused a request'),
  );
  const failed = oncePerSecond((fields: { error: string }) =>
    app.log.warn(fields, 'the browser door failed to answer'),
  );
  const onEntry = (entry: Entry, browser: string): void => {
    const event = entryEvent(entry, browser);
    if (event !== null) app.record?.(event);
  };

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refusal = refusalOf(request.headers, port, request.method === 'POST');
    if (refusal !== null) {
      refused({ refusal });
      return void answer(response, 403, 'This address is not for that page.', '127.0.0.1');
    }
    serve(request, response, { folder, sessions, cookie, onEntry }).catch((error: unknown) => {
      failed({ error: String(error) });
      if (!response.headersSent) answer(response, 500, 'Something went wrong inside Atoll.', '127.0.0.1');
    });
  });

  const sockets = acceptWindows(server, { app, port, sessions, cookie, refused });
  const sweep = setInterval(() => sessions.sweep(), SWEEP_MS).unref();
  const unwatch = app.onReplaced?.(() => {
    for (const ws of sockets.clients) ws.close(1012, 'the engine was restarted');
  });
  const linkOf = (token: string): string => `http://127.0.0.1:${port}${BROWSER_DOOR.enter}#${token}`;
  const page = (): string => {
    const token = sessions.token();
    const file = writePageFile(linkOf(token), { home: app.home?.path ?? tmpdir() });
    pages.set(token, file);
    setTimeout(() => sessions.sweep(), TOKEN_MS).unref();
    return file.path;
  };
  if (options.open !== undefined) openPage(page(), options.open);
  return {
    port,
    link: () => linkOf(sessions.token()),
    page,
    sessions: () => sessions.list(),
    endSession: (id) => sessions.end(id, 'signed out') !== null,
    clients: () => sockets.clients.size,
    close: async () => {
      clearInterval(sweep);
      unwatch?.();
      for (const file of pages.values()) file.remove();
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

interface Windows {
  readonly app: ServerOptions['app'];
  readonly port: number;
  readonly sessions: Sessions;
  readonly cookie: string;
  readonly refused: (fields: { refusal: string }) => void;
}

/** Lets windows talk to the engine that have both secrets of a session: the cookie, and the key as a subprotocol beside ours. */
function acceptWindows(server: Server, { app, port, sessions, cookie, refused }: Windows): WebSocketServer {
  const handler = handlerOf(app, (router) => new WsHandler(callsOf(router)));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_REQUEST_BYTES,
    // The answer names our protocol only: the key beside it is not repeated.
    handleProtocols: () => BROWSER_DOOR.protocol,
  });
  const user = userName();
  const warn = oncePerSecond((fields: { error: string }) => app.log.warn(fields, 'a window failed'));
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const foreign = refusalOf(request.headers, port, true);
    const id = sessionIdIn(targetOf(request, `127.0.0.1:${port}`)?.pathname ?? '');
    const refusal =
      foreign ??
      (id === null ? 'no such path' : null) ??
      (sessions.verify(id ?? '', cookiesOf(request.headers, cookie), offeredKey(request)) ? null : 'no session');
    if (refusal !== null || id === null) {
      refused({ refusal: refusal ?? 'no such path' });
      // Nobody else listens to it any more, and a caller that is gone by now would end the engine.
      stream.on('error', () => stream.destroy());
      return void stream.end(
        `HTTP/1.1 ${refusal === 'no session' ? '401 Unauthorized' : '403 Forbidden'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
    }
    sockets.handleUpgrade(request, stream, head, (ws) => {
      ws.on('error', (error) => warn({ error: error.message }));
      ws.on(
        'close',
        sessions.addWindow(id, () => ws.close(CLOSE_SIGNED_OUT, 'signed out')),
      );
      handler()
        .upgrade(paced(ws), { context: { actor: { user, door: 'browser' }, session: id } })
        .catch((error: unknown) => {
          warn({ error: String(error) });
          ws.terminate();
        });
    });
  });
  return sockets;
}

/** The key that a page offers as a subprotocol beside ours (RFC 6455, 11.3.4: a list of tokens). */
function offeredKey({ headers }: IncomingMessage): string | null {
  const [ours, key, ...more] = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
  return ours === BROWSER_DOOR.protocol && key !== undefined && more.length === 0 ? key : null;
}

function entryEvent(entry: Entry, browser: string): DoorEvent | null {
  switch (entry.kind) {
    case 'entered':
      return { type: 'session.opened', severity: 'normal', message: say('session.opened', { browser }) };
    case 'reused':
      return {
        type: 'session.link_reused',
        severity: 'error',
        message: say('session.link_reused', { browser, ended: entry.ended?.browser ?? null }),
      };
    case 'same':
    case 'expired':
    case 'unknown':
      return null;
  }
}

const WHY = { idle: 'idle', 'link reused': 'link_reused', 'too many': 'too_many' } as const;

const endedEvent = ({ browser }: SessionView, why: Exclude<EndReason, 'signed out'>): DoorEvent => ({
  type: 'session.ended',
  severity: why === 'link reused' ? 'warning' : 'normal',
  message: say('session.ended', { browser, why: WHY[why] }),
});

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new AppError(
      'CONFLICT',
      `Port ${port} on 127.0.0.1 can't be used: ${String((cause as NodeJS.ErrnoException).code ?? cause)}.`,
      {
        remedy: note('Give another one with --port, or none to take any free one.'),
        field: 'port',
        cause,
      },
    );
  }
  return (server.address() as AddressInfo).port;
}
