import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImages } from './images';

const ID = '11111111-2222-4333-8444-555555555555';
const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_QEMU_IMG = spawnSync('qemu-img', ['--version']).error !== undefined;
const go = new AbortController().signal;

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'atoll-images-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const images = () => createImages({ home, log: QUIET });
const add = (path: string, signal = go) => images().add(ID, path, () => undefined, signal);
const kept = (): string[] => (existsSync(join(home, 'images')) ? readdirSync(join(home, 'images')) : []);

describe.skipIf(NO_QEMU_IMG)('an image (needs qemu-img)', () => {
  it('is copied with progress, and has the right properties', async () => {
    const source = join(home, 'source.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', source, '10M']);
    const seen: number[][] = [];
    const added = await images().add(ID, source, (done, known) => seen.push([done, known]), go);
    const size = readFileSync(source).length;
    expect(added).toEqual({ format: 'qcow2', sizeBytes: size, virtualBytes: 10 * 1024 * 1024 });
    expect(seen.at(-1)).toEqual([size, size]);
    expect(readFileSync(images().path(ID))).toEqual(readFileSync(source));
    await images().remove(ID);
    await images().remove(ID);
    expect(kept()).toEqual([]);
  });

  it('can be raw', async () => {
    const source = join(home, 'raw.img');
    writeFileSync(source, Buffer.alloc(1024 * 1024, 7));
    expect(await add(source)).toEqual({ format: 'raw', sizeBytes: 1024 * 1024, virtualBytes: 1024 * 1024 });
  });

  it('is refused if it would make guests read another file of this computer', async () => {
    const secret = join(home, 'secret');
    writeFileSync(secret, Buffer.alloc(1024 * 1024));
    const source = join(home, 'evil.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', secret, source]);
    await expect(add(source)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(kept()).toEqual([]);
  });
});

describe('a file that is not an image', () => {
  it('is refused: it links to a file that the user did not name', async () => {
    symlinkSync('/etc/hostname', join(home, 'source'));
    await expect(add(join(home, 'source'))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      field: 'path',
      message: expect.stringContaining('/etc/hostname') as string,
    });
    expect(kept()).toEqual([]);
  });

  it.each([
    ['is not there', (path: string) => path],
    ['is a folder', () => home],
    ['is empty', (path: string) => (writeFileSync(path, ''), path)],
  ])('is refused: it %s', async (_, make) => {
    await expect(add(make(join(home, 'source')))).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'path' });
    expect(kept()).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('is refused: it is unreadable (needs an ordinary user)', async () => {
    const path = join(home, 'secret');
    writeFileSync(path, 'x');
    chmodSync(path, 0);
    await expect(add(path)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('leaves nothing when it is cancelled', async () => {
    const source = join(home, 'raw.img');
    writeFileSync(source, 'x');
    await expect(add(source, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(kept()).toEqual([]);
  });

  it.each(['../../etc/passwd', '', 'x'])('has no path for the id %j', (id) => {
    expect(() => images().path(id)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});
