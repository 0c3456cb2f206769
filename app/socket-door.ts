import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WsHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { CONTRACT_VERSION } from '../contract/version';
import type { Log } from '../engine/ports/log';
import { HEADERS, RPC_PATH, type Served, actorOf, handlerOf } from './door';
import { homeError } from './file-errors';
import type { Home } from './home';
import type { Holder } from './lock';
import { paced } from './backpressure';
import { callsOf } from './rpc';
import { unixPath } from './unix-path';
import { BUILD, VERSION } from './version';
import { userName } from './user-name';

/** The largest request; `networks.addMany` of 2,000 drafts with full comments stays below it. */
const MAX_REQUEST_BYTES = 32 * 1024 * 1024;

export interface SocketDoor {
  /** How many clients are connected now. */
  clients(): number;
  /** Says goodbye to all clients, stops listening, removes the socket. Safe to call again. */
  close(): Promise<void>;
}

/**
 * Opens `<home>/engine.sock`. The caller holds the home's lock, so a socket that is there is a dead one's.
 * The file is born with mode 0600 (umask), in a folder of mode 0700: only this user and root get in.
 */
export async function openSocketDoor(
  home: Home,
  served: Served,
  log: Log,
  holder: Holder['holder'],
): Promise<SocketDoor> {
  const handler = handlerOf(served, (router) => new WsHandler(callsOf(router)));
  const owner = userName();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_REQUEST_BYTES, clientTracking: true });
  sockets.on('headers', (headers) => headers.push(...introduction(holder)));
  const server = createServer((_request, response) => response.writeHead(404).end());
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (request.url !== RPC_PATH) {
      // Nobody else listens to it any more, and a caller that is gone by now would end the engine.
      stream.on('error', () => stream.destroy());
      return void stream.end('HTTP/1.1 404 Not Found\r\n\r\n');
    }
    sockets.handleUpgrade(request, stream, head, (ws) => {
      const actor = actorOf(header(request, HEADERS.user), header(request, HEADERS.door), owner);
      ws.on('error', (error) => log.warn({ error: error.message }, 'a client broke the protocol'));
      handler()
        .upgrade(paced(ws), { context: { actor } })
        .catch((error: unknown) => {
          log.error({ error: String(error) }, 'the socket door failed');
          ws.terminate();
        });
    });
  });
  const release = await listen(server, home);
  const unwatch = served.onReplaced?.(() => {
    for (const ws of sockets.clients) ws.close(1012, 'the engine was restarted');
  });
  let closed: Promise<void> | null = null;
  return {
    clients: () => sockets.clients.size,
    close: () => (closed ??= close(server, sockets, release).finally(() => unwatch?.())),
  };
}

/** Before the first frame: which engine answers, so that a client of another version can say so. */
function introduction(holder: Holder['holder']): string[] {
  return [
    `${HEADERS.version}: ${VERSION}`,
    `${HEADERS.build}: ${BUILD}`,
    `${HEADERS.contract}: ${CONTRACT_VERSION}`,
    `${HEADERS.holder}: ${holder}`,
    `${HEADERS.pid}: ${process.pid}`,
  ];
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function listen(server: Server, home: Home): Promise<() => void> {
  const { path, release } = unixPath(home.socket);
  try {
    rmSync(path, { force: true });
    bindPrivately(server, path);
    await once(server, 'listening');
    chmodSync(path, 0o600);
    return release;
  } catch (error) {
    release();
    throw homeError(home.path, error);
  }
}

/** The umask belongs to the whole process; bind(2) happens within `listen`, so it is narrow for that call only. */
function bindPrivately(server: Server, path: string): void {
  const before = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
}

async function close(server: Server, sockets: WebSocketServer, release: () => void): Promise<void> {
  const drained = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const ws of sockets.clients) ws.close(1001, 'the engine ends');
  // A client that does not answer the goodbye within this time is cut off.
  await Promise.race([drained, sleep(300)]);
  for (const ws of sockets.clients) ws.terminate();
  sockets.close();
  await drained;
  release();
}
