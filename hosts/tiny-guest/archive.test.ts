import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cpioArchive } from './cpio';
import { isStaticProgram } from './elf';
import { moduleName } from './kernel';

/** Parses "newc" by its own rules: a header of 13 hexadecimal fields, name and data each padded to 4 bytes. */
function readArchive(archive: Buffer): Array<{ name: string; mode: number; data: string; rdev: string }> {
  const found = [];
  for (let at = 0; at < archive.length;) {
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const field = (index: number): number =>
      Number.parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    const pad = (length: number): number => Math.ceil(length / 4) * 4;
    const name = archive.toString('utf8', at + 110, at + 110 + field(11) - 1);
    const start = at + pad(110 + field(11));
    found.push({
      name,
      mode: field(1),
      data: archive.toString('utf8', start, start + field(6)),
      rdev: `${field(9)}:${field(10)}`,
    });
    at = start + pad(field(6));
  }
  return found;
}

describe('an initramfs', () => {
  it('contains folders, files, links and devices, and ends with its trailer', () => {
    const archive = cpioArchive([
      { kind: 'folder', name: 'dev' },
      { kind: 'character device', name: 'dev/console', major: 5, minor: 1 },
      { kind: 'file', name: 'init', mode: 0o755, data: Buffer.from('hello') },
      { kind: 'link', name: 'sh', target: 'busybox' },
    ]);
    expect(readArchive(archive)).toEqual([
      { name: 'dev', mode: 0o040755, data: '', rdev: '0:0' },
      { name: 'dev/console', mode: 0o020600, data: '', rdev: '5:1' },
      { name: 'init', mode: 0o100755, data: 'hello', rdev: '0:0' },
      { name: 'sh', mode: 0o120777, data: 'busybox', rdev: '0:0' },
      { name: 'TRAILER!!!', mode: 0o100000, data: '', rdev: '0:0' },
    ]);
  });
});

describe('a program', () => {
  it('that needs a dynamic linker is not static', () => {
    expect(isStaticProgram(readFileSync(process.execPath))).toBe(false);
  });

  it('is static without a PT_INTERP header, and garbage is neither', () => {
    const elf = Buffer.alloc(128);
    elf.writeUInt32BE(0x7f454c46, 0);
    elf.set([2, 1], 4);
    elf.writeBigUInt64LE(64n, 32);
    elf.writeUInt16LE(56, 54);
    elf.writeUInt16LE(1, 56);
    elf.writeUInt32LE(1, 64);
    expect(isStaticProgram(elf)).toBe(true);
    elf.writeUInt32LE(3, 64);
    expect(isStaticProgram(elf)).toBe(false);
    expect(isStaticProgram(Buffer.from('#!/bin/sh\n'))).toBe(false);
  });
});

describe('a module', () => {
  it.each([
    ['kernel/drivers/net/virtio_net.ko.xz', 'virtio_net'],
    ['kernel/drivers/input/evdev.ko', 'evdev'],
    ['kernel/x/net-failover.ko.zst', 'net_failover'],
  ])('of the file %s is %s', (file, name) => {
    expect(moduleName(file)).toBe(name);
  });
});
