import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Contract } from '../contract';
import { openSimulatedApp, type SimulatedApp } from '../test/support/simulated-app';
import { startServer } from './start';

let folder: string;
let opened: SimulatedApp;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-door-'));
  mkdirSync(join(folder, 'screens', 'assets'), { recursive: true });
  writeFileSync(
    join(folder, 'screens', 'index.html'),
    '<meta property="csp-nonce" nonce="__CSP_NONCE__"><title>Atoll</title>',
  );
  writeFileSync(join(folder, 'screens', 'assets', 'main-1.js'), 'console.log(1)');
  writeFileSync(join(folder, 'secret.json'), '"secret"');
  opened = await openSimulatedApp(join(folder, 'screens'));
  port = opened.door.port;
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Plain `http`, because `fetch` neither sets Host nor sends a path as it is. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } },
      (response) => {
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

async function signIn(): Promise<string> {
  const link = new URL(opened.door.link());
  const { headers } = await get(link.pathname + link.search);
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
}

/** The status with which an upgrade was refused, or 101. */
function upgrade(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', () => undefined);
  });
}

describe('the link', () => {
  it('is exchanged for a strict session cookie, and leaves the address at once', async () => {
    const link = new URL(opened.door.link());
    const answer = await get(link.pathname + link.search);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^atoll-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  });

  it('works once', async () => {
    const link = new URL(opened.door.link());
    await get(link.pathname + link.search);
    expect((await get(link.pathname + link.search)).status).toBe(401);
  });

  it.each(['/?token=', '/?token=wrong', `/?token=${'x'.repeat(5000)}`])('refuses a wrong token', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(401);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('HTTP', () => {
  it('shows nothing without a session', async () => {
    for (const path of ['/', '/networks', '/assets/main-1.js', '/session']) expect((await get(path)).status).toBe(401);
    expect((await get('/', { cookie: `atoll-${port}=forged` })).status).toBe(401);
  });

  it('serves the page at every address of the screens, with a nonce of its own each time', async () => {
    const cookie = await signIn();
    const [one, two] = [await get('/', { cookie }), await get('/networks/some-id', { cookie })];
    expect(one.status).toBe(200);
    const nonce = /nonce="([^"]+)"/.exec(one.body)?.[1] ?? '';
    expect(nonce.length).toBeGreaterThan(20);
    expect(one.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
    expect(two.body).not.toContain(nonce);
  });

  it('sends a strict policy and its companions with every answer', async () => {
    const cookie = await signIn();
    for (const answer of [
      await get('/', { cookie }),
      await get('/'),
      await get('/assets/main-1.js', { cookie }),
      await get('/?token=x'),
    ]) {
      const policy = answer.headers['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("webrtc 'block'");
      expect(policy).not.toContain('unsafe');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it('keeps digested files for good and the page not at all', async () => {
    const cookie = await signIn();
    expect((await get('/assets/main-1.js', { cookie })).headers['cache-control']).toContain('immutable');
    expect((await get('/', { cookie })).headers['cache-control']).toBe('no-store');
  });

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/assets/..%2f..%2fsecret.json',
    '/%00.json',
    '/%ff.json',
    '//evil.example/x.js',
  ])('gives no file out of its folder: %s', async (path) => {
    const answer = await get(path, { cookie: await signIn() });
    expect(answer.body).not.toContain('"secret"');
    expect([200, 400, 404]).toContain(answer.status);
  });

  it('refuses foreign hosts and origins, session or not', async () => {
    const cookie = await signIn();
    expect((await get('/', { cookie, host: `evil.example:${port}` })).status).toBe(403);
    expect((await get('/', { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await get('/?token=x', { host: 'evil.example' })).status).toBe(403);
  });

  it('answers GET and HEAD only', async () => {
    const cookie = await signIn();
    expect((await get('/', { cookie }, 'POST')).status).toBe(405);
    expect((await get('/', { cookie }, 'HEAD')).body).toBe('');
  });
});

describe('the upgrade', () => {
  it('lets a caller that was refused hang up in any way', async () => {
    const calls = Array.from(
      { length: 40 },
      () =>
        new Promise<void>((resolve) => {
          const stream = connect(port, '127.0.0.1', () => {
            const words = ['GET /rpc HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Upgrade: websocket', 'Connection: Upgrade'];
            stream.write(`${words.join('\r\n')}\r\n\r\n${'x'.repeat(100_000)}`, () => stream.resetAndDestroy());
          });
          stream.on('error', () => undefined);
          stream.on('close', () => resolve());
        }),
    );
    await Promise.all(calls);
    expect((await get('/')).status).toBe(401);
  });

  const origin = (): string => `http://127.0.0.1:${port}`;

  it('lets a signed-in page of this door in', async () => {
    expect(await upgrade('/rpc', { cookie: await signIn(), origin: origin() })).toBe(101);
  });

  it('refuses whoever has no session', async () => {
    expect(await upgrade('/rpc', { origin: origin() })).toBe(401);
    expect(await upgrade('/rpc', { origin: origin(), cookie: `atoll-${port}=forged` })).toBe(401);
  });

  it('refuses a foreign or missing origin, a foreign host, another path', async () => {
    const cookie = await signIn();
    expect(await upgrade('/rpc', { cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await upgrade('/rpc', { cookie })).toBe(403);
    expect(await upgrade('/rpc', { cookie, origin: origin(), host: `evil.example:${port}` })).toBe(403);
    expect(await upgrade('/other', { cookie, origin: origin() })).toBe(403);
  });

  it('carries the contract, and names the door in what it did', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, {
      headers: { cookie: await signIn(), origin: origin() },
    });
    const client: ContractRouterClient<Contract> = createORPCClient(
      new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
    );
    await client.networks.add({ name: 'through-the-door', isIsolated: true });
    const [event] = await client.events.list({ type: 'network.added' });
    expect(event?.by.door).toBe('browser');
    socket.close();
  });
});

describe('the port', () => {
  it('is on loopback only, and a taken one is told', async () => {
    expect(opened.door.link()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);
    await expect(startServer({ app: opened.app, port, screens: folder })).rejects.toMatchObject({
      code: 'CONFLICT',
      field: 'port',
    });
  });

  it('says when the screens are not there', async () => {
    const door = await startServer({ app: opened.app, screens: join(folder, 'nowhere') });
    const link = new URL(door.link());
    const answer = await fetch(link, { redirect: 'manual' });
    const page = await fetch(new URL('/', link), {
      headers: { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' },
    });
    expect(page.status).toBe(500);
    await door.close();
  });
});
