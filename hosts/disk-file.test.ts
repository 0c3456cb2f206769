import { note } from '../contract/remedy';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDiskFile, checkDiskFiles } from './disk-file';
import { LocalShell } from './shells/local';

const shell = new LocalShell();
const NO_QEMU_IMG = spawnSync('qemu-img', ['--version']).error !== undefined;

let folder: string;
let disk: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-disk-'));
  disk = join(folder, 'disk');
  writeFileSync(join(folder, 'secret'), 'the secret of this computer'.padEnd(4096, '.'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const qemuImg = (...args: string[]) => execFileSync('qemu-img', args, { stdio: 'pipe' });
const secret = () => join(folder, 'secret');

/** A qcow2 header of version 3, with some of its fields changed. */
function header(change: (bytes: Buffer) => void = () => undefined): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write('QFI\xfb', 'latin1');
  bytes.writeUInt32BE(3, 4);
  bytes.writeUInt32BE(16, 20);
  bytes.writeBigUInt64BE(1048576n, 24);
  bytes.writeUInt32BE(104, 100);
  change(bytes);
  return bytes;
}

describe('a standalone disk', () => {
  it('is raw if QEMU recognizes no header', async () => {
    writeFileSync(disk, 'x'.repeat(700));
    expect(await checkDiskFile(shell, { path: disk })).toEqual({ format: 'raw', virtualBytes: 700 });
  });

  it.skipIf(NO_QEMU_IMG).each(['0.10', '1.1'])('is qcow2, compat %s (needs qemu-img)', async (compat) => {
    qemuImg('create', '-q', '-f', 'qcow2', '-o', `compat=${compat}`, disk, '3M');
    expect(await checkDiskFile(shell, { path: disk })).toEqual({ format: 'qcow2', virtualBytes: 3 * 1024 * 1024 });
  });

  it.skipIf(NO_QEMU_IMG)('is qcow2 with snapshots, extended L2 and another compression (needs qemu-img)', async () => {
    qemuImg('create', '-q', '-f', 'qcow2', '-o', 'extended_l2=on,compression_type=zlib', disk, '3M');
    qemuImg('snapshot', '-c', 'one', disk);
    expect(await checkDiskFile(shell, { path: disk })).toMatchObject({ format: 'qcow2' });
  });
});

describe.skipIf(NO_QEMU_IMG)('a disk that refers to other files is refused (needs qemu-img)', () => {
  const over = (backing: string, ...more: string[]) =>
    qemuImg('create', '-q', '-u', '-f', 'qcow2', ...more, '-b', backing, disk, '1M');

  it.each<[string, () => void]>([
    ['a backing file', () => over(secret(), '-F', 'raw')],
    ['a backing file of a format that is left out', () => (over(secret(), '-F', 'raw'), dropFormat())],
    ['a backing file beside it', () => over('secret', '-F', 'raw')],
    [
      'a backing file by json:',
      () => over(`json:{"driver":"raw","file":{"driver":"file","filename":"${secret()}"}}`, '-F', 'raw'),
    ],
    ['a backing file over nbd:', () => over('nbd://127.0.0.1:10809', '-F', 'raw')],
    ['a backing file over https:', () => over('https://127.0.0.1/x', '-F', 'raw')],
    ['a backing file of an old header', () => over(secret(), '-F', 'raw', '-o', 'compat=0.10')],
    [
      'a data file',
      () => qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${join(folder, 'data')}`, disk, '1M'),
    ],
    [
      'a raw data file',
      () =>
        qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${join(folder, 'data')},data_file_raw=on`, disk, '1M'),
    ],
  ])('%s', async (_, make) => {
    make();
    for (const format of [undefined, 'qcow2'] as const)
      await expect(checkDiskFile(shell, { path: disk, format, field: 'boot.path' })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        field: 'boot.path',
        message: expect.stringMatching(/depends on another file/) as string,
        remedy: note(expect.stringContaining('qemu-img convert') as string),
      });
  });

  function dropFormat(): void {
    const fd = openSync(disk, 'r+');
    const bytes = Buffer.alloc(512);
    readSync(fd, bytes, 0, 512, 0);
    // Turns the extension "backing file format" into one that QEMU does not know and skips.
    const at = bytes.indexOf(Buffer.from('e2792aca', 'hex'));
    expect(at).toBeGreaterThan(0);
    bytes.write('12345678', at, 'hex');
    writeFileSync(disk, bytes, { flag: 'r+' });
  }

  it('does not connect to or open anything while checking', async () => {
    let connections = 0;
    const server = createServer((socket) => (connections++, socket.destroy())).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    over(`nbd://127.0.0.1:${port}`, '-F', 'raw');
    await expect(checkDiskFile(shell, { path: disk })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await new Promise((resolve) => server.close(resolve));
    expect(connections).toBe(0);
  });

  it('except the base of an overlay, which is given explicitly', async () => {
    over(secret(), '-F', 'raw');
    const question = { path: disk, format: 'qcow2', isOverlay: true } as const;
    expect(await checkDiskFile(shell, question)).toEqual({ format: 'qcow2', virtualBytes: 1048576 });
    qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${join(folder, 'data')}`, disk, '1M');
    await expect(checkDiskFile(shell, question)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it.each(['vmdk', 'vdi', 'vhdx', 'vpc', 'qed', 'qcow', 'parallels'])('the format %s', async (format) => {
    qemuImg('create', '-q', '-f', format, disk, '1M');
    await expect(checkDiskFile(shell, { path: disk })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: `The disk ${disk} has the format ${format}`,
    });
  });

  it('a LUKS container, and an encrypted qcow2', async () => {
    qemuImg(
      'create',
      '-q',
      '--object',
      'secret,id=s,data=x',
      '-f',
      'luks',
      '-o',
      'key-secret=s,iter-time=10',
      disk,
      '1M',
    );
    await expect(checkDiskFile(shell, { path: disk })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    const options = 'encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10';
    qemuImg('create', '-q', '--object', 'secret,id=s,data=x', '-f', 'qcow2', '-o', options, disk, '1M');
    await expect(checkDiskFile(shell, { path: disk })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining('encrypted') as string,
    });
  });
});

describe('a header', () => {
  const refuses = (code: string, words: string) => ({ code, message: expect.stringContaining(words) as string });

  it('with an unknown feature is refused', async () => {
    writeFileSync(
      disk,
      header((bytes) => bytes.writeBigUInt64BE(1n << 9n, 72)),
    );
    await expect(checkDiskFile(shell, { path: disk })).rejects.toMatchObject(refuses('NOT_SUPPORTED', 'features'));
  });

  it.each([0, 1, 4, 255])('of version %s is not a valid qcow2 header', async (version) => {
    writeFileSync(
      disk,
      header((bytes) => bytes.writeUInt32BE(version, 4)),
    );
    await expect(checkDiskFile(shell, { path: disk })).rejects.toMatchObject(refuses('NOT_SUPPORTED', 'format qcow'));
  });

  it('that is truncated is refused', async () => {
    writeFileSync(disk, header());
    truncateSync(disk, 90);
    await expect(checkDiskFile(shell, { path: disk })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  it("of a text file that names a disk's files is refused", async () => {
    writeFileSync(disk, `# Disk DescriptorFile\nversion=1\nRW 8 FLAT "${secret()}" 0\n`);
    await expect(checkDiskFile(shell, { path: disk })).rejects.toMatchObject(refuses('NOT_SUPPORTED', 'vmdk'));
    writeFileSync(disk, `# a comment\n\nversion=1\nRW 8 FLAT "${secret()}" 0\n`);
    await expect(checkDiskFile(shell, { path: disk })).rejects.toMatchObject(refuses('NOT_SUPPORTED', 'vmdk'));
  });

  it('is ignored if the disk is known to be raw: the guest can have written it', async () => {
    writeFileSync(
      disk,
      header((bytes) => bytes.writeBigUInt64BE(400n, 8)),
    );
    expect(await checkDiskFile(shell, { path: disk, format: 'raw' })).toEqual({ format: 'raw', virtualBytes: 512 });
  });

  it('is required if the disk is known to be qcow2', async () => {
    writeFileSync(disk, Buffer.alloc(4096));
    await expect(checkDiskFile(shell, { path: disk, format: 'qcow2' })).rejects.toMatchObject(
      refuses('BAD_INPUT', 'is not a qcow2 file'),
    );
  });
});

