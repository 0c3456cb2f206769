import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AtollClient, type EngineConnection, connectEngine } from './client';
import { createApp } from './create-app';
import { type Home, homeAt } from './home';
import { Running } from './running';
import { openSocketDoor } from './socket-door';

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
  it('goes on in the same process, says so, and can undo it', async () => {
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
    expect(restored?.message).toContain(backup?.path);
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

describe('a backup that can not be opened after all', () => {
  it('is dropped, and the store before goes on', async () => {
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
    await expect(running.restore(path, by, () => (dead += 1))).rejects.toThrow('engine 3');
    expect({ seen, dead }).toEqual({ seen: [2, 1, 2], dead: 1 });
    expect(readdirSync(home.path).filter((name) => name.includes('before-restore'))).toEqual([]);
  });
});
