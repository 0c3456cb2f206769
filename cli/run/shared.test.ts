import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeNew } from './shared';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atoll-written-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a file that a command writes', () => {
  it('is readable by its owner only, whatever the umask', async () => {
    const file = join(folder, 'report.txt');
    const before = process.umask(0);
    try {
      await writeNew(file, 'names and addresses');
    } finally {
      process.umask(before);
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('never overwrites an existing one', async () => {
    const file = join(folder, 'report.txt');
    await writeNew(file, 'first');
    await expect(writeNew(file, 'second')).rejects.toMatchObject({ code: 'CONFLICT', field: 'out' });
    expect(readFileSync(file, 'utf8')).toBe('first');
  });
});
