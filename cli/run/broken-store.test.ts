import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupNames, homeAt } from '../../app/home';
import { AppError } from '../../contract/app-error';
import { fileWithoutEngine, withBackups } from './broken-store';

describe('a home whose database is damaged', () => {
  let folder: string;
  const put = (...names: string[]): void => {
    mkdirSync(join(folder, 'backups'));
    for (const name of names) writeFileSync(join(folder, 'backups', name), '');
  };
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atoll-broken-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('restores a backup by its name, and any other file by its path', () => {
    put('2026-01-01-manual.db');
    const home = homeAt(folder);
    expect(fileWithoutEngine(home, '2026-01-01-manual.db')).toBe(join(folder, 'backups', '2026-01-01-manual.db'));
    expect(fileWithoutEngine(home, '/elsewhere/a.db')).toBe('/elsewhere/a.db');
    expect(fileWithoutEngine(home, '../store.db')).not.toContain(folder);
  });

  it('names its backups in the error, newest first', () => {
    const damaged = new AppError('STORE_FAILED', 'The database file is damaged.');
    expect(withBackups(damaged, homeAt(folder))).toBe(damaged);
    put('2026-01-01-automatic.db', '2026-01-02-automatic.db', 'note.txt');
    expect(backupNames(homeAt(folder))).toEqual(['2026-01-02-automatic.db', '2026-01-01-automatic.db']);
    expect(withBackups(damaged, homeAt(folder))).toMatchObject({
      code: 'STORE_FAILED',
      message: 'The database file is damaged.',
      remedy: { note: expect.stringMatching(/atoll restore NAME.*2026-01-02-automatic\.db, 2026-01-01/) as string },
    });
    const other = new AppError('HOME_LOCKED', 'x');
    expect(withBackups(other, homeAt(folder))).toBe(other);
  });
});
