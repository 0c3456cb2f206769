import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { BROWSER_DOOR } from '../../contract/browser-door';
import type { Contract } from '../../contract';
import { postToken, signIn, windowOf } from '../support/sign-in';

const home = mkdtempSync(join(tmpdir(), 'atoll-dev-'));
let dev: ChildProcess;
let output = '';
let link: string;
let origin: string;

const PAGE = { accept: 'text/html' };

beforeAll(async () => {
  dev = spawn(process.execPath, ['scripts/dev.mjs', '--home', home, '--port', '5270', '--no-open'], {
    env: { ...process.env, ATOLL_VITE_CACHE: join(home, 'vite') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [dev.stdout, dev.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  link = await vi.waitFor(
    () => {
      const found = /for development: (\S+)/.exec(output)?.[1];
      if (found === undefined) throw new Error(`no link yet: ${output}`);
      return found;
    },
    { timeout: 120_000, interval: 100 },
  );
  origin = new URL(link).origin;
});
afterAll(async () => {
  const ended = once(dev, 'exit');
  dev.kill('SIGTERM');
  await ended;
  rmSync(home, { recursive: true, force: true });
});

/** The status of a request with a Host or Origin of another's. */
function statusOf(path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    request({ hostname, port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

/** Whether a WebSocket opens, with headers that replace those of a window that is signed in. */
function opens(path: string, protocols: string[], headers: Record<string, string>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(origin.replace('http', 'ws') + path, protocols, { headers });
    socket.once('open', () => {
      socket.close();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('npm run dev', () => {
  it('shows no screen to a browser that has not signed in', async () => {
    const answer = await fetch(origin, { headers: PAGE });
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain('/@vite/client');
  });

  it('serves the page with hot reload, and calls to the engine', async () => {
    const session = await signIn(link);
    const page = await fetch(origin, { headers: { ...PAGE, cookie: session.screens } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('/@vite/client');

    const socket = windowOf(session);
    const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ websocket: socket }));
    expect((await client.system.status()).home).toBe(home);
    socket.close();
  });

  it('leaves foreign pages and names to the door, which refuses them', async () => {
    const session = await signIn(await freshLink());
    const path = BROWSER_DOOR.rpc + session.id;
    const protocols = [BROWSER_DOOR.protocol, session.key];
    const { cookie } = session;
    expect(await opens(path, protocols, { cookie, origin })).toBe(true);
    expect(await opens(path, protocols, { cookie, origin: 'http://evil.example' })).toBe(false);
    expect(await opens(path, protocols, { cookie })).toBe(false);
    expect(await opens(path, protocols, { cookie, origin, host: 'evil.example:5270' })).toBe(false);
    expect(await opens(path, [BROWSER_DOOR.protocol], { cookie, origin })).toBe(false);
    expect(await opens(path, protocols, { origin })).toBe(false);
    expect((await postToken(await freshLink(), { origin: 'http://evil.example' })).status).toBe(403);
    expect(await statusOf('/enter', { host: 'evil.example', origin }, 'POST')).toBe(403);
    expect(await statusOf('/', { ...PAGE, host: 'evil.example' })).toBe(403);
  });

  it('restarts the engine when a source changes, and signs in again only who was signed in', async () => {
    const entered = await postToken(await freshLink());
    const cookie = entered.headers
      .getSetCookie()
      .map((text) => text.split(';')[0])
      .join('; ');
    const now = new Date();
    utimesSync('engine/engine.ts', now, now);
    await vi.waitFor(() => expect(output).toContain('The engine was restarted.'), { timeout: 60_000, interval: 100 });

    const back = await fetch(origin, { headers: { ...PAGE, cookie }, redirect: 'manual' });
    expect(back.status).toBe(302);
    expect((await postToken(back.headers.get('location') ?? '')).status).toBe(200);
    const stranger = await fetch(origin, { headers: { ...PAGE, cookie: 'atoll-dev=guess' }, redirect: 'manual' });
    expect(stranger.status).toBe(401);
  });
});

/** Another link: the one that was printed lets one browser in. */
async function freshLink(): Promise<string> {
  const child = spawn(process.execPath, ['dist/cli.js', '--home', home, '--json', 'link']);
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  const { hash, pathname } = new URL((JSON.parse(text) as { link: string }).link);
  return `${origin}${pathname}${hash}`;
}
