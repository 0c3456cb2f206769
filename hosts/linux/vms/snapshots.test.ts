import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LocalShell } from '../../shells/local';
import { fileDisks } from './boot-disks-xml';
import { LinuxSnapshots } from './snapshots';
import { loadXml } from './xml';

const NO_QEMU_IMG = spawnSync('qemu-img', ['--version']).error !== undefined;
const go = new AbortController().signal;

// No libvirt knows these VMs: an overlay alone can have snapshots too.
const [VM, COPY, SNAPSHOT] = [
  '0193a1b2-0000-7000-8000-0000000000a1',
  '0193a1b2-0000-7000-8000-0000000000a2',
  '0193a1b2-0000-7000-8000-0000000000b1',
];

let folder: string;
let disk: string;
let snapshots: LinuxSnapshots;

const qemuImg = (...args: string[]) => execFileSync('qemu-img', args, { encoding: 'utf8' });
const victim = () => join(folder, 'victim');
const digests = () => [victim(), disk].map((path) => createHash('sha256').update(readFileSync(path)).digest('hex'));
const kept = () => join(folder, '.snapshots', SNAPSHOT, VM);

/** What a QEMU that has the disk open for writing can do to it: write the header of another image, which names files of its choice. */
function rewriteHeader(...options: string[]): void {
  const other = join(folder, 'other.qcow2');
  qemuImg('create', '-q', '-u', '-f', 'qcow2', ...options, other, '1M');
  writeFileSync(disk, readFileSync(other));
}

describe.skipIf(NO_QEMU_IMG)('a disk whose header was rewritten (needs qemu-img)', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-snapshots-'));
    writeFileSync(victim(), 'v'.repeat(2 * 1024 * 1024));
    mkdirSync(join(folder, VM));
    disk = join(folder, VM, 'disk.qcow2');
    qemuImg('create', '-q', '-f', 'qcow2', disk, '1M');
    qemuImg('snapshot', '-c', 'atoll-first-day', disk);
    snapshots = new LinuxSnapshots(new LocalShell(), folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const VERBS: ReadonlyArray<readonly [name: string, run: () => Promise<unknown>]> = [
    ['frozen', () => snapshots.freeze([VM], go)],
    ['kept', () => snapshots.take('0193a1b2-0000-7000-8000-0000000000b2', VM, go)],
    ['reverted', () => snapshots.revert(SNAPSHOT, VM, go)],
    ['forgotten', () => snapshots.forget(SNAPSHOT, [VM], go)],
    ['copied', () => snapshots.copyDisks(VM, COPY, [], go)],
    ['renewed', () => snapshots.renew(VM, go)],
    ['cleaned before a start', () => snapshots.reap(VM, go)],
  ];
  const HEADERS: ReadonlyArray<readonly [what: string, words: string, rewrite: () => void]> = [
    ['a data file', 'its data file', () => rewriteHeader('-o', `data_file=${victim()}`)],
    ['a raw data file', 'its data file', () => rewriteHeader('-o', `data_file=${victim()},data_file_raw=on`)],
    [
      'a format that names files',
      'is not a qcow2 file',
      () => writeFileSync(disk, '# Disk DescriptorFile\nversion=1\n'),
    ],
  ];

  it.each(VERBS.flatMap((verb) => HEADERS.map((header) => [...verb, ...header] as const)))(
    'is not %s (case %#)',
    async (_name, run, _what, words, rewrite) => {
      await snapshots.take(SNAPSHOT, VM, go);
      mkdirSync(join(folder, '.snapshots', 'stale'));
      writeFileSync(join(folder, '.snapshots', 'stale', VM), `${SNAPSHOT} ${disk}\n`);
      rewrite();
      const before = digests();
      await expect(run()).rejects.toMatchObject({
        code: 'BAD_INPUT',
        field: 'vms',
        message: expect.stringMatching(new RegExp(`${disk} .*${words}`)) as string,
      });
      expect(digests()).toEqual(before);
      expect(existsSync(kept())).toBe(true);
      expect(existsSync(join(folder, COPY, 'disk.qcow2'))).toBe(false);
    },
  );

  it('opens no backing file that an overlay names: the definition says which it has', async () => {
    rewriteHeader('-b', join(folder, 'fifo'), '-F', 'raw');
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    await snapshots.take(SNAPSHOT, VM, go);
    await snapshots.revert(SNAPSHOT, VM, go);
    await snapshots.forget(SNAPSHOT, [VM], go);
  });

  it('does not wait for a FIFO in place of the disk, and follows no device', async () => {
    await snapshots.take(SNAPSHOT, VM, go);
    rmSync(disk);
    execFileSync('mkfifo', [disk]);
    await expect(snapshots.revert(SNAPSHOT, VM, go)).rejects.toMatchObject({
      message: expect.stringContaining('regular') as string,
    });
    rmSync(disk);
    symlinkSync('/dev/zero', disk);
    await expect(snapshots.revert(SNAPSHOT, VM, go)).rejects.toMatchObject({
      message: expect.stringContaining('regular') as string,
    });
  });
});

describe('the disks of a definition', () => {
  beforeAll(loadXml);

  it('stand alone where the definition ends their chain', () => {
    const disks = fileDisks(`<domain><devices>
      <disk type='file'><driver type='qcow2'/><source file='/ended'/><backingStore/></disk>
      <disk type='file'><driver type='qcow2'/><source file='/silent'/></disk>
      <disk type='file'><driver type='qcow2'/><source file='/chain'/>
        <backingStore type='file'><format type='raw'/><source file='/base'/><backingStore/></backingStore></disk>
    </devices></domain>`);
    expect(disks.map(({ path, standsAlone }) => [path, standsAlone])).toEqual([
      ['/ended', true],
      ['/silent', false],
      ['/chain', false],
    ]);
  });
});
