import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Contract } from '../contract';
import { openSimulatedApp, type SimulatedApp } from '../test/support/simulated-app';
import { type SignedIn, postToken, signIn as signInBy, windowOf } from '../test/support/sign-in';
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

const enter = (): Promise<SignedIn> => signInBy(opened.door.link());
/** The cookie with which the screens are shown. */
const signIn = async (): Promise<string> => (await enter()).screens;

/** The status with which an upgrade was refused, or 101. */
function upgrade(path: string, headers: Record<string, string>, protocols: string[] = []): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { headers });
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

describe('a window that sends no message', () => {
  it.each<[string, string | Buffer]>([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['a request of nothing', '{"i":"1","p":{}}'],
    ['a request of another host', '{"i":"1","p":{"u":"http://evil.example/vms/list"}}'],
    ['an unknown kind', '{"i":"1","t":9}'],
    ['bytes', Buffer.alloc(1000, 255)],
    ['a header that is a number', '{"i":"1","p":{"u":"/vms/list","h":{"content-type":5}}}'],
    ['half a form', '{"i":"1","p":{"u":"/vms/list","h":{"content-type":"multipart/form-data; boundary=a"}}}'],
  ])('loses its connection by %s, and nothing is printed', async (_what, message) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const socket = windowOf(await enter());
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send(message);
    expect(await closed).toBe(1007);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });
});

describe('the link', () => {
  it('has its token where no request carries it, and is exchanged by POST', async () => {
    const link = opened.door.link();
    expect(link).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/enter#[\\w-]{43}$`));
    const answer = await postToken(link);
    expect(answer.status).toBe(200);
    const { id, key } = (await answer.json()) as { id: string; key: string };
    expect(key).toMatch(/^[\w-]{43}$/);
    const [screens, window] = answer.headers.getSetCookie();
    expect(screens).toMatch(/^atoll-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(window).toMatch(/^atoll-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/rpc\/[\w-]+$/);
    expect(window).toContain(`Path=/rpc/${id}`);
  });

  it('is not spent by what only reads, wherever the token stands', async () => {
    const link = opened.door.link();
    const token = new URL(link).hash.slice(1);
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT'])
      for (const path of [`/?token=${token}`, `/enter?token=${token}`, '/enter', `/enter/${token}`])
        expect((await get(path, {}, method)).headers['set-cookie'], `${method} ${path}`).toBeUndefined();
    expect((await postToken(link)).status).toBe(200);
  });

  it('is not spent by another page: its Origin, or none', async () => {
    const link = opened.door.link();
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.2:${port}`, `http://localhost:${port}`])
      expect((await postToken(link, { origin })).status).toBe(403);
    expect((await get('/enter', {}, 'POST')).status).toBe(403);
    expect((await postToken(link)).status).toBe(200);
  });

  it('that is used a second time ends the session that it made, and says so', async () => {
    const link = opened.door.link();
    const stolen = await signInBy(link);
    const window = windowOf(stolen);
    await once(window, 'open');
    const closed = once(window, 'close');
    const second = await postToken(link);
    expect(second.status).toBe(401);
    expect(second.headers.getSetCookie()).toEqual([]);
    expect(await second.text()).toContain('used already');
    expect((await closed)[0]).toBe(4001);
    expect((await get('/', { cookie: stolen.screens })).status).toBe(401);
    const [event] = await opened.engine.events.list({ type: 'session.link_reused' });
    expect(event).toMatchObject({ severity: 'error', by: { door: 'browser' } });
    expect(JSON.stringify(event?.message)).not.toContain(new URL(link).hash.slice(1));
  });

  it('is no alarm when its own browser comes with it again', async () => {
    const link = opened.door.link();
    const own = await signInBy(link);
    const again = await postToken(link, { 'x-atoll-key': own.key }, own.id);
    expect([again.status, await again.json(), again.headers.getSetCookie()]).toEqual([200, null, []]);
    expect((await get('/', { cookie: own.screens })).status).toBe(200);
  });

  it('expires after a minute', async () => {
    let now = 0;
    const door = await startServer({ app: opened.app, screens: join(folder, 'screens'), now: () => now });
    const link = door.link();
    now = 60_000;
    const answer = await postToken(link);
    expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining('expired')]);
    await door.close();
  });

  it.each(['', 'wrong', 'x'.repeat(900)])('refuses a wrong token', async (token) => {
    const answer = await postToken(`http://127.0.0.1:${port}/enter#${token}`);
    expect(answer.status).toBe(401);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it.each(['', '{}', 'null', '[', '"x"', '{"token":1}', 'x'.repeat(5_000)])(
    'refuses a body that is none',
    async (body) => {
      const origin = `http://127.0.0.1:${port}`;
      const answer = await fetch(`${origin}/enter`, { method: 'POST', headers: { origin }, body });
      expect(answer.status).toBe(400);
    },
  );

  it('is opened by a page of this user, which goes when the link is used', async () => {
    const page = opened.door.page();
    const link = /url=([^"]+)"/.exec(readFileSync(page, 'utf8'))?.[1] ?? '';
    expect(page).not.toContain(new URL(link).hash.slice(1));
    expect(statSync(page).mode & 0o777).toBe(0o600);
    await signInBy(link);
    expect(existsSync(page)).toBe(false);
  });

  it('is in no argument and no environment of the browser that is opened', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, 'xdg-open'),
      `#!/bin/sh\n{ echo "$@"; env; } > ${folder}/opened.part && mv ${folder}/opened.part ${folder}/opened\n`,
      {
        mode: 0o755,
      },
    );
    vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
    const door = await startServer({ app: opened.app, screens: join(folder, 'screens'), open: 'page' });
    const said = await vi.waitFor(() => readFileSync(join(folder, 'opened'), 'utf8'), 10_000);
    vi.unstubAllEnvs();
    const file = fileURLToPath(said.split('\n')[0] ?? '');
    const token = /#([\w-]{43})"/.exec(readFileSync(file, 'utf8'))?.[1] ?? 'none';
    expect(said).not.toContain(token);
    await door.close();
    expect(existsSync(file)).toBe(false);
  });
});

