import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { LocalShell } from '../../shells/local';
import type { Shell } from '../../shell';
import { keepSetup } from './keep';

const STORE = '0198c5a0-0000-7000-8000-0000000000aa';
const root = mkdtempSync(join(tmpdir(), 'atoll-keep-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The same script on a folder that stands for the host's root. */
function rooted(): Shell {
  const local = new LocalShell();
  const script: Shell['script'] = (text, args, options) =>
    local.script(text.replaceAll(/([ =])\/(etc|run)\//g, `$1${root}/$2/`), args, options);
  return Object.assign(Object.create(local) as Shell, { script });
}

const RESTORE = [{ kind: 'link.up', link: 'eth1', up: true }] as const;

it('keeps nothing where there is no systemd, and says so', async () => {
  expect(await keepSetup(rooted(), STORE, RESTORE)).toContain('no systemd');
  expect(readdirSync(root)).toEqual([]);
});

it('writes unit and batch whole, and removes both with the last network', async () => {
  mkdirSync(join(root, 'run/systemd/system'), { recursive: true });
  mkdirSync(join(root, 'etc/systemd/system'), { recursive: true });
  expect(await keepSetup(rooted(), STORE, RESTORE)).toBeNull();
  const unit = join(root, 'etc/systemd/system/atoll-0000000000aa.service');
  expect(readFileSync(unit, 'utf8')).toContain('ExecStart=/bin/sh /etc/atoll/atoll-0000000000aa/run restore');
  const folder = join(root, 'etc/atoll/atoll-0000000000aa');
  expect(readdirSync(folder).sort()).toEqual(['restore', 'run']);
  expect(readFileSync(join(folder, 'restore'), 'utf8')).toBe('0 ip link set dev eth1 up\n');
  expect(await keepSetup(rooted(), STORE, [])).toBeNull();
  expect([existsSync(unit), existsSync(join(root, 'etc/atoll'))]).toEqual([false, false]);
  expect(readdirSync(join(root, 'etc/systemd/system/multi-user.target.wants'))).toEqual([]);
});
