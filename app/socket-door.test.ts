import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type Server, createConnection, createServer } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Probe } from '../test/conformance/doors/probe-router';
import { MemoryLog } from '../test/support/test-engine';
import { connectEngine } from './client';
import { HEADERS } from './door';
import { type Home, homeAt } from './home';
import { type SocketDoor, openSocketDoor } from './socket-door';

const SILENCE_MS = 20_000;

let home: Home;
let probe: Probe;
let door: SocketDoor | null = null;

beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'atoll-socket-')));
  probe = new Probe();
});
afterEach(async () => {
  vi.useRealTimers();
  await door?.close();
  door = null;
  rmSync(home.path, { recursive: true });
});

const open = async () => (door = await openSocketDoor(home, { router: probe.router() }, new MemoryLog(), 'daemon'));

describe('the socket', () => {
  it('is for its owner only', async () => {
    await open();
    expect(statSync(home.socket).mode & 0o777).toBe(0o600);
  });

  it('takes the place of one that a dead engine left', async () => {
    const dead: Server = createServer().listen(home.socket);
    await once(dead, 'listening');
    // Closing removes the file; a killed process leaves it, so it is put back as a file that nobody listens on.
    dead.close();
    writeFileSync(home.socket, '');
    await open();
    const connection = await connectEngine(home);
    expect(connection?.info).toMatchObject({ holder: 'daemon', pid: process.pid, contract: 1 });
    connection?.close();
  });

  it('lets a caller that was refused hang up in any way', async () => {
    await open();
    for (let n = 0; n < 20; n += 1) {
      const stream = createConnection(home.socket);
      await once(stream, 'connect');
      const words = ['GET /other HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade'];
      stream.write(`${words.join('\r\n')}\r\n\r\n`);
      stream.destroy();
    }
    const connection = await connectEngine(home);
    expect(connection).not.toBeNull();
    connection?.close();
  });

  it('is gone after close, and closing again is no error', async () => {
    const opened = await open();
    await opened.close();
    await opened.close();
    expect(await connectEngine(home)).toBeNull();
  });

  it('is given up by a client when nobody answers on it', async () => {
    const stopped = createServer(() => undefined).listen(home.socket);
    await once(stopped, 'listening');
    await expect(connectEngine(home, 'cli', 100)).rejects.toMatchObject({ code: 'ENGINE_GONE' });
    stopped.close();
  });

  it('is given up by a client when the engine falls silent, not while it lives', async () => {
    const lively = await open();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const living = await connectEngine(home, 'cli', SILENCE_MS);
    for (let n = 0; n < 6; n += 1) {
      vi.advanceTimersByTime(3 * SILENCE_MS);
      // What is answered before this answer has arrived with it.
      await living?.client.system.version();
    }
    expect(lively.clients()).toBe(1);
    living?.close();
    await lively.close();
    door = null;
    const http = createHttpServer().listen(home.socket);
    const silent = new WebSocketServer({ server: http, autoPong: false });
    silent.on('headers', (headers) => headers.push(`${HEADERS.pid}: 1`));
    await once(http, 'listening');
    const connection = await connectEngine(home, 'cli', SILENCE_MS);
    for (let n = 0; n < 3; n += 1) vi.advanceTimersByTime(3 * SILENCE_MS);
    await connection?.closed;
    for (const client of silent.clients) client.terminate();
    http.close();
  });

  it('counts its clients', async () => {
    const opened = await open();
    const connection = await connectEngine(home);
    expect(opened.clients()).toBe(1);
    connection?.close();
    await expect.poll(() => opened.clients()).toBe(0);
  });

  it('records who calls, and does not take a name for more than that', async () => {
    await open();
    const connection = await connectEngine(home, 'browser');
    const { version } = (await connection?.client.system.version()) ?? {};
    expect(version).toMatch(/^[\w.@-]+\/browser$/);
    connection?.close();
    const liar = new WebSocket('ws://engine/rpc', {
      createConnection: () => createConnection({ path: home.socket }),
      headers: { 'x-atoll-user': 'x'.repeat(500), 'x-atoll-door': 'engine' },
    });
    await once(liar, 'open');
    liar.send(JSON.stringify({ i: '1', p: { u: '/system/version', b: {} } }));
    const [reply] = (await once(liar, 'message')) as [Buffer];
    expect(reply.toString()).not.toContain('/engine');
    expect(reply.toString()).not.toContain('xxxx');
    liar.terminate();
  });

  it('answers 404 to all but the upgrade of its one path', async () => {
    await open();
    const stream = createConnection({ path: home.socket });
    stream.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const [first] = (await once(stream, 'data')) as [Buffer];
    expect(first.toString()).toContain('404');
    stream.destroy();
  });
});

describe('a reader that does not read', () => {
  it('stops the stream at the engine instead of filling its memory', async () => {
    await open();
    const ws = new WebSocket('ws://engine/rpc', { createConnection: () => createConnection({ path: home.socket }) });
    await once(ws, 'open');
    ws.pause();
    ws.send(JSON.stringify({ i: '1', p: { u: '/vms/console', b: { json: { vm: 'endless' } } } }));
    const stops = async (): Promise<boolean> => {
      const { made } = probe;
      await sleep(200);
      return made > 0 && probe.made === made;
    };
    await expect.poll(stops).toBe(true);
    // 40 kB each: what the kernel's socket buffers hold, and no more.
    expect(probe.made).toBeLessThan(100);
    ws.terminate();
  });
});

describe('a home without an engine', () => {
  it.each([
    ['an empty one', () => undefined],
    ['one that is not there', () => rmSync(home.path, { recursive: true })],
    ['one with a plain file in the place of the socket', () => writeFileSync(home.socket, 'x')],
  ])('is reported as such: %s', async (_name, prepare) => {
    prepare();
    expect(await connectEngine(home)).toBeNull();
    mkdirSync(home.path, { recursive: true });
  });
});
