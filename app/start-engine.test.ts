import { note } from '../contract/remedy';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { HEADERS } from './door';
import { type Home, homeAt } from './home';
import { type DaemonReport, connectOrStart, restoreWithoutEngine } from './start-engine';
import { BUILD, VERSION } from './version';

let home: Home;
let running: Server | null = null;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'atoll-start-')));
});
afterEach(() => {
  running?.close();
  running = null;
  rmSync(home.path, { recursive: true });
});

/** An engine that says this of itself and obeys `system.stop`; `asked` is what it was asked. */
async function engineThat(says: {
  version?: string;
  build?: string;
  contract?: number;
  holder?: string;
}): Promise<{ asked: string[] }> {
  const asked: string[] = [];
  const server = (running = createServer());
  const sockets = new WebSocketServer({ server });
  const { version = VERSION, build = BUILD, contract = 1, holder = 'daemon' } = says;
  sockets.on('headers', (headers) => {
    headers.push(
      `${HEADERS.version}: ${version}`,
      `${HEADERS.build}: ${build}`,
      `${HEADERS.contract}: ${contract}`,
      `${HEADERS.holder}: ${holder}`,
    );
  });
  sockets.on('connection', (ws) => {
    ws.on('message', (data: Buffer) => {
      const { i, p } = JSON.parse(data.toString()) as { i: string; p: { u: string } };
      asked.push(p.u);
      ws.send(JSON.stringify({ i, p: { b: { json: { stopping: true } } } }));
      server.close();
      ws.close();
    });
  });
  server.listen(home.socket);
  await once(server, 'listening');
  return { asked };
}

/** A daemon that only makes this report. */
const daemonThatReports = (report: DaemonReport | null): string[] => [
  process.execPath,
  '-e',
  report ? `require('fs').writeSync(3, ${JSON.stringify(JSON.stringify(report))} + '\\n')` : '',
  // What follows is the daemon's, not Node's.
  '--',
];
const broken = daemonThatReports({
  ready: false,
  code: 'STORE_FAILED',
  message: 'The store is broken.',
  remedy: note('Restore it.'),
});

describe('an engine that runs', () => {
  it('is used when it is of the same build', async () => {
    const { asked } = await engineThat({});
    const connection = await connectOrStart(home, { daemon: broken });
    expect(asked).toEqual([]);
    connection.close();
  });

  it.each([
    ['of an older version', { version: '0.0.0' }],
    ['of another build of this version', { build: 'other' }],
  ])('%s is ended and replaced when it runs in the background', async (_what, says) => {
    const { asked } = await engineThat({ version: VERSION, ...says });
    await expect(connectOrStart(home, { daemon: broken })).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: 'The store is broken.',
      remedy: note('Restore it.'),
    });
    expect(asked).toEqual(['/system/stop']);
  });

  it.each([
    ['of a newer version', { version: '99.0.0' }],
    ['held by an open app', { version: '0.0.0', holder: 'desktop' }],
  ])('%s is left alone, and used as long as it speaks the same contract', async (_what, says) => {
    const { asked } = await engineThat(says);
    (await connectOrStart(home, { daemon: broken })).close();
    expect(asked).toEqual([]);
    running?.close();
    rmSync(home.socket, { force: true });
    await engineThat({ ...says, contract: 2 });
    await expect(connectOrStart(home, { daemon: broken })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      remedy: note(expect.any(String) as string),
    });
  });
});

describe('a daemon that cannot start', () => {
  it('reports why', async () => {
    await expect(connectOrStart(home, { daemon: broken })).rejects.toMatchObject({
      code: 'STORE_FAILED',
      remedy: note('Restore it.'),
    });
  });

  it('is reported when it dies without a message', async () => {
    await expect(connectOrStart(home, { daemon: daemonThatReports(null) })).rejects.toMatchObject({
      code: 'ENGINE_GONE',
    });
  });

  it('is reported when the program does not exist', async () => {
    await expect(connectOrStart(home, { daemon: ['/nonexistent/atoll'] })).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('a restore without an engine', () => {
  it('answers what was kept', async () => {
    expect(
      await restoreWithoutEngine(home, { daemon: daemonThatReports({ ready: true, kept: '/old' }) }, '/backup'),
    ).toBe('/old');
    await expect(restoreWithoutEngine(home, { daemon: broken }, '/backup')).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
  });
});
