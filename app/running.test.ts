import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../db/native';
import { type AtollClient, type EngineConnection, connectEngine } from './client';
import { createApp } from './create-app';
import { type Home, homeAt } from './home';
import { Running } from './running';
import { restoreStore } from './restore';
import { openSocketDoor } from './socket-door';
import { textOf } from '../english';

let home: Home;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'atoll-running-')));
});
afterEach(() => rmSync(home.path, { recursive: true }));

async function connected(): Promise<EngineConnection> {
  const connection = await connectEngine(home);
  if (connection === null) throw new Error('nobody answers');
  return connection;
}
const networksOf = async (client: AtollClient): Promise<string[]> =>
  (await client.networks.list({})).map(({ name }) => name);

describe('an app whose store is restored', () => {
  it('continues in the same process, reports it, and can undo it', async () => {
    const app = await createApp(home, 'browser');
    const door = await openSocketDoor(home, app, app.log, 'browser');
    const first = await connected();
    await first.client.networks.add({ name: 'blue', isIsolated: true });
    const { backup } = await first.client.backups.make({});
    await first.client.networks.add({ name: 'green', isIsolated: true });
    const { kept } = await first.client.system.restore({ path: backup?.path ?? '' });
    expect(kept).toContain('before-restore');
    // Whoever was connected is sent away, and meets the new engine when it comes again.
    await first.closed;

    const second = await connected();
    expect(second.info.pid).toBe(process.pid);
    expect(await networksOf(second.client)).toEqual(['blue']);
    const { restored, backups } = await second.client.backups.list();
    expect(restored?.undoneBy.path).toBe(kept);
    expect(restored?.message.params).toMatchObject({ from: backup?.path });
    expect(backups.map(({ kind }) => kind)).toEqual(['before_restore', 'manual']);
    expect(app.needed()).toBe(false);

    await second.client.system.restore({ path: restored?.undoneBy.path ?? '' });
    await second.closed;
    const third = await connected();
    expect((await networksOf(third.client)).sort()).toEqual(['blue', 'green']);
    third.close();
    await door.close();
    await app.close();
  });

  it('refuses a database without content that has backups, until its file is deleted', async () => {
    const app = await createApp(home, 'browser');
    const door = await openSocketDoor(home, app, app.log, 'browser');
    const { client, close } = await connected();
    await client.backups.make({});
    close();
    await door.close();
    await app.close();
    writeFileSync(home.store, '');
    const refused = { code: 'STORE_FAILED', message: expect.stringContaining('its content was lost') as string };
    await expect(createApp(home, 'browser')).rejects.toMatchObject(refused);
    expect(statSync(home.store).size).toBe(0);
    rmSync(home.store);
    await (await createApp(home, 'browser')).close();
  });

  it('refuses the store itself, which is no backup of it', async () => {
    const app = await createApp(home, 'browser');
    const door = await openSocketDoor(home, app, app.log, 'browser');
    const { client, close } = await connected();
    await expect(client.system.restore({ path: home.store })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await client.networks.add({ name: 'still-there', isIsolated: true });
    close();
    await door.close();
    await app.close();
  });
});

/** Counts who comes to a port of this computer, and says nothing. */
async function listener() {
  let came = 0;
  const server = createServer((socket) => {
    came += 1;
    socket.on('error', () => undefined).destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    came: () => came,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const FINGERPRINT = `SHA256:${'A'.repeat(43)}`;

describe('a backup in which somebody has changed the way to a host', () => {
  it('connects nothing until the list of hosts is confirmed, or a host is activated', async () => {
    const [own, other] = [await listener(), await listener()];
    const app = await createApp(home, 'browser');
    const door = await openSocketDoor(home, app, app.log, 'browser');
    const first = await connected();
    const how = { kind: 'ssh', address: '127.0.0.1', user: 'root', port: own.port } as const;
    const { job } = await first.client.hosts.add({ name: 'hp', how });
    await first.client.hosts.add({ name: 'sim', how: { kind: 'simulated', delayMs: 0 } });
    for await (const state of await first.client.jobs.follow({ job: job ?? '' })) void state;
    const { backup } = await first.client.backups.make({});
    const path = backup?.path ?? '';
    const sqlite = openSqlite(path);
    sqlite
      .prepare(
        "UPDATE hosts SET state = 'up', how = json_set(how, '$.port', ?, '$.fingerprints', json(?)) WHERE name = 'hp'",
      )
      .run(other.port, JSON.stringify([{ place: `127.0.0.1:${other.port}`, fingerprint: FINGERPRINT }]));
    // A job to remove a host that is in maintenance connects to it.
    sqlite.exec(`
      INSERT INTO hosts SELECT * FROM (SELECT 'h2', cluster_id, 'gone', kind, how, comment, 'maintenance', reason, last_seen_at,
        boot_id, capabilities, memory_free_mib, created_at, labels FROM hosts WHERE name = 'hp');
      INSERT INTO jobs (id, kind, title, state, payload, actor, subjects, created_at)
        VALUES ('j1', 'hosts.remove', '{"type":"hosts.remove","params":{"host":"gone"}}', 'queued',
          '{"hostId":"h2","vmIds":[],"force":true,"whole":false}', '{"user":"x","door":"cli"}', '{"hostId":"h2"}', '2026-01-01T00:00:00.000Z');
      INSERT INTO job_steps (job_id, step, title, host_id, state) VALUES ('j1', 1, '{"type":"step.host.clean","params":{"host":"gone"}}', 'h2', 'pending');`);
    sqlite.close();

    const line = `"hp": root@127.0.0.1:${other.port} over SSH, host key unknown`;
    const held = await first.client.system.restore({ path, dryRun: true });
    expect(held.preview?.summary.map(textOf).join('\n')).toContain(
      `leave in maintenance until it is activated, the host ${line}`,
    );
    const asked = await first.client.system.restore({ path, connect: true, dryRun: true });
    expect(asked.preview?.summary.map(textOf).join('\n')).toContain(`connect the host ${line}`);
    expect(asked.preview?.summary.map(textOf).join('\n')).not.toMatch(/"sim"|"gone"/);

    await first.client.system.restore({ path });
    await first.closed;
    const second = await connected();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(other.came()).toBe(0);
    const hosts = await second.client.hosts.list({});
    expect(hosts.find(({ name }) => name === 'hp')).toMatchObject({
      state: 'maintenance',
      reason: { type: 'reason.host.restored', params: { remedy: { action: { procedure: 'hosts.activate' } } } },
    });
    const sim = async () => (await second.client.hosts.show({ host: 'sim' })).host.state;
    await expect.poll(sim).toBe('up');
    expect(await second.client.jobs.show({ job: 'j1' })).toMatchObject({ state: 'cancelled' });
    const [event] = await second.client.events.list({ limit: 1, type: 'store.restored' });
    expect(event?.message.params).toMatchObject({ connect: false });
    // By hand it connects, by no key that the backup has as confirmed.
    const byHand = await second.client.hosts.activate({ host: 'hp' });
    for await (const state of await second.client.jobs.follow({ job: byHand.job ?? '' })) void state;
    expect(other.came()).toBeGreaterThan(0);

    await second.client.system.restore({ path, connect: true });
    await second.closed;
    const before = other.came();
    const third = await connected();
    await expect.poll(other.came).toBeGreaterThan(before);
    third.close();
    await door.close();
    await app.close();
    await Promise.all([own.close(), other.close()]);
  });

  it('is held also when the engine ended before it started on it', async () => {
    const other = await listener();
    const app = await createApp(home, 'browser');
    const door = await openSocketDoor(home, app, app.log, 'browser');
    const { client, close } = await connected();
    const how = { kind: 'ssh', address: '127.0.0.1', user: 'root', port: other.port } as const;
    const { job } = await client.hosts.add({ name: 'hp', how });
    for await (const state of await client.jobs.follow({ job: job ?? '' })) void state;
    const { backup } = await client.backups.make({});
    close();
    await door.close();
    await app.close();
    const came = other.came();
    const by = { user: 'anna', door: 'cli' } as const;
    await restoreStore(home, { from: backup?.path ?? '', by, connect: false }, () => Promise.resolve());

    const next = await createApp(home, 'daemon');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(other.came()).toBe(came);
    expect(next.needed()).toBe(false);
    await next.close();
    await other.close();
  });
});

describe('a backup that turns out to be unusable', () => {
  it('is dropped, and the previous store stays in use', async () => {
    const app = await createApp(home, 'daemon');
    const door = await openSocketDoor(home, app, app.log, 'daemon');
    const { client, close } = await connected();
    await client.networks.add({ name: 'blue', isIsolated: true });
    const path = (await client.backups.make({})).backup?.path ?? '';
    await client.networks.add({ name: 'green', isIsolated: true });
    close();
    await door.close();
    await app.close();

    let opened = 0;
    const seen: number[] = [];
    const running = new Running(home, (store) => {
      opened += 1;
      seen.push(store.networks.list().length);
      throw new Error(`engine ${opened} does not come up`);
    });
    const by = { user: 'anna', door: 'desktop' } as const;
    let dead = 0;
    await expect(running.start()).rejects.toThrow('engine 1');
    await expect(running.restore({ from: path, by, connect: false }, () => (dead += 1))).rejects.toThrow('engine 3');
    expect({ seen, dead }).toEqual({ seen: [2, 1, 2], dead: 1 });
    expect(readdirSync(home.path).filter((name) => name.includes('before-restore'))).toEqual([]);
  });
});
