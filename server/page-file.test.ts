import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { folderFor, writePageFile } from './page-file';

const LINK = 'http://127.0.0.1:1/enter#token';
let root: string;
const folder = (name: string, mode = 0o700): string => {
  const path = join(root, name);
  mkdirSync(path, { mode });
  return path;
};
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'atoll-page-'))));
afterEach(() => rmSync(root, { recursive: true }));

it('writes a page for this user alone that leads to the link, under another name each time', () => {
  const places = { home: folder('home'), runtime: folder('run'), snapFolders: [] };
  const [one, two] = [writePageFile(LINK, places), writePageFile(LINK, places)];
  expect(one.path).not.toBe(two.path);
  expect(one.path.startsWith(join(root, 'run'))).toBe(true);
  expect(one.path).not.toContain('token');
  expect(statSync(one.path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(one.path)).mode & 0o777).toBe(0o700);
  expect(readFileSync(one.path, 'utf8')).toContain(`content="0; url=${LINK}"`);
  one.remove();
  one.remove();
  two.remove();
  expect(readdirSync(join(root, 'run'))).toEqual([]);
});

it('takes the runtime folder only when it is private', () => {
  const home = folder('home');
  const shared = folder('shared', 0o755);
  for (const runtime of [shared, undefined, 'relative', join(root, 'nowhere')])
    expect(folderFor({ home, runtime, snapFolders: [] })).toBe(home);
});

it('takes a folder that a browser from a snap can read, where there is one', () => {
  const [home, user, snap] = [folder('home'), folder('user'), folder('snap')];
  writeFileSync(join(snap, 'firefox'), '');
  expect(folderFor({ home, runtime: folder('run'), user, snapFolders: [snap] })).toBe(user);
  expect(folderFor({ home, runtime: join(root, 'nowhere'), user: join(root, 'nowhere'), snapFolders: [snap] })).toBe(
    home,
  );
});

it('removes what a killed engine left, and nothing else', () => {
  const home = folder('home');
  for (const name of ['home/atoll-open-old', 'home/atoll-open-new', 'home/other']) folder(name);
  for (const name of ['atoll-open-old', 'other']) utimesSync(join(home, name), 0, 0);
  writePageFile(LINK, { home, runtime: undefined, snapFolders: [] }).remove();
  expect(['atoll-open-old', 'atoll-open-new', 'other'].map((name) => existsSync(join(home, name)))).toEqual([
    false,
    true,
    true,
  ]);
});
