import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
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
const add = (path: string, signal = go) => images().add(ID, { path, sha256: null }, () => undefined, signal);
const kept = (): string[] => (existsSync(join(home, 'images')) ? readdirSync(join(home, 'images')) : []);

describe.skipIf(NO_QEMU_IMG)('an image (needs qemu-img)', () => {
  it('is copied with progress, and has the right properties', async () => {
    const source = join(home, 'source.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', source, '10M']);
    const seen: number[][] = [];
    const added = await images().add(ID, { path: source, sha256: null }, (done, known) => seen.push([done, known]), go);
    const size = readFileSync(source).length;
    expect(added).toEqual({ format: 'qcow2', sizeBytes: size, virtualBytes: 10 * 1024 * 1024 });
    expect(seen.at(-1)).toEqual([size, size]);
    expect(readFileSync(images().path(ID))).toEqual(readFileSync(source));
    await images().remove(ID);
    await images().remove(ID);
    expect(kept()).toEqual([]);
  });

  describe('of a disk', () => {
    const at = (name: string) => join(home, name);
    const qemuImg = (...args: string[]) => execFileSync('qemu-img', args, { encoding: 'utf8' });
    const addDisk = (path: string, format: 'qcow2' | 'raw', base: { path: string; format: 'qcow2' | 'raw' } | null) =>
      images().addDisk(
        ID,
        {
          ...{ shown: '/on/its/host', format, base, bytes: readFileSync(path).length },
          async *read() {
            yield await Promise.resolve(readFileSync(path));
          },
        },
        () => undefined,
        go,
      );
    const MIB = 1024 * 1024;

    it('has what the overlay and its image have, and depends on neither', async () => {
      writeFileSync(at('base'), Buffer.alloc(MIB, 7));
      qemuImg('create', '-q', '-u', '-f', 'qcow2', '-F', 'raw', '-b', '/nowhere/base', at('overlay'), '2M');
      const chain = { driver: 'qcow2', file: { driver: 'file', filename: at('overlay') } };
      const backing = { driver: 'raw', file: { driver: 'file', filename: at('base') } };
      execFileSync('qemu-io', ['-c', 'write -q -P 9 64k 64k', `json:${JSON.stringify({ ...chain, backing })}`]);
      const added = await addDisk(at('overlay'), 'qcow2', { path: at('base'), format: 'raw' });
      expect(added).toMatchObject({ format: 'qcow2', virtualBytes: 2 * MIB });
      expect(kept()).toEqual([ID]);
      expect(qemuImg('info', images().path(ID))).not.toContain('backing');
      qemuImg('convert', '-f', 'qcow2', '-O', 'raw', images().path(ID), at('out'));
      const out = readFileSync(at('out'));
      const values = [0, 64 * 1024, 128 * 1024, MIB].map((place) => out[place]);
      expect(values).toEqual([7, 9, 7, 0]);
    });

    it('can be raw, whatever its guest wrote in its first bytes', async () => {
      qemuImg('create', '-q', '-u', '-f', 'qcow2', '-F', 'raw', '-b', at('secret'), at('disk'), '1M');
      const bytes = readFileSync(at('disk'));
      await addDisk(at('disk'), 'raw', null);
      qemuImg('convert', '-f', 'qcow2', '-O', 'raw', images().path(ID), at('out'));
      expect(readFileSync(at('out')).subarray(0, 512)).toEqual(bytes.subarray(0, 512));
    });

    it.each([
      ['a backing file', ['-F', 'raw', '-b'], null],
      ['a data file', ['-o'], { format: 'raw' as const }],
    ])('whose header names %s is refused, and the file is not read', async (_what, options, base) => {
      writeFileSync(at('secret'), Buffer.alloc(MIB, 5));
      const name = options[0] === '-o' ? `data_file=${at('secret')}` : at('secret');
      qemuImg('create', '-q', '-u', '-f', 'qcow2', ...options, name, at('disk'), '1M');
      await expect(addDisk(at('disk'), 'qcow2', base && { path: at('secret'), ...base })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining('/on/its/host') as string,
      });
      expect(kept()).toEqual([]);
    });
  });

  it('can be raw', async () => {
    const source = join(home, 'raw.img');
    writeFileSync(source, Buffer.alloc(1024 * 1024, 7));
    expect(await add(source)).toEqual({ format: 'raw', sizeBytes: 1024 * 1024, virtualBytes: 1024 * 1024 });
  });

  it.each(['vmdk', 'vdi', 'vhdx', 'vpc'])(
    'of the format %s is converted to qcow2, with what is in it',
    async (format) => {
      const [raw, source] = [join(home, 'raw.img'), join(home, `it's "a" disk.${format}`)];
      writeFileSync(raw, Buffer.concat([Buffer.alloc(1024 * 1024, 7), Buffer.alloc(7 * 1024 * 1024)]));
      execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', format, raw, source]);
      const seen: number[] = [];
      const added = await images().add(
        ID,
        { path: source, sha256: null },
        (done, known) => seen.push(done / known),
        go,
      );
      expect(added).toMatchObject({ format: 'qcow2' });
      expect(added.virtualBytes).toBeGreaterThanOrEqual(8 * 1024 * 1024);
      expect(seen.at(-1)).toBe(1);
      execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', images().path(ID), raw]);
      const wanted = Buffer.concat([Buffer.alloc(1024 * 1024, 7), Buffer.alloc(1024 * 1024)]);
      expect(readFileSync(raw).subarray(0, wanted.length).equals(wanted)).toBe(true);
      expect(kept()).toEqual([ID]);
    },
  );

  it('of VMware is refused if it would make guests read another file of this computer', async () => {
    const secret = join(home, 'secret.vmdk');
    execFileSync('qemu-img', ['create', '-q', '-f', 'vmdk', secret, '1M']);
    const child = join(home, 'child.vmdk');
    execFileSync('qemu-img', ['create', '-q', '-f', 'vmdk', '-F', 'vmdk', '-b', secret, child]);
    await expect(add(child)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('depends') as string,
    });
    // The same by a text inside that names a flat file, in place of data.
    const header = Buffer.alloc(64 * 512);
    header.write('KDMV', 0, 'latin1');
    header.writeUInt32LE(1, 4);
    header.writeBigUInt64LE(1n, 28);
    header.write(
      `# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="monolithicFlat"\nRW 3 FLAT "${secret}" 0\n`,
      512,
    );
    const flat = join(home, 'flat.vmdk');
    writeFileSync(flat, header);
    await expect(add(flat)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('depends') as string,
    });
    const text = join(home, 'text.vmdk');
    writeFileSync(text, header.subarray(512));
    await expect(add(text)).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'path' });
    expect(kept()).toEqual([]);
  });

  it('leaves nothing if it is damaged', async () => {
    const source = join(home, 'broken.vdi');
    execFileSync('qemu-img', ['create', '-q', '-f', 'vdi', source, '8M']);
    // Its header says that it is no disk of a known type.
    const damaged = readFileSync(source);
    damaged.fill(0xff, 68, 512);
    writeFileSync(source, damaged);
    await expect(add(source)).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'path' });
    expect(kept()).toEqual([]);
  });

  it('is refused if a part of its qcow2 file is missing, which QEMU would read as zeros', async () => {
    const source = join(home, 'source.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', source, '1M']);
    execFileSync('qemu-io', ['-f', 'qcow2', '-c', 'write -q -P 1 0 1M', source]);
    const whole = readFileSync(source);
    for (const bytes of [300, 270_000, whole.length - 70_000]) {
      writeFileSync(source, whole.subarray(0, bytes));
      await expect(add(source)).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining('missing'),
      });
      expect(kept()).toEqual([]);
    }
  });

  it('takes no room for its zeros', async () => {
    const source = join(home, 'source.raw');
    writeFileSync(source, Buffer.alloc(65_536, 7));
    truncateSync(source, 64 * 1024 * 1024);
    appendFileSync(source, Buffer.alloc(4096, 9));
    expect(await add(source)).toMatchObject({ format: 'raw', sizeBytes: 64 * 1024 * 1024 + 4096 });
    expect(readFileSync(images().path(ID)).equals(readFileSync(source))).toBe(true);
    expect(statSync(images().path(ID)).blocks * 512).toBeLessThan(16 * 1024 * 1024);
  });

  it('has the SHA-256 that it must have', async () => {
    const source = join(home, 'raw.img');
    writeFileSync(source, Buffer.alloc(1024 * 1024, 7));
    const sha256 = createHash('sha256').update(readFileSync(source)).digest('hex');
    const wrong = images().add(ID, { path: source, sha256: 'a'.repeat(64) }, () => undefined, go);
    await expect(wrong).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'sha256' });
    expect(kept()).toEqual([]);
    await images().add(ID, { path: source, sha256: sha256.toUpperCase() }, () => undefined, go);
  });

  it('is refused if its file changes while it is copied', async () => {
    const source = join(home, 'raw.img');
    writeFileSync(source, Buffer.alloc(9 * 1024 * 1024, 7));
    const grow = (): void => appendFileSync(source, 'more');
    await expect(images().add(ID, { path: source, sha256: null }, grow, go)).rejects.toMatchObject({
      message: expect.stringContaining('changed while it was copied') as string,
    });
    expect(kept()).toEqual([]);
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

  it('is written to a new file in another format, over nobody else', async () => {
    const [source, out, other] = ['source', 'out.vmdk', 'link.vmdk'].map((name) => join(home, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(source, Buffer.alloc(1024 * 1024, 'x'));
    const writeOut = (path: string, signal = go) =>
      images().writeOut(ID, { path, format: 'vmdk' }, () => undefined, signal);
    await images().addDisk(
      ID,
      {
        ...{ shown: 'x', format: 'raw', base: null, bytes: 1024 * 1024 },
        async *read() {
          yield await Promise.resolve(readFileSync(source));
        },
      },
      () => undefined,
      go,
    );
    await expect(writeOut(out, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
    writeFileSync(`${out}.${ID}.part`, 'what a killed engine left');
    expect(await writeOut(out)).toBeGreaterThan(0);
    execFileSync('qemu-img', ['convert', '-f', 'vmdk', '-O', 'raw', out, join(home, 'back')]);
    expect(readFileSync(join(home, 'back')).equals(readFileSync(source))).toBe(true);
    symlinkSync(join(home, 'nowhere'), other);
    for (const path of [out, other]) await expect(writeOut(path)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(writeOut(join(home, 'no', 'folder'))).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'path' });
    expect(readdirSync(home).filter((name) => name.endsWith('.part'))).toEqual([]);
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