describe('anything but a regular file is refused', () => {
  it.each<[string, string, () => string]>([
    ['nothing', 'does not exist', () => disk],
    ['a folder', 'is not a regular file', () => folder],
    ['a device', 'is not a regular file', () => '/dev/zero'],
    ['a FIFO, without waiting for it', 'is not a regular file', () => (execFileSync('mkfifo', [disk]), disk)],
    ['a file without anything in it', 'is empty', () => (writeFileSync(disk, ''), disk)],
    ['a link to nothing', 'is a link to nothing', () => (symlinkSync('/no/such/file', disk), disk)],
  ])('%s', async (_, words, make) => {
    await expect(checkDiskFile(shell, { path: make() })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining(words) as string,
    });
  });

  it('a symbolic link that the user names, reporting its target; a folder on the path can be a link', async () => {
    symlinkSync(secret(), disk);
    await expect(checkDiskFile(shell, { path: disk })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: `The disk ${disk} is a symbolic link to ${secret()}`,
      remedy: note(`Name that file itself: ${secret()}`),
    });
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real', 'raw'), 'x');
    symlinkSync(join(folder, 'real'), join(folder, 'way'));
    expect(await checkDiskFile(shell, { path: join(folder, 'way', 'raw') })).toMatchObject({ format: 'raw' });
  });

  it.skipIf(process.getuid?.() === 0)('an unreadable file (needs an ordinary user)', async () => {
    writeFileSync(disk, 'x', { mode: 0 });
    await expect(checkDiskFile(shell, { path: disk })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('several files', () => {
  it('are answered in order, whatever their names contain', async () => {
    const odd = join(folder, `a 'b" $(touch pwned)\nfile 1 00`);
    writeFileSync(odd, 'x'.repeat(10));
    writeFileSync(disk, header());
    const questions = [{ path: odd, format: 'raw' }, { path: disk }, { path: odd }] as const;
    expect(await checkDiskFiles(shell, questions)).toEqual([
      { format: 'raw', virtualBytes: 10 },
      { format: 'qcow2', virtualBytes: 1048576 },
      { format: 'raw', virtualBytes: 10 },
    ]);
  });

  it.each(['', 'file 10', 'file x 00', 'file 10 00\nfile 10 00', 'file 99999 00', 'fine', 'file 1 zz'])(
    'are refused when the host answers %j',
    async (stdout) => {
      const liar = { name: 'liar', script: () => Promise.resolve({ exit: 0, stdout, stderr: '' }) };
      await expect(checkDiskFile(liar, { path: '/disk' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    },
  );
});
