import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { homeError } from './file-errors';
import { homeAt, openHome, resolveHome } from './home';

const ROOT = process.getuid?.() === 0;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-home-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function refusal(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('which home', () => {
  it.each([
    ['--home', '/a', { ATOLL_HOME: '/b' }, '/a'],
    ['ATOLL_HOME', undefined, { ATOLL_HOME: '/b', XDG_DATA_HOME: '/c' }, '/b'],
    ['$XDG_DATA_HOME/atoll', undefined, { XDG_DATA_HOME: '/c' }, '/c/atoll'],
    [
      '~/.local/share/atoll when XDG_DATA_HOME is relative',
      undefined,
      { XDG_DATA_HOME: 'c' },
      join(homedir(), '.local/share/atoll'),
    ],
    ['~/.local/share/atoll', undefined, { ATOLL_HOME: '' }, join(homedir(), '.local/share/atoll')],
    ['an absolute path for a relative one', 'x/../y', {}, join(process.cwd(), 'y')],
  ])('%s', (_name, flag, env, path) => expect(resolveHome(flag, env).path).toBe(path));

  it('refuses control characters, which no one types on purpose', () => {
    expect(refusal(() => resolveHome('/a\nb', {}))).toMatchObject({ code: 'BAD_INPUT', field: 'home' });
  });

  it.each(['', ' '])('refuses --home %j, for which no other home is taken', (flag) => {
    expect(refusal(() => resolveHome(flag, { ATOLL_HOME: '/b' }))).toMatchObject({ code: 'BAD_INPUT', field: 'home' });
  });
});

describe('opening a home', () => {
  it('makes it, parents too, closed to others', () => {
    const home = homeAt(join(folder, 'deep', 'er'));
    openHome(home);
    openHome(home);
    expect(statSync(home.path).mode & 0o777).toBe(0o700);
  });

  it('gives up where none can be made', () => {
    expect(refusal(() => openHome(homeAt('/proc/atoll')))).toMatchObject({ code: 'STORE_FAILED' });
  });

  it('closes one that was open to others', () => {
    chmodSync(folder, 0o755);
    openHome(homeAt(folder));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['a file in its place', (path: string) => writeFileSync(path, '')],
    ['a file above it', (path: string) => writeFileSync(path, ''), 'below'],
    ['a loop of links', (path: string) => symlinkSync(path, path)],
  ])('says what to do about %s', (_name, prepare, below = '') => {
    const path = join(folder, 'h');
    prepare(path);
    const error = refusal(() => openHome(homeAt(join(path, below))));
    expect(error).toMatchObject({ code: 'STORE_FAILED', remedy: note(expect.stringContaining('--home') as string) });
  });

  it.skipIf(!ROOT)('refuses one of another user, where root would leave files of its own (needs root)', () => {
    const path = join(folder, 'theirs');
    mkdirSync(path);
    execFileSync('chown', ['65534', path]);
    expect(refusal(() => openHome(homeAt(path)))).toMatchObject({ code: 'FORBIDDEN' });
    expect(readdirSync(path)).toEqual([]);
  });

  it.each([
    ['EROFS', 'read-only'],
    ['ENOSPC', 'full disk'],
    ['EDQUOT', 'quota'],
    ['EACCES', 'may not be written'],
    ['EIO', 'errors'],
    ['EWHATEVER', 'EWHATEVER'],
  ])('turns %s into words', (code, words) => {
    const error = homeError('/h', Object.assign(new Error('x'), { code }));
    expect(error).toMatchObject({ code: 'STORE_FAILED' });
    expect(error.message).toContain(words);
    expect(error.remedy).toBeTruthy();
  });
});
