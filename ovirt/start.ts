import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { Actor } from '../contract';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { OVIRT_API_USER } from '../contract/model/ovirt-api';
import { type Authority, authorityFile, openAuthority } from './auth/authority';
import { Logins, type LoginsOptions } from './auth/logins';
import type { OvirtClient } from './client';
import { Consoles } from './consoles/consoles';
import { serve } from './serve';

export type { OvirtClient } from './client';
export { hashPassword, makePassword } from './auth/passwords';
export { authorityFile, openAuthority };

const HOST = '127.0.0.1';
const GOODBYE_MS = 300;
/** A certificate lasts a year; an engine may run longer. */
const RENEW_MS = 30 * 86_400_000;
const MOST_CONNECTIONS = 512;

/** A client that has said nothing yet is not waited for; a body of 10 MB takes a while on a slow machine. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 15_000,
  maxHeaderSize: 32 * 1024,
} as const;

export interface OvirtDoorOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Of the password of admin@internal (`hashPassword`). */
  readonly passwordHash: string;
  /** Null: plain HTTP. */
  readonly authority: Authority | null;
  readonly clientFor: (actor: Actor) => OvirtClient;
  readonly version: string;
  readonly log: { warn(fields: Record<string, unknown>, message: string): void };
  readonly logins?: Pick<LoginsOptions, 'now' | 'sleep'>;
}

export interface OvirtDoor {
  readonly port: number;
  readonly url: string;
  /** Signs everybody out, and takes another password from now on. */
  changePassword(hash: string): void;
  close(): Promise<void>;
}

/**
 * Opens the oVirt API on this computer's loopback: oVirt's REST API v4 over HTTPS, in front of the contract.
 * @throws AppError CONFLICT when the port is taken
 */
export async function openOvirtDoor(options: OvirtDoorOptions): Promise<OvirtDoor> {
  const { authority, clientFor, version, log } = options;
  const scheme = authority === null ? 'http' : 'https';
  const actor: Actor = { user: OVIRT_API_USER, door: 'ovirt' };
  const consoles = new Consoles(
    () => clientFor(actor),
    (fields, message) => log.warn(fields, message),
  );
  const refused = seldom((fields) => log.warn(fields, 'the oVirt API refused a request'));
  const failed = seldom((fields) => log.warn(fields, 'the oVirt API failed to answer'));
  const loginsOf = (hash: string): Logins =>
    new Logins({ hash, ...options.logins, onRefused: () => refused({ refusal: 'wrong password' }) });
  let logins = loginsOf(options.passwordHash);
  let port = options.port;
  const listener: RequestListener = (request, response) =>
    void serve(request, response, {
      scheme,
      port: () => port,
      logins,
      consoles,
      clientFor,
      version,
      caPem: authority?.pem ?? null,
      onRefused: (refusal) => refused({ refusal }),
      onFailed: (error) => failed({ error: String(error) }),
    });
  const server =
    authority === null
      ? createHttp(LIMITS, listener)
      : createHttps({ ...LIMITS, ...(await authority.issue()), minVersion: 'TLSv1.2' }, listener);
  server.maxConnections = MOST_CONNECTIONS;
  // `Expect: 201-created` is oVirt's own; Node would refuse what it does not know.
  server.on('checkExpectation', listener);
  server.on('clientError', (_error: Error, socket: IncomingMessage['socket']) => socket.destroy());
  port = await listen(server, port);
  const renewal =
    authority === null
      ? null
      : everyLongWhile(
          RENEW_MS,
          async () => 'setSecureContext' in server && server.setSecureContext(await authority.issue()),
        );
  return {
    port,
    url: `${scheme}://${HOST}:${port}/ovirt-engine/api`,
    changePassword: (hash) => void (logins = loginsOf(hash)),
    close: async () => {
      renewal?.();
      await consoles.close();
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), GOODBYE_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, HOST);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code ?? cause);
    throw new AppError('CONFLICT', `Port ${port} on 127.0.0.1 can't be used: ${code}.`, {
      remedy: note('Give another port, or none to take any free one.'),
      field: 'port',
      cause,
    });
  }
  return (server.address() as AddressInfo).port;
}

/** At most one line a second: a log is not to be filled by callers. */
function seldom(log: (fields: Record<string, unknown>) => void): (fields: Record<string, unknown>) => void {
  let next = 0;
  let leftOut = 0;
  return (fields) => {
    const now = Date.now();
    if (now < next) return void (leftOut += 1);
    next = now + 1_000;
    log(leftOut === 0 ? fields : { ...fields, leftOut });
    leftOut = 0;
  };
}

/** `setInterval` counts to 24 days only. */
function everyLongWhile(ms: number, act: () => Promise<unknown>): () => void {
  const DAY_MS = 86_400_000;
  let days = 0;
  const timer = setInterval(() => {
    days += 1;
    if (days * DAY_MS < ms) return;
    days = 0;
    act().catch(() => undefined);
  }, DAY_MS).unref();
  return () => clearInterval(timer);
}