describe('HTTP', () => {
  it('shows nothing without a session', async () => {
    for (const path of ['/', '/networks', '/assets/main-1.js', '/session']) {
      const { status, body } = await get(path);
      expect(status).toBe(401);
      expect(body).not.toContain('csp-nonce');
    }
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
      await get('/enter'),
    ]) {
      const policy = answer.headers['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it('has no icon at the old address, which browsers ask for without a session', async () => {
    expect((await get('/favicon.ico')).status).toBe(204);
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
    expect((await get('/enter', { host: 'evil.example' })).status).toBe(403);
  });

  it('answers GET and HEAD, and POST where something is exchanged', async () => {
    const cookie = await signIn();
    const origin = `http://127.0.0.1:${port}`;
    expect((await get('/', { cookie }, 'PUT')).status).toBe(405);
    expect((await get('/', { cookie, origin }, 'POST')).status).toBe(404);
    expect((await get('/', { cookie }, 'POST')).status).toBe(403);
    expect((await get('/', { cookie }, 'HEAD')).body).toBe('');
  });

  it.each(['http://[', 'http://[::', '//['])('answers 400 to the target %s', async (target) => {
    expect((await get(target)).status).toBe(400);
  });

  it('shows screens beside a planted cookie, and gives the session back the cookie that was overwritten', async () => {
    const { id, key, screens, cookie, origin } = await enter();
    const planted = `atoll-${port}=bad`;
    expect((await get('/', { cookie: `${planted}; ${screens}` })).status).toBe(200);
    const renew = (headers: Record<string, string>): Promise<Answer> =>
      get(`/rpc/${id}`, { origin, ...headers }, 'POST');
    const answer = await renew({ 'x-atoll-key': key, cookie: `${planted}; ${cookie}` });
    expect(answer.status).toBe(200);
    const renewed = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect((await get('/', { cookie: `${renewed}; ${planted}` })).status).toBe(200);
    expect((await renew({ cookie })).status).toBe(401);
    expect((await renew({ 'x-atoll-key': key, cookie: renewed })).status).toBe(401);
    expect((await renew({ 'x-atoll-key': key })).status).toBe(401);
  });

  it('logs refused requests once a second', async () => {
    const warned: string[] = [];
    const app = { router: opened.app.router, log: { warn: (_: object, words: string) => void warned.push(words) } };
    const door = await startServer({ app, screens: join(folder, 'screens') });
    const refused = Array.from({ length: 50 }, () =>
      fetch(`http://127.0.0.1:${door.port}/`, { headers: { origin: 'http://evil.example' } }),
    );
    await Promise.all(refused);
    expect(warned.length).toBeGreaterThan(0);
    expect(warned.length).toBeLessThan(25);
    await door.close();
  });

  // Node's own limits are one minute and five.
  it('drops callers that say nothing, or only begin to', { timeout: 45_000 }, async () => {
    const silent = connect(port, '127.0.0.1');
    const half = connect(port, '127.0.0.1', () => half.write('GET / HTTP/1.1\r\nHost: 127.0.0.1'));
    const dropped = [silent, half].map((stream) => once(stream.on('error', () => undefined).resume(), 'close'));
    await Promise.all(dropped);
  });

  it('takes no more than its part of connections', async () => {
    const streams = Array.from({ length: 200 }, () =>
      connect(port, '127.0.0.1')
        .on('error', () => undefined)
        .resume(),
    );
    await expect.poll(() => streams.filter(({ closed }) => closed).length).toBeGreaterThanOrEqual(200 - 128);
    for (const stream of streams) stream.destroy();
    await vi.waitFor(async () => expect((await get('/enter')).status).toBe(200), 15_000);
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

  it('lets a signed-in page of this door in, and does not repeat its key', async () => {
    const one = await enter();
    const protocols = ['atoll', one.key];
    expect(await upgrade(`/rpc/${one.id}`, { cookie: one.cookie, origin: origin() }, protocols)).toBe(101);
    const window = windowOf(one);
    await once(window, 'open');
    expect(window.protocol).toBe('atoll');
    window.close();
  });

  it('refuses whoever has no session, or only a part of one', async () => {
    const [one, other] = [await enter(), await enter()];
    const planted = `atoll-${port}=bad`;
    const asks = (path: string, cookie: string, protocols: string[]): Promise<number> =>
      upgrade(path, { origin: origin(), ...(cookie === '' ? {} : { cookie }) }, protocols);
    const path = `/rpc/${one.id}`;
    expect(await asks(path, '', [])).toBe(401);
    expect(await asks(path, `atoll-${port}=forged`, ['atoll', one.key])).toBe(401);
    expect(await asks(path, one.cookie, [])).toBe(401);
    expect(await asks(path, one.cookie, ['atoll'])).toBe(401);
    expect(await asks(path, one.cookie, [one.key])).toBe(401);
    expect(await asks(path, one.cookie, ['atoll', other.key])).toBe(401);
    expect(await asks(path, '', ['atoll', one.key])).toBe(401);
    expect(await asks(path, one.screens, ['atoll', one.key])).toBe(401);
    expect(await asks(path, other.cookie, ['atoll', one.key])).toBe(401);
    expect(await asks(`/rpc/${other.id}`, one.cookie, ['atoll', one.key])).toBe(401);
    expect(await asks('/rpc', one.cookie, ['atoll', one.key])).toBe(403);
    expect(await asks(path, `${planted}; ${one.cookie}`, ['atoll', one.key])).toBe(101);
  });

  it('refuses a foreign or missing origin, a foreign host, another path', async () => {
    const { id, cookie, key } = await enter();
    const protocols = ['atoll', key];
    expect(await upgrade(`/rpc/${id}`, { cookie, origin: 'http://evil.example' }, protocols)).toBe(403);
    expect(await upgrade(`/rpc/${id}`, { cookie }, protocols)).toBe(403);
    expect(await upgrade(`/rpc/${id}`, { cookie, origin: origin(), host: `evil.example:${port}` }, protocols)).toBe(
      403,
    );
    expect(await upgrade('/other', { cookie, origin: origin() }, protocols)).toBe(403);
  });

  it('carries the contract, and names the door in what it did', async () => {
    const socket = windowOf(await enter());
    const client: ContractRouterClient<Contract> = createORPCClient(
      new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
    );
    await client.networks.add({ name: 'through-the-door', isIsolated: true });
    const [event] = await client.events.list({ type: 'network.added' });
    expect(event?.by.door).toBe('browser');
    socket.close();
  });

  it('lists sessions, knows its own, and ends them at once', async () => {
    const [one, other] = [await enter(), await enter()];
    const [socket, closed] = [windowOf(one), windowOf(other)];
    await once(closed, 'open');
    const client: ContractRouterClient<Contract> = createORPCClient(
      new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
    );
    const listed = await client.sessions.list();
    expect(listed.find(({ id }) => id === one.id)).toMatchObject({ isCurrent: true, windows: 1 });
    expect(listed.find(({ id }) => id === other.id)).toMatchObject({ isCurrent: false, windows: 1 });
    expect(JSON.stringify(listed)).not.toContain(one.key);
    const ends = once(closed, 'close');
    expect((await client.sessions.end({ session: other.id, dryRun: true })).preview?.summary).toHaveLength(1);
    await client.sessions.end({ session: other.id });
    expect((await ends)[0]).toBe(4001);
    expect((await get('/', { cookie: other.screens })).status).toBe(401);
    await expect(client.sessions.end({ session: other.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { counts } = await client.system.status();
    expect(counts.sessions).toBe((await client.sessions.list()).length);
    await client.sessions.endAll({ others: true });
    expect(await client.sessions.list()).toMatchObject([{ id: one.id, isCurrent: true }]);
    await expect(client.system.link({})).rejects.toMatchObject({ code: 'FORBIDDEN' });
    socket.close();
  });
});

describe('the port', () => {
  it('is on loopback only, and reports a port that is taken', async () => {
    expect(opened.door.link()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/enter#/);
    await expect(startServer({ app: opened.app, port, screens: folder })).rejects.toMatchObject({
      code: 'CONFLICT',
      field: 'port',
    });
  });

  it('says when the screens are not there', async () => {
    const door = await startServer({ app: opened.app, screens: join(folder, 'nowhere') });
    const { origin, screens } = await signInBy(door.link());
    const page = await fetch(origin, { headers: { cookie: screens } });
    expect(page.status).toBe(500);
    await door.close();
  });
});
