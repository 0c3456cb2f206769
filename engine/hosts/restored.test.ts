import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noteRestored } from '../../db/restored';
import { openStore } from '../../db/store';
import { TestEngine } from '../../test/support/test-engine';

describe('an engine that starts on a restored store', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-restored-'));
    path = join(folder, 'backup.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('ends the jobs of the backup and releases their locks', async () => {
    const t = new TestEngine();
    await t.engine.start();
    const [host = ''] = await t.addHosts(2);
    await t.done(t.client.images.add({ name: 'debian', path: '/debian.qcow2' }));
    await t.done(t.client.vms.add({ name: 'db', host: 'sim1', boot: { kind: 'image', image: 'debian' } }));
    t.fleet.machine(host).control.slowDown(200);
    const { job } = await t.client.snapshots.add({ name: 'one', vms: ['db'] });
    await t.until(() => t.store.jobs.get(job ?? '')?.state === 'running');
    expect(t.store.vms.list()[0]?.state).toBe('image_locked');
    await t.store.backup(path);
    t.fleet.machine(host).control.slowDown(0);
    await t.ended({ job });
    await t.engine.stop();
    noteRestored(path, { from: '/a/backup.db', kept: null, by: { user: 'anna', door: 'cli' }, connect: false });

    const next = new TestEngine({ store: openStore(path), fleet: t.fleet });
    await next.engine.start();
    try {
      expect((await next.ended({ job }))?.state).toBe('cancelled');
      await next.until(() => next.store.vms.list()[0]?.state === 'down');
      expect((await next.client.snapshots.list({})).filter(({ state }) => state !== 'ok')).toEqual([]);
      expect(next.store.hosts.list().map(({ state }) => state)).not.toContain('maintenance');
      expect(next.store.settings.restored()).toBeNull();
      const [event] = await next.client.events.list({ limit: 1, type: 'store.restored' });
      expect(event).toMatchObject({ by: { user: 'anna' }, message: { params: { from: '/a/backup.db' } } });
    } finally {
      await next.engine.stop();
      next.store.close();
      await t.close();
    }
  });
});
