import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readInput } from './read-input';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atoll-input-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const read = (file: string) =>
  readInput({ file, field: 'FILE', mostBytes: 1024 * 1024, hint: 'Give another.', ifTooLarge: 'Split it.' });

it('is text in UTF-8, without its byte order mark', async () => {
  const file = join(folder, 'lab.yaml');
  writeFileSync(file, '\ufeffatoll: 1\n');
  expect(await read(file)).toBe('atoll: 1\n');
  writeFileSync(file, Buffer.from('dataCenter: B\xfcro\n', 'latin1'));
  await expect(read(file)).rejects.toMatchObject({
    code: 'BAD_INPUT',
    field: 'FILE',
    message: `${file} is not text in UTF-8.`,
  });
});

it('is read no further than its limit, and its errors name it', async () => {
  await expect(read('/dev/zero')).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: '/dev/zero has more than 1 MiB.',
  });
  await expect(read(folder)).rejects.toMatchObject({ code: 'BAD_INPUT', message: `${folder} can't be read (EISDIR).` });
  await expect(read(join(folder, 'no'))).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'FILE' });
});
