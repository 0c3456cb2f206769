import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileUse } from '../contract/shell';
import { type OwnAllowedFiles, createAllowedFiles } from './allowed-files';
import { type Home, homeAt } from './home';

let folder: string;
let home: Home;
let files: OwnAllowedFiles;
const at = (...parts: string[]): string => join(folder, ...parts);

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'atoll-allowed-')));
  home = homeAt(at('home'));
  for (const name of ['home/backups', 'user/.ssh', 'images/deep', 'secret']) mkdirSync(at(name), { recursive: true });
  for (const name of ['images/a.qcow2', 'images/deep/b.iso', 'images/notes.txt', 'secret/id', 'user/.ssh/id_ed25519'])
    writeFileSync(at(name), 'x');
  for (const name of ['store.db', 'store.db.before-7', 'engine.lock', 'backups/one.db'])
    writeFileSync(at('home', name), 'x');
  files = createAllowedFiles(home, at('user'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('lets the screens create an archive beside what they may read, and nothing else', async () => {
  await files.allow(at('images'));
  symlinkSync(at('secret', 'new.ova'), at('images', 'link.ova'));
  symlinkSync(at('secret'), at('images', 'away'));
  writeFileSync(at('images', 'old.ova'), 'x');
  expect(await may(at('images', 'new.ova'), 'appliance', 'write')).toBe(true);
  for (const name of [
    'new.qcow2',
    '.new.ova',
    'old.ova',
    'link.ova',
    'away/new.ova',
    '../secret/new.ova',
    '../home/new.ova',
  ])
    expect(await may(at('images', ...name.split('/')), 'appliance', 'write'), name).toBe(false);
  expect(await may(at('secret', 'new.ova'), 'appliance', 'write')).toBe(false);
  expect(await may(at('images', 'new.ova'), 'disk', 'write')).toBe(false);
});

const may = (path: string, use: FileUse = 'disk', access: 'read' | 'write' = 'read'): Promise<boolean> =>
  files.allows({ path, use, access });

describe('files beside a lab file', () => {
  const beside = async (folder: string, ...paths: string[]): Promise<string[]> => [
    ...(await files.beside(folder, paths)),
  ];

  it('are those in its folder and below, through a link to the folder too', async () => {
    symlinkSync(at('images'), at('alias'));
    const own = [at('images', 'a.qcow2'), at('images', 'deep', 'b.iso'), at('images', 'not-there-yet')];
    expect(await beside(at('images'), ...own, at('secret', 'id'), '/etc/shadow')).toEqual(own);
    expect(await beside(at('alias'), at('alias', 'a.qcow2'), ...own)).toEqual([at('alias', 'a.qcow2'), ...own]);
  });

  it('are none outside by any way around', async () => {
    mkdirSync(at('images-too'));
    mkdirSync(at('images', '.hidden'));
    for (const name of ['images-too/x', 'images/.hidden/x', 'images/.env']) writeFileSync(at(name), 'x');
    symlinkSync(at('secret', 'id'), at('images', 'link'));
    symlinkSync(at('secret'), at('images', 'folder'));
    symlinkSync(at('secret', 'new'), at('images', 'dangling'));
    symlinkSync('loop', at('images', 'loop'));
    symlinkSync(at('images', '.env'), at('images', 'env'));
    symlinkSync(at('images', 'a.qcow2'), at('secret', 'back'));
    const around = [
      'link',
      'folder/id',
      'folder/new',
      'dangling',
      'loop',
      '.env',
      'env',
      '.hidden/x',
      'deep/../a.qcow2',
    ];
    expect(
      await beside(
        at('images'),
        ...around.map((name) => `${at('images')}/${name}`),
        `${at('images')}/../secret/id`,
        `${at('images')}//a.qcow2`,
        at('images-too', 'x'),
        at('secret', 'back'),
        at('images'),
        'a.qcow2',
      ),
    ).toEqual([]);
    expect(await beside(at('gone'), at('gone', 'x'), at('images', 'a.qcow2'))).toEqual([at('gone', 'x')]);
  });

  it('are only those directly in a folder that holds the own one of the person, and none of the home', async () => {
    for (const name of ['user/disk.raw', 'user/deep', 'disk.raw']) mkdirSync(at(name));
    expect(await beside(at('user'), at('user', 'disk.raw'), at('user', 'deep', 'x'))).toEqual([at('user', 'disk.raw')]);
    expect(await beside(folder, at('disk.raw'), at('images', 'a.qcow2'))).toEqual([at('disk.raw')]);
    expect(await beside('/', '/etc/shadow')).toEqual([]);
    expect(await beside(home.path, at('home', 'store.db'), at('home', 'backups', 'one.db'))).toEqual([]);
  });
});

describe('files that the screens may name', () => {
  it('are none before a folder is allowed, then those in it and below, also in the next engine', async () => {
    expect(await may(at('images', 'a.qcow2'))).toBe(false);
    await files.allow(await files.find(at('images')));
    expect(statSync(join(home.path, 'allowed-folders.json')).mode & 0o777).toBe(0o600);
    files = createAllowedFiles(home, at('user'));
    expect(files.folders()).toEqual([at('images')]);
    for (const name of ['a.qcow2', 'deep/b.iso', 'not-there-yet']) expect(await may(at('images', name))).toBe(true);
    expect(await may(at('images'))).toBe(false);
    await files.remove(at('images'));
    expect(await may(at('images', 'a.qcow2'))).toBe(false);
  });

  it('are not outside by any way around', async () => {
    await files.allow(at('images'));
    symlinkSync(at('secret', 'id'), at('images', 'link'));
    symlinkSync(at('secret'), at('images', 'folder'));
    symlinkSync(at('secret', 'new'), at('images', 'dangling'));
    symlinkSync('loop', at('images', 'loop'));
    symlinkSync(at('images'), at('alias'));
    mkdirSync(at('images-too'));
    for (const path of [
      '/etc/shadow',
      '/',
      at('secret', 'id'),
      `${at('images')}/../secret/id`,
      `${at('images')}/folder/../id`,
      at('images', 'link'),
      at('images', 'folder', 'id'),
      at('images', 'folder', 'new'),
      at('images', 'dangling'),
      at('images', 'loop'),
      at('images-too', 'x'),
      `/proc/self/root${at('secret', 'id')}`,
      `/proc/self/root${at('images', 'a.qcow2')}`,
      at('alias', 'a.qcow2'),
      `${at('images')}//a.qcow2`,
      `${at('images')}/./a.qcow2`,
      'images/a.qcow2',
    ])
      expect([path, await may(path)]).toEqual([path, false]);
  });

  it('are none that are hidden, or where everybody can put links, in what was allowed', async () => {
    await files.allow(folder);
    expect(await may(at('secret', 'id'))).toBe(true);
    for (const use of ['image', 'iso', 'disk', 'kernel'] as const)
      expect(await may(at('user', '.ssh', 'id_ed25519'), use)).toBe(false);
    symlinkSync(at('user', '.ssh', 'id_ed25519'), at('images', 'a.img'));
    expect(await may(at('images', 'a.img'), 'image')).toBe(false);
    chmodSync(at('images', 'deep'), 0o1777);
    expect(await may(at('images', 'deep', 'b.iso'), 'iso')).toBe(false);
    expect(await may(at('images', 'a.qcow2'))).toBe(true);
    chmodSync(at('images'), 0o777);
    expect(await may(at('images', 'a.qcow2'))).toBe(false);
    await expect(files.find(at('images'))).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'path' });
    chmodSync(at('images', 'deep'), 0o755);
    await expect(files.find(at('images', 'deep'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    chmodSync(at('images'), 0o1777);
    expect(await files.find(at('images', 'deep'))).toBe(at('images', 'deep'));
  });

  it('are found by a folder that is itself a link', async () => {
    symlinkSync(at('images'), at('alias'));
    expect(await files.find(at('alias'))).toBe(at('images'));
    await expect(files.find(at('nowhere'))).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'path' });
    await expect(files.find(at('secret', 'id'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(files.find('/')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('are never in the home, but backups there', async () => {
    await files.allow(folder);
    for (const name of ['store.db', 'engine.lock', 'allowed-folders.json', 'backups/one.db'])
      expect([name, await may(at('home', name))]).toEqual([name, false]);
    expect(await may(at('home', 'backups', 'one.db'), 'backup')).toBe(true);
    expect(await may(at('home', 'store.db.before-7'), 'backup')).toBe(true);
    expect(await may(at('home', 'store.db'), 'backup')).toBe(false);
  });

  it('are written in the folder of backups only', async () => {
    await files.allow(at('images'));
    expect(await may(at('home', 'backups', 'new.db'), 'backup', 'write')).toBe(true);
    symlinkSync(at('user', '.ssh', 'authorized_keys'), at('home', 'backups', 'link.db'));
    for (const path of [
      at('images', 'new.db'),
      at('user', '.ssh', 'authorized_keys'),
      at('home', 'new.db'),
      at('home', 'store.db.new'),
      at('home', 'backups', 'deep', 'new.db'),
      at('home', 'backups', 'link.db'),
    ])
      expect([path, await may(path, 'backup', 'write')]).toEqual([path, false]);
  });

  it('are keys where ssh itself looks for them, as keys only', async () => {
    expect(await may(at('user', '.ssh', 'id_ed25519'), 'key')).toBe(true);
    expect(await may(at('user', '.ssh', 'id_ed25519'), 'disk')).toBe(false);
  });

  it('are what a person chose in a dialog, for that use only', async () => {
    files.grant('disk', at('secret', 'id'));
    expect(await may(at('secret', 'id'), 'disk')).toBe(true);
    expect(await may(at('secret', 'id'), 'kernel')).toBe(false);
  });

  it('are offered by their use', async () => {
    await files.allow(at('images'));
    symlinkSync(at('secret', 'id'), at('images', 'stolen.qcow2'));
    expect(await files.files('disk')).toEqual([at('images', 'a.qcow2')]);
    expect(await files.files('kernel')).toEqual([at('images', 'a.qcow2'), at('images', 'notes.txt')]);
    expect(await files.files('backup')).toEqual([at('home', 'backups', 'one.db')]);
  });

  it.each(['', '{', '{"folders":"/"}', '{"folders":["/"]}', '{"folders":["relative"]}'])(
    'are none where the list of folders reads %j',
    (text) => {
      writeFileSync(join(home.path, 'allowed-folders.json'), text);
      expect(createAllowedFiles(home).folders()).toEqual([]);
    },
  );
});
