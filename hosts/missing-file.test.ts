import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { noFile } from './missing-file';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atoll-file-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('finds a file, also through a link', async () => {
  writeFileSync(join(folder, 'a b'), 'x');
  symlinkSync('a b', join(folder, 'link'));
  expect([await noFile(join(folder, 'a b')), await noFile(join(folder, 'link'))]).toEqual([null, null]);
});

it('reports a broken path, an empty file, and anything that is not a file', async () => {
  const server = createServer().listen(join(folder, 'socket'));
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('gone', join(folder, 'link'));
  symlinkSync('self', join(folder, 'self'));
  for (const path of ['none', 'file/below', 'link', 'self', 'n'.repeat(300)])
    expect([path, await noFile(join(folder, path))]).toEqual([path, 'absent']);
  expect(await noFile(join(folder, 'file'))).toBe('empty');
  for (const path of [folder, '/dev/null', join(folder, 'socket')])
    expect([path, await noFile(path)]).toEqual([path, 'other']);
});

it.skipIf(process.getuid?.() === 0)('does not decide if it has no access (needs an ordinary user)', async () => {
  const closed = join(folder, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0);
  expect(await noFile(join(closed, 'none'))).toBeNull();
  chmodSync(closed, 0o700);
});
