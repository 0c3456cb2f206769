import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '../contract';
import { OVIRT_API_USER } from '../contract/model/ovirt-api';
import { answer } from './answer';
import type { Logins } from './auth/logins';
import type { OvirtClient } from './client';
import type { Consoles } from './consoles/consoles';
import { Exchange } from './exchange';
import { cookiesOf, partsOf, refusalOf } from './guard';
import { answerSso } from './sso';
import type { Ask } from './table';
import { Fault, OPERATION_FAILED, badRequest, faultOf } from './wire/fault';
import { EMPTY } from './wire/doc';
import { readBody } from './wire/read';
import { World } from './world';

const ENGINE = 'ovirt-engine';
const BASE = `/${ENGINE}/api`;
const COOKIE = 'JSESSIONID';
const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="oVirt API of Atoll", charset="UTF-8"' };

/** What requests are answered from. */
export interface Serving {
  readonly scheme: 'http' | 'https';
  readonly port: () => number;
  readonly logins: Logins;
  readonly consoles: Consoles;
  readonly clientFor: (actor: Actor) => OvirtClient;
  readonly version: string;
  /** The certificate of the authority; null without TLS. */
  readonly caPem: string | null;
  readonly onRefused: (refusal: string) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Answers a request, whatever it is; never throws. */
export async function serve(request: IncomingMessage, response: ServerResponse, door: Serving): Promise<void> {
  const exchange = new Exchange(request, response);
  // A client that goes away while it is answered is no failure of the door.
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  try {
    await serveFor(exchange, door);
  } catch (error) {
    const fault = faultOf(error, exchange.method === 'GET' || exchange.method === 'HEAD');
    if (fault.status >= 500 && !response.destroyed) door.onFailed(error);
    if (response.headersSent) return exchange.break();
    exchange.fault(fault);
  }
}

async function serveFor(exchange: Exchange, door: Serving): Promise<void> {
  const refusal = refusalOf(exchange.request.headers, door.scheme, door.port());
  if (refusal !== null) {
    door.onRefused(refusal);
    return exchange.fault(new Fault(403, OPERATION_FAILED, 'This address is not for that page'));
  }
  const target = partsOf(exchange.request.url ?? '/');
  if (target === null) throw badRequest('This is not an address of the API');
  const [engine, area, ...rest] = target.parts;
  if (engine === ENGINE && area === 'api') return serveApi(exchange, rest, target.query, door);
  if (engine === ENGINE && area === 'sso') return answerSso(exchange, rest, target.query, door.logins);
  if (engine === ENGINE && area === 'services') return serveServices(exchange, rest, target.query, door);
  throw new Fault(404, OPERATION_FAILED, 'Not Found');
}

async function serveServices(
  exchange: Exchange,
  parts: readonly string[],
  query: URLSearchParams,
  door: Serving,
): Promise<void> {
  switch (parts.join('/')) {
    case 'sso-logout':
      return answerSso(exchange, ['oauth', 'revoke'], query, door.logins);
    case 'pki-resource':
      if (door.caPem === null || query.get('resource') !== 'ca-certificate') break;
      return exchange.text(200, 'application/x-x509-ca-cert', door.caPem);
    case 'health':
      return exchange.text(200, 'text/html;charset=UTF-8', 'DB Up!Welcome to Health Status!');
  }
  throw new Fault(404, OPERATION_FAILED, 'Not Found');
}

async function serveApi(
  exchange: Exchange,
  parts: readonly string[],
  query: URLSearchParams,
  door: Serving,
): Promise<void> {
  const inPath = /^v\d+$/.test(parts[0] ?? '') ? parts[0] : undefined;
  const version = inPath?.slice(1) ?? (exchange.header('version') || '4');
  if (version !== '4') return exchange.nothing(400);
  const correlation = correlationOf(exchange, query);
  const headers: Record<string, string> = correlation === null ? {} : { 'Correlation-Id': correlation };
  const session = await letIn(exchange, door);
  if (session.kind === 'refused') return exchange.fault(UNAUTHORIZED, { ...headers, ...CHALLENGE });
  if (session.kind === 'busy')
    return exchange.fault(new Fault(503, OPERATION_FAILED, 'Too many clients are signing in'), { 'Retry-After': '10' });
  if (session.cookie !== null) headers['Set-Cookie'] = session.cookie;
  const actor: Actor = {
    user: OVIRT_API_USER,
    door: 'ovirt',
    ...(correlation === null ? {} : { correlation }),
  };
  const client = door.clientFor(actor);
  const base = inPath === undefined ? BASE : `${BASE}/${inPath}`;
  const ask: Ask = {
    client,
    world: new World(client),
    ids: {},
    query,
    allContent: exchange.header('all-content') === 'true' || query.get('all_content') === 'true',
    user: OVIRT_API_USER,
    base,
    consoles: door.consoles,
    product: { version: door.version },
    href: (...path) => [base, ...path.map(segment)].join('/'),
  };
  const hasBody = exchange.method === 'POST' || exchange.method === 'PUT';
  const text = hasBody ? await exchange.body() : '';
  const body = text === '' ? EMPTY : await readBody(text, exchange.header('content-type'));
  const answered = await answer(ask, {
    method: exchange.method,
    parts: inPath === undefined ? parts : parts.slice(1),
    body,
    expect: exchange.header('expect').toLowerCase(),
    accept: exchange.accept.toLowerCase(),
  });
  const { status, document, collection, file, allow } = answered;
  if (allow !== undefined) headers['Allow'] = [...allow, 'HEAD', 'OPTIONS'].join(', ');
  if (collection !== undefined) return exchange.collection(status, collection, headers);
  if (document !== undefined) return exchange.document(status, document, headers);
  if (file !== undefined) return exchange.text(status, file.type, file.text, headers);
  if (status === 405)
    return exchange.fault(
      new Fault(
        405,
        OPERATION_FAILED,
        `[${exchange.method} is not supported here by Atoll, which answers ${headers['Allow'] ?? 'GET'}.]`,
      ),
      headers,
    );
  exchange.nothing(status, headers);
}

const UNAUTHORIZED = new Fault(401, OPERATION_FAILED, 'Unauthorized');

/** Ids are URL-safe; a label or a statistic's name may not be. */
const segment = (text: string): string =>
  encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%7B', '{').replaceAll('%7D', '}');

/** What a client calls its request by: kept with jobs and events, so only what is plain text. */
function correlationOf(exchange: Exchange, query: URLSearchParams): string | null {
  const given = exchange.header('correlation-id') || (query.get('correlation_id') ?? '');
  if (given === '') return null;
  if (!/^[\w.:@/+-]{1,100}$/.test(given))
    throw badRequest('Correlation-Id must be 1 to 100 letters, digits, or any of _ . : @ / + -');
  return given;
}

type LetIn =
  | { readonly kind: 'accepted'; readonly cookie: string | null }
  | { readonly kind: 'refused' }
  | { readonly kind: 'busy' };

/** A token, a session's cookie, or a password. */
async function letIn(exchange: Exchange, { logins, scheme }: Serving): Promise<LetIn> {
  const authorization = exchange.header('authorization');
  const bearer = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1];
  if (bearer !== undefined)
    return logins.holds(bearer) === null ? { kind: 'refused' } : { kind: 'accepted', cookie: null };
  const prefer = exchange.header('prefer').toLowerCase();
  const held = cookiesOf(exchange.request.headers, COOKIE).find((each) => logins.holds(each) !== null);
  if (held !== undefined && !prefer.includes('new-auth')) {
    // Against pages of others, a client can have its session tied to a header that only it can set.
    const echoed = exchange.header(COOKIE.toLowerCase());
    const proven = echoed === '' ? !prefer.includes('csrf-protection') : echoed === held;
    if (proven) return { kind: 'accepted', cookie: null };
    if (authorization === '') return { kind: 'refused' };
  }
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1];
  if (basic === undefined) return { kind: 'refused' };
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? [];
  const verdict = await logins.check(user, password);
  if (verdict !== 'accepted') return { kind: verdict };
  if (!prefer.includes('persistent-auth')) return { kind: 'accepted', cookie: null };
  const secure = scheme === 'https' ? '; Secure' : '';
  return {
    kind: 'accepted',
    cookie: `${COOKIE}=${logins.grant().secret}; Path=/${ENGINE}/api; HttpOnly; SameSite=Strict${secure}`,
  };
}
