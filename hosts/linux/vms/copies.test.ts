import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_HARDWARE } from '../../../contract';
import type { DiskSpec, VmSpec } from '../../../engine/ports/host-driver';
import { LocalShell } from '../../shells/local';
import { LinuxCopies, copiedXml } from './copies';
import { LinuxDisks } from './data-disks';
import { domainXml } from './domain-xml';
import { loadXml } from './xml';

const NO_QEMU_IMG = spawnSync('qemu-img', ['--version']).error !== undefined;
const go = new AbortController().signal;
const id = (n: number): string => `0193a1b2-0000-7000-8000-0000000000${n}`;
const disk = (n: number, format: 'qcow2' | 'raw' = 'qcow2'): DiskSpec => ({
  ...{ id: id(n), bus: 'virtio', format, sizeBytes: 1024 * 1024, readOnly: false, discard: false },
});
const vm = (n: number, name: string, disks: DiskSpec[], more: Partial<VmSpec> = {}): VmSpec => ({
  ...{ id: id(n), name, memoryMiB: 256, cpus: 1, boot: { kind: 'devices' }, disks, vnics: [] },
  ...more,
});

describe.skipIf(NO_QEMU_IMG)('the disks of a copy (needs qemu-img)', () => {
  let folder: string;
  let copies: LinuxCopies;
  const shell = new LocalShell();
  const at = (...path: string[]) => join(folder, ...path);
  const fileOf = (of: VmSpec, n: number, format = 'qcow2') => at(of.id, `disk-${id(n)}.${format}`);
  const [from, to] = [vm(10, 'from', [disk(11), disk(12, 'raw')]), vm(20, 'to', [disk(21), disk(22, 'raw')])];
  const copied = [
    { from: disk(11), to: disk(21) },
    { from: disk(12, 'raw'), to: disk(22, 'raw') },
  ];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-copies-'));
    const place = { shell, diskDir: folder, lendsFiles: false, baseImage: (path: string) => Promise.resolve(path) };
    const options = { prepare: () => Promise.resolve(), requireOurs: () => undefined };
    const disks = new LinuxDisks(place as ConstructorParameters<typeof LinuxDisks>[0], options);
    copies = new LinuxCopies({ ...place, disks, requireOurs: () => undefined, defineFrom: () => Promise.resolve() });
    mkdirSync(at(from.id));
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', fileOf(from, 11), '1M']);
    execFileSync('qemu-img', ['snapshot', '-c', 'old', fileOf(from, 11)]);
    writeFileSync(fileOf(from, 12, 'raw'), 'r'.repeat(1024 * 1024));
    writeFileSync(at(from.id, 'nvram-uefi.fd'), 'keys');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('have the content of the original, its firmware variables, and none of its snapshots', async () => {
    for (const _time of [1, 2]) await copies.copy(from, to, copied, go);
    expect(readFileSync(fileOf(to, 22, 'raw'), 'latin1')).toBe('r'.repeat(1024 * 1024));
    const snapshots = execFileSync('qemu-img', ['snapshot', '-l', fileOf(to, 21)], { encoding: 'utf8' });
    expect(snapshots).toContain('atoll-first-day');
    expect(snapshots).not.toContain('old');
    expect(readFileSync(at(to.id, 'nvram-uefi.fd'), 'utf8')).toBe('keys');
  });

  it("are not made of a link, which QEMU's account could have put there", async () => {
    writeFileSync(at('secret'), 's'.repeat(4096));
    rmSync(fileOf(from, 12, 'raw'));
    symlinkSync(at('secret'), fileOf(from, 12, 'raw'));
    await expect(copies.copy(from, to, copied, go)).rejects.toThrow(/not a regular file|symbolic link/);
    expect(existsSync(fileOf(to, 22, 'raw'))).toBe(false);
    await expect(copies.open(from, id(12), go)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('are read as they are', async () => {
    const content = await copies.open(from, id(12), go);
    expect(content).toMatchObject({ format: 'raw', isOverlay: false, bytes: 1024 * 1024 });
    let bytes = 0;
    for await (const chunk of content.read(go)) bytes += chunk.length;
    expect(bytes).toBe(1024 * 1024);
  });

  it('do not take over the variables of another file', async () => {
    writeFileSync(at('secret'), 's');
    rmSync(at(from.id, 'nvram-uefi.fd'));
    symlinkSync(at('secret'), at(from.id, 'nvram-uefi.fd'));
    await copies.copy(from, to, copied, go);
    expect(existsSync(at(to.id, 'nvram-uefi.fd'))).toBe(false);
  });

  it("of a VM that boots a user's file include that file", async () => {
    const path = at('mine.raw');
    writeFileSync(path, 'm'.repeat(512));
    const own = vm(10, 'from', [], { boot: { kind: 'disk', path, format: 'raw' } });
    await copies.copy(own, to, [{ from: null, to: disk(22, 'raw') }], go);
    expect(readFileSync(fileOf(to, 22, 'raw'), 'latin1')).toBe('m'.repeat(512));
  });
});

describe('the definition of a copy', () => {
  beforeAll(loadXml);
  const mac = (n: number) => `56:6f:00:00:00:${n}`;
  const vnic = (n: number) => ({ id: id(n), mac: mac(n), bridge: 'br1', linked: true, mtu: 1500 });
  const context = {
    ...{ storeId: 'store', accelerated: false, folder: '/d', serialLog: '/log' },
    boot: { kernel: null, disks: [], bare: false },
  };

  it('has its own identity, and what the original has otherwise', () => {
    const hardware = { ...DEFAULT_HARDWARE, nicModel: 'e1000e' as const };
    const from = vm(10, 'web', [disk(11)], { vnics: [vnic(15)], hardware });
    const to = vm(20, 'web-2', [disk(21)], { vnics: [vnic(25)], hardware });
    const dataDisks = [{ ...disk(11), path: '/d/a' }];
    const made = domainXml(null, from, { ...context, dataDisks });
    const changed = made
      .replace('<cpu mode="maximum"/>', '<cpu mode="custom"><model>core2duo</model></cpu>')
      .replace('</devices>', '<tpm model="tpm-crb"><backend type="emulator"/></tpm></devices>')
      .replace('<devices>', '<genid>0193a1b2-0000-7000-8000-0000000000ff</genid><devices>');
    const copied = copiedXml(changed, from, to, [{ from: disk(11), to: disk(21) }]);
    for (const own of [from.id, mac(15), id(11), 'genid', '<tpm', '/d/a']) expect(copied).not.toContain(own);
    for (const new_ of [`<uuid>${to.id}</uuid>`, '<name>web-2</name>', 'core2duo', mac(25), `ua-atoll-disk-${id(21)}`])
      expect(copied).toContain(new_);
    const defined = domainXml(copied, to, { ...context, dataDisks: [{ ...disk(21), path: '/d/b' }] });
    expect(defined).toContain('/d/b');
    expect(defined).toContain('e1000e');
    expect(defined.match(/<interface /g)).toHaveLength(1);
    expect(defined.match(/device="disk"/g)).toHaveLength(1);
  });

  it("of a VM that boots a user's file has a copy in its place", () => {
    const from = vm(10, 'web', [], { boot: { kind: 'disk', path: '/mine', format: 'raw' } });
    const to = vm(20, 'web-2', [disk(21, 'raw')]);
    const boot = { ...context.boot, disks: [{ role: 'disk', path: '/mine', format: 'raw' } as const] };
    const copied = copiedXml(domainXml(null, from, { ...context, boot }), from, to, [
      { from: null, to: disk(21, 'raw') },
    ]);
    const defined = domainXml(copied, to, { ...context, dataDisks: [{ ...disk(21, 'raw'), path: '/d/b' }] });
    expect(defined).not.toContain('/mine');
    expect(defined).toContain('<target dev="vda" bus="virtio"/>');
  });
});
