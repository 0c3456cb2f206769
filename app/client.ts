import { createConnection } from 'node:net';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { Actor, Contract } from '../contract';
import { HEADERS, RPC_PATH } from './door';
import { homeError, systemCode } from './file-errors';
import type { Home } from './home';
import { mapAnswer } from './mapped-link';
import { toAppError } from './rpc-errors';
import { unixPath } from './unix-path';
import { userName } from './user-name';

/** The engine's procedures, typed. Every failure is an AppError. */
export type AtollClient = ContractRouterClient<Contract>;

/** How the engine at the other end introduced itself. */
export interface EngineInfo {
  readonly version: string;
  readonly build: string;
  readonly contract: number;
  /** `daemon`: started in the background, may be replaced; else an app that a person has open. */
  readonly holder: string;
  readonly pid: number;
}

export interface EngineConnection {
  readonly client: AtollClient;
  readonly info: EngineInfo;
  /** Resolves when the connection is gone, for whatever reason. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Nobody listens: no socket, one of a dead engine, or one that goes away just now. */
const ABSENT = ['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ECONNRESET', 'EPIPE'];

/** Connects to the engine of a home; null when none runs there. Throws STORE_FAILED when the socket may not be opened. */
export async function connectEngine(home: Home, door: Actor['door'] = 'cli'): Promise<EngineConnection | null> {
  try {
    const { ws, info } = await openSocket(home, door);
    return wrap(ws, info);
  } catch (error) {
    const code = systemCode(error);
    if (code !== null && ABSENT.includes(code)) return null;
    throw homeError(home.path, error);
  }
}

function openSocket(home: Home, door: Actor['door']): Promise<{ ws: WebSocket; info: EngineInfo }> {
  const { path, release } = unixPath(home.socket);
  const opened = new Promise<{ ws: WebSocket; info: EngineInfo }>((resolve, reject) => {
    let info: EngineInfo | null = null;
    const ws = new WebSocket(`ws://engine${RPC_PATH}`, {
      // Not `ws+unix:`: that form splits at colons, and a home may have one in its path.
      createConnection: () => createConnection({ path }),
      headers: { [HEADERS.user]: userName(), [HEADERS.door]: door },
      perMessageDeflate: false,
      maxPayload: 0,
    });
    ws.once('upgrade', ({ headers }) => (info = readInfo(headers)));
    ws.once('open', () => (info ? resolve({ ws, info }) : reject(new Error('the engine did not introduce itself'))));
    ws.once('error', reject);
  });
  return opened.finally(release);
}

function readInfo(headers: NodeJS.Dict<string | string[]>): EngineInfo {
  const text = (name: string) => String(headers[name] ?? '');
  return {
    version: text(HEADERS.version),
    build: text(HEADERS.build),
    contract: Number(text(HEADERS.contract)),
    holder: text(HEADERS.holder),
    pid: Number(text(HEADERS.pid)),
  };
}

function wrap(ws: WebSocket, info: EngineInfo): EngineConnection {
  const closed = new Promise<void>((resolve) => ws.once('close', () => resolve()));
  // An error is always followed by `close`, which fails what is under way; without a listener it would end the process.
  ws.on('error', () => undefined);
  const toError = (error: unknown) => toAppError(error, ws.readyState !== WebSocket.OPEN);
  const link = new RPCLink({
    websocket: asBrowserSocket(ws),
    interceptors: [
      async ({ next }) => {
        try {
          return mapAnswer(await next(), toError);
        } catch (error) {
          throw toError(error);
        }
      },
    ],
  });
  return { client: createORPCClient(link), info, closed, close: () => ws.close() };
}

/** `ws` follows the browser's interface; its types differ only in the event classes. */
function asBrowserSocket(ws: WebSocket): ConstructorParameters<typeof RPCLink>[0]['websocket'] {
  return ws as unknown as ConstructorParameters<typeof RPCLink>[0]['websocket'];
}
