import { expect, test } from 'vitest';
import { diskSize, parseDiskSize } from './disk-size';
import { DiskBytes } from './model/disk';

const GIB = 1024 ** 3;

test.each([
  ['20G', 20 * GIB],
  ['20GiB', 20 * GIB],
  ['20 gb', 20 * GIB],
  ['1.5T', 1536 * GIB],
  ['512m', GIB / 2],
  ['1048576', 1_048_576],
  ['-1G', -GIB],
  ['', null],
  ['20 apples', null],
  ['G', null],
  ['1e9', null],
])('%j is %j bytes', (text, bytes) => expect(parseDiskSize(text)).toBe(bytes));

test.each([
  [20 * GIB, '20 GiB'],
  [1536 * GIB, '1.5 TiB'],
  [1_048_576, '1 MiB'],
])('%j bytes are shown as %j', (bytes, text) => expect(diskSize(bytes)).toBe(text));

test.each([
  ['0', 'must be at least 1 MiB'],
  ['-1', 'must be at least 1 MiB'],
  ['10E', 'must be at most 64 TiB'],
  ['2000001', 'must be a multiple of 512 bytes'],
])('%s is refused with one reason', (text, reason) => {
  expect(DiskBytes.safeParse(parseDiskSize(text)).error?.issues.map(({ message }) => message)).toEqual([reason]);
});
