import { createConnection } from 'node:net';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { Actor, Contract } from '../contract';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
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

/** How long an engine may take to answer at all. One that was stopped (SIGSTOP) has its socket open and says nothing. */
const SILENCE_MS = 20_000;
/** An engine that has answered once may be silent this many times longer: it may be slow or asleep, and running calls should not be lost. */
const KNOWN_TO_LIVE = 6;

/** Nobody listens: no socket, one of a dead engine, or one that goes away just now. */
const ABSENT = ['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ECONNRESET', 'EPIPE'];

/**
 * Connects to the engine of a home; null when none runs there. Throws STORE_FAILED when the socket may not be opened,
 * ENGINE_GONE when nobody answers on it for `silenceMs`; calls that are running by then fail after six times as long.
 */
export async function connectEngine(
  home: Home,
  door: Actor['door'] = 'cli',
  silenceMs = SILENCE_MS,
): Promise<EngineConnection | null> {
  try {
    const { ws, info } = await openSocket(home, door, silenceMs);
    watchForSilence(ws, silenceMs * KNOWN_TO_LIVE);
    return wrap(ws, info);
  } catch (error) {
    if (error instanceof Error && error.message === HANDSHAKE_TIMED_OUT) throw silent(home, error);
    const code = systemCode(error);
    if (code !== null && ABSENT.includes(code)) return null;
    throw homeError(home.path, error);
  }
}

/** The words of `ws`, which has no code for it. */
const HANDSHAKE_TIMED_OUT = 'Opening handshake has timed out';

const silent = (home: Home, cause: Error): AppError =>
  new AppError('ENGINE_GONE', `The engine of ${home.path} runs but does not answer.`, {
    remedy: note(
      `The number of its process is in ${home.lock}. Let it go on if it was stopped (kill -CONT), else end it (kill -KILL): labs and VMs go on.`,
    ),
    cause,
  });

/** Asks now and then whether the other end still lives; a computer that slept has both ends behind alike. */
function watchForSilence(ws: WebSocket, silenceMs: number): void {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (unanswered >= 2) return ws.terminate();
    unanswered += 1;
    ws.ping();
  }, silenceMs / 2);
  timer.unref();
  ws.on('pong', () => (unanswered = 0));
  ws.once('close', () => clearInterval(timer));
}

function openSocket(home: Home, door: Actor['door'], silenceMs: number): Promise<{ ws: WebSocket; info: EngineInfo }> {
  const { path, release } = unixPath(home.socket);
  const opened = new Promise<{ ws: WebSocket; info: EngineInfo }>((resolve, reject) => {
    let info: EngineInfo | null = null;
    const ws = new WebSocket(`ws://engine${RPC_PATH}`, {
      // Not `ws+unix:`: that form splits at colons, and a home may have one in its path.
      // Its own time too: node leaves that to whoever makes the connection.
      createConnection: () => createConnection({ path, timeout: silenceMs }),
      headers: { [HEADERS.user]: userName(), [HEADERS.door]: door },
      perMessageDeflate: false,
      maxPayload: 0,
      handshakeTimeout: silenceMs,
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
  // An error is always followed by `close`, which fails running calls; without a listener it would end the process.
  ws.on('error', () => undefined);
  const toError = (error: unknown) => toAppError(error, ws.readyState !== WebSocket.OPEN);
  const link = new RPCLink({
    websocket: asBrowserSocket(ws),
    interceptors: [
      async ({ next }) => {
        try {
          return mapAnswer(await next(), toError);
        } catch (error) {
          throw await toError(error);
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
