import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homeAt } from './home';
import { openLog } from './logger';
import { replaceStore } from './restore';
import { RotatingFile } from './rotating-file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the log', () => {
  it('is put aside when it is full, and keeps so many', () => {
    const path = join(folder, 'x.log');
    const file = new RotatingFile(path, 10, 2);
    for (let n = 1; n <= 8; n++) file.write(`line ${n}\n`);
    file.close();
    expect(readdirSync(folder).sort()).toEqual(['x.log', 'x.log.1', 'x.log.2']);
    expect(readFileSync(path, 'utf8')).toBe('line 7\nline 8\n');
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('line 5\nline 6\n');
  });

  it('continues where an earlier engine stopped', () => {
    const path = join(folder, 'x.log');
    writeFileSync(path, 'before\n');
    const file = new RotatingFile(path);
    file.write('after\n');
    file.close();
    expect(readFileSync(path, 'utf8')).toBe('before\nafter\n');
  });

  it('drops lines but never throws when it cannot be written, and reports how many', () => {
    const path = join(folder, 'x.log');
    const file = new RotatingFile(path, 1, 1);
    file.write('first\n');
    // Rotation has to rename over this folder, which fails.
    mkdirSync(join(`${path}.1`, 'full'), { recursive: true });
    file.write('lost\n');
    rmSync(`${path}.1`, { recursive: true });
    file.write('kept\n');
    file.close();
    expect(readFileSync(path, 'utf8')).toMatch(/1 log lines were lost.*\nkept\n/s);
  });

  it('has no secrets', () => {
    const home = homeAt(folder);
    const { log, close } = openLog(home, 'info');
    log.info({ sshKey: 'ssh-ed25519 AAA', boot: { sshKey: 'BBB' }, data: 'CCC', vm: 'web' }, 'hello');
    log.debug({}, 'not at this level');
    close();
    const text = readFileSync(home.log, 'utf8');
    expect(text).toMatch(/"vm":"web".*hello/);
    expect(text).not.toMatch(/AAA|BBB|CCC|not at this level/);
  });
});

const AS_IT_IS = { prepare: () => undefined, close: () => Promise.resolve() };

describe('putting a backup in the place of the store', () => {
  it('keeps the old one with its companions, and closes it before anything is renamed', async () => {
    const home = homeAt(folder);
    writeFileSync(home.store, 'old');
    writeFileSync(`${home.store}-wal`, 'old log');
    writeFileSync(join(folder, 'backup'), 'new');
    let seen = '';
    let named: string | null = null;
    const { kept } = await replaceStore(home, join(folder, 'backup'), {
      prepare: (_incoming, name) => void (named = name),
      close: () => {
        seen = readFileSync(home.store, 'utf8');
        return Promise.resolve();
      },
    });
    expect(named).toBe(kept);
    expect(seen).toBe('old');
    expect(readFileSync(home.store, 'utf8')).toBe('new');
    expect(readFileSync(kept ?? '', 'utf8')).toBe('old');
    expect(readFileSync(`${kept}-wal`, 'utf8')).toBe('old log');
    expect(readdirSync(folder).filter((name) => name.includes('incoming') || name === 'store.db-wal')).toEqual([]);
  });

  it('changes nothing when the backup cannot be read', async () => {
    const home = homeAt(folder);
    writeFileSync(home.store, 'old');
    let closed = false;
    const attempt = replaceStore(home, join(folder, 'nothing'), {
      prepare: () => undefined,
      close: () => {
        closed = true;
        return Promise.resolve();
      },
    });
    await expect(attempt).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(closed).toBe(false);
    expect(readdirSync(folder)).toEqual(['store.db']);
  });

  it('leaves everything as it was when the copy does not pass', async () => {
    const home = homeAt(folder);
    writeFileSync(home.store, 'old');
    writeFileSync(join(folder, 'backup'), 'new');
    const prepare = (incoming: string): void => {
      expect(readFileSync(incoming, 'utf8')).toBe('new');
      throw new Error('changed in the meantime');
    };
    const close = (): Promise<void> => Promise.reject(new Error('it is not closed'));
    await expect(replaceStore(home, join(folder, 'backup'), { prepare, close })).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
    expect(readdirSync(folder).sort()).toEqual(['backup', 'store.db']);
  });

  it('needs no store before', async () => {
    writeFileSync(join(folder, 'backup'), 'new');
    const { kept } = await replaceStore(homeAt(folder), join(folder, 'backup'), AS_IT_IS);
    expect(kept).toBeNull();
  });

  it('can be taken back', async () => {
    const home = homeAt(folder);
    writeFileSync(home.store, 'old');
    writeFileSync(join(folder, 'backup'), 'new');
    const replaced = await replaceStore(home, join(folder, 'backup'), AS_IT_IS);
    writeFileSync(`${home.store}-wal`, 'log of the new one');
    replaced.putBack();
    expect(readFileSync(home.store, 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['backup', 'store.db']);
  });
});
