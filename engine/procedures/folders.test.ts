import { type RouterClient, createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../contract';
import { TestEngine } from '../../test/support/test-engine';
import type { EngineRouter } from '../router';

let t: TestEngine;
let page: RouterClient<EngineRouter>;
beforeEach(() => (t = new TestEngine()));
afterEach(() => t.close());

const through = (door: Actor['door']): RouterClient<EngineRouter> =>
  createRouterClient(t.engine.router, { context: { actor: { user: 'page', door } } });

const lab = (path: string): string =>
  `atoll: 1\ndataCenter: Default\nvms:\n  - name: a\n  - name: b\n    boot: { kind: disk, path: ${path} }\n`;
const ssh = { kind: 'ssh' as const, address: 'host.invalid', auth: 'key' as const, key: '/secret' };

describe.each(['browser', 'desktop'] as const)('a page at the door %s', (door) => {
  beforeEach(() => (page = through(door)));

  it.each<[string, string, (dryRun: boolean) => Promise<unknown>]>([
    ['a disk', 'boot.path', (dryRun) => page.vms.add({ name: 'v', boot: { kind: 'disk', path: '/secret' }, dryRun })],
    [
      'an ISO',
      'cdroms.0.path',
      (dryRun) => page.vms.add({ name: 'v', boot: { kind: 'devices' }, cdroms: [{ path: '/secret' }], dryRun }),
    ],
    ['a CD to insert', 'path', (dryRun) => page.cdroms.change({ vm: 'v', drive: 'cd1', path: '/secret', dryRun })],
    ['a CD in a new drive', 'path', (dryRun) => page.cdroms.add({ vm: 'v', path: '/secret', dryRun })],
    [
      'a kernel',
      'boot.kernel',
      (dryRun) =>
        page.vms.add({ name: 'v', boot: { kind: 'kernel', kernel: '/secret', initrd: null, append: '' }, dryRun }),
    ],
    [
      'an initrd',
      'boot.initrd',
      (dryRun) =>
        page.vms.add({ name: 'v', boot: { kind: 'kernel', kernel: '/ok', initrd: '/secret', append: '' }, dryRun }),
    ],
    ['an image', 'path', (dryRun) => page.images.add({ name: 'i', path: '/secret', dryRun })],
    ['a key', 'how.key', (dryRun) => page.hosts.add({ name: 'h', how: ssh, dryRun })],
    ['a key for a look', 'how.key', () => page.hosts.hostKey({ how: ssh })],
    ['a key for an examination', 'how.key', () => page.hosts.examine({ how: ssh })],
    ['a backup', 'path', (dryRun) => page.system.backup({ path: '/secret', dryRun })],
    ['a restore', 'path', (dryRun) => page.system.restore({ path: '/secret', dryRun })],
    ['a disk in a lab file', 'vms[1].boot.path', (dryRun) => page.labfile.apply({ text: lab('/secret'), dryRun })],
    [
      'a disk in a lab file that it says lies beside it',
      'vms[1].boot.path',
      (dryRun) => page.labfile.apply({ text: lab('/secret'), folder: '/', allowFiles: true, dryRun }),
    ],
    ['a folder to allow', 'path', (dryRun) => page.folders.allow({ path: '/secret', dryRun })],
    ['a folder to remove', 'path', (dryRun) => page.folders.remove({ path: '/secret', dryRun })],
  ])('may not name %s', async (_, field, call) => {
    t.allowed.add('/ok');
    for (const dryRun of [true, false])
      await expect(call(dryRun)).rejects.toMatchObject({
        code: 'FORBIDDEN',
        data: {
          field,
          remedy: { note: expect.stringContaining('terminal') as string, action: expect.anything() as unknown },
        },
      });
    expect(t.store.vms.list()).toEqual([]);
    expect((await page.folders.list()).folders).toEqual([]);
  });

  it('names the line of a lab file', async () => {
    await expect(page.labfile.apply({ text: lab('/secret') })).rejects.toThrow(/^line 6: vms\[1\]\.boot\.path: /);
  });

  it('may name what is allowed', async () => {
    t.allowed.add('/secret');
    await page.vms.add({ name: 'v', boot: { kind: 'disk', path: '/secret' }, dryRun: true });
    await page.labfile.apply({ text: lab('/secret'), dryRun: true });
    expect(await page.folders.list()).toEqual({ folders: [], confined: true });
  });
});

describe('the command line', () => {
  beforeEach(() => (page = through('cli')));

  it('may name any file, and lists the folders that the screens may use', async () => {
    await page.vms.add({ name: 'v', boot: { kind: 'disk', path: '/secret' }, dryRun: true });
    await page.folders.allow({ path: '/images' });
    expect(await page.folders.list()).toEqual({ folders: ['/images'], confined: false });
    await page.folders.remove({ path: '/images' });
    expect(await page.folders.list()).toEqual({ folders: [], confined: false });
    expect(t.eventTypes().filter((type) => type.startsWith('folder.'))).toEqual(['folder.allowed', 'folder.removed']);
  });

  it('is not given the impression that a folder in an allowed one is out of reach', async () => {
    await page.folders.allow({ path: '/images' });
    await expect(page.folders.remove({ path: '/images/secret' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('/images, which is allowed') as string,
      data: { field: 'path' },
    });
    expect((await page.folders.list()).folders).toEqual(['/images']);
    await page.folders.remove({ path: '/images-of-others' });
  });
});
