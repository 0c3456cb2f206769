import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineConnection, connectEngine } from '../../app/client';
import { type App, createApp } from '../../app/create-app';
import { homeAt } from '../../app/home';
import { openSocketDoor } from '../../app/socket-door';
import { ApiClient } from '../support/ovirt/client';

const PASSWORD = 'a long password';

/** One engine with its own door and the oVirt API, both in use at once. */
describe('the oVirt API under load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-it-'));
  const home = homeAt(folder);
  let app: App;
  let door: Awaited<ReturnType<typeof openSocketDoor>>;
  let socket: EngineConnection;
  let api: ApiClient;
  let caFile = '';
  beforeAll(async () => {
    app = await createApp(home, 'daemon');
    door = await openSocketDoor(home, app, app.log, 'daemon');
    const connected = await connectEngine(home, 'cli');
    if (connected === null) throw new Error('the engine does not answer');
    socket = connected;
    const client = createRouterClient(app.router, { context: { actor: { user: 'it', door: 'cli' } } });
    const { api: served } = await client.api.enable({ password: PASSWORD });
    caFile = served.caFile ?? '';
    api = new ApiClient(served.port ?? 0, readFileSync(caFile, 'utf8'));
    await api.signIn(PASSWORD);
  });
  afterAll(async () => {
    socket.close();
    await door.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("answers 200 clients at once, and the engine's own door in between", async () => {
    const requests = 1_000;
    const url = `https://127.0.0.1:${api.port}/ovirt-engine/api/clusters?n=[1-${requests}]`;
    const args = ['--silent', '--show-error', '--parallel', '--parallel-max', '200', '--parallel-immediate'];
    const asked = ['--cacert', caFile, '--header', `Authorization: Bearer ${api.token}`];
    const counted = ['--output', '/dev/null', '--write-out', '%{http_code}\n', url];
    const began = performance.now();
    let isOver = false;
    const storm = promisify(execFile)('curl', [...args, ...asked, ...counted]).finally(() => (isOver = true));
    const took: number[] = [];
    while (!isOver) {
      const before = performance.now();
      await socket.client.system.status();
      took.push(performance.now() - before);
    }
    const { stdout } = await storm;
    expect(
      stdout
        .trim()
        .split('\n')
        .filter((status) => status !== '200'),
    ).toEqual([]);
    expect(stdout.trim().split('\n')).toHaveLength(requests);
    // It takes its turn between requests, and does not wait for all of them.
    expect(took.length).toBeGreaterThan(20);
    expect(Math.max(...took)).toBeLessThan((performance.now() - began) / 2);
  });

  it('ends clients that never finish their headers, and answers others in the meantime', async () => {
    const ca = readFileSync(caFile, 'utf8');
    const slow = Array.from({ length: 60 }, async () => {
      const began = performance.now();
      const stream = connect({ host: '127.0.0.1', port: api.port, ca, servername: 'localhost' }, () =>
        stream.write('GET /ovirt-engine/api HTTP/1.1\r\nHost: 127.0.0.1\r\n'),
      );
      const more = setInterval(() => stream.write('X-More: and more\r\n'), 500);
      stream.on('error', () => undefined);
      stream.resume();
      await new Promise((resolve) => stream.once('close', resolve));
      clearInterval(more);
      return performance.now() - began;
    });
    const all = Promise.all(slow);
    let answered = 0;
    let isOver = false;
    void all.then(() => (isOver = true));
    while (!isOver) {
      expect((await api.get('/clusters')).status).toBe(200);
      answered += 1;
    }
    expect(answered).toBeGreaterThan(10);
    for (const ms of await all) expect(ms).toBeGreaterThan(5_000);
  }, 60_000);
});
