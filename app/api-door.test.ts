import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryLog, TestEngine } from '../test/support/test-engine';
import { type OwnApiDoor, createApiDoor } from './api-door';
import { homeAt } from './home';

describe('the oVirt API of a home', () => {
  let folder: string;
  let t: TestEngine;
  let door: OwnApiDoor;
  const open = (): OwnApiDoor => createApiDoor(homeAt(folder), () => ({ router: t.engine.router }), new MemoryLog());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-api-'));
    t = new TestEngine();
    await t.engine.start();
    door = open();
  });
  afterEach(async () => {
    await door.close();
    await t.close();
    rmSync(folder, { recursive: true });
  });

  const status = (password: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const { url, caFile } = door.show();
      const sent = request(url ?? '', {
        agent: false,
        auth: `admin@internal:${password}`,
        ca: readFileSync(caFile ?? '', 'utf8'),
      });
      sent.on('response', (response) => resolve(response.resume().statusCode));
      sent.on('error', reject);
      sent.end();
    });

  it('is closed until it is enabled, and then opens with each engine at the same address', async () => {
    await door.open();
    expect(door.show()).toMatchObject({ enabled: false, url: null, caFile: null });
    const made = await door.enable({});
    expect(made).toMatch(/^[\w-]{20}$/);
    const { url } = door.show();
    expect(await status(made ?? '')).toBe(200);
    await door.close();
    door = open();
    expect(door.enabled).toBe(true);
    await door.open();
    expect(door.show().url).toBe(url);
    expect(await status(made ?? '')).toBe(200);
    // Enabled again it keeps all of it.
    expect(await door.enable({})).toBeNull();
    expect(await status(made ?? '')).toBe(200);
    await door.disable();
    expect(door.show()).toMatchObject({ enabled: false, url: null });
    expect(await door.enable({})).toBeNull();
    expect(door.show().url).toBe(url);
  });

  it('keeps a hash of the password, and its keys, from others', async () => {
    await door.enable({ password: 'correct horse' });
    for (const name of ['settings.json', 'ca.key', 'ca.pem']) {
      const path = join(folder, 'api', name);
      expect([name, statSync(path).mode & 0o777]).toEqual([name, 0o600]);
      expect(readFileSync(path, 'utf8')).not.toContain('correct horse');
    }
    expect(readFileSync(join(folder, 'api', 'settings.json'), 'utf8')).toContain('"scrypt:32768:8:1:');
    const made = await door.setPassword(undefined);
    expect(await status('correct horse')).toBe(401);
    expect(await status(made ?? '')).toBe(200);
  });

  it('stays open where it is when another port is taken', async () => {
    const made = await door.enable({});
    const { port } = door.show();
    const other = createApiDoor(
      homeAt(mkdtempSync(join(folder, 'other-'))),
      () => ({ router: t.engine.router }),
      new MemoryLog(),
    );
    await other.enable({ password: 'long enough' });
    await expect(door.enable({ port: other.show().port ?? 0 })).rejects.toMatchObject({
      code: 'CONFLICT',
      field: 'port',
    });
    expect(door.show().port).toBe(port);
    expect(await status(made ?? '')).toBe(200);
    await other.close();
  });
});
