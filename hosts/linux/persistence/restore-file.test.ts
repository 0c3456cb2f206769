import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { specFor } from '../../../engine/plan/model/wanted';
import type { KeepOrder } from '../../../engine/ports/host-driver';
import { LocalShell } from '../../shells/local';
import type { Shell } from '../../shell';
import { keep } from './keep';
import { digestOf, restoreFile, unitText } from './restore-file';

const STORE = '0198c5a0-0000-7000-8000-0000000000aa';
const go = new AbortController().signal;
const root = mkdtempSync(join(tmpdir(), 'atoll-keep-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const spec = (bridge: string, mtu = 1500) =>
  specFor(STORE, STORE, { id: '0198c5a0-0000-7000-8000-0000000000bb', bridge, mtu });
const ORDER: KeepOrder = { bridges: [spec('blue')], setup: [{ kind: 'link.up', link: 'eth1', up: true }] };
const NOTHING: KeepOrder = { bridges: [], setup: [] };

/** The same script with a folder as the host's root. */
function rooted(): Shell {
  const local = new LocalShell();
  const script: Shell['script'] = (text, args, options) =>
    local.script(text.replaceAll(/([ ="])\/(etc|run)\//g, `$1${root}/$2/`), args, options);
  return Object.assign(Object.create(local) as Shell, { script });
}

const FILE = join(root, 'etc/atoll/atoll-0000000000aa.sh');
const UNIT = join(root, 'etc/systemd/system/atoll-0000000000aa.service');

describe('what a host recreates at boot', () => {
  beforeEach(() => rmSync(root, { recursive: true, force: true }));

  it('is nothing without systemd', async () => {
    mkdirSync(root, { recursive: true });
    expect(await keep(rooted(), STORE, ORDER, go)).toBe(false);
    expect(readdirSync(root)).toEqual([]);
  });

  it('is one complete file and one unit, and neither without networks', async () => {
    mkdirSync(join(root, 'run/systemd/system'), { recursive: true });
    expect(await keep(rooted(), STORE, ORDER, go)).toBe(true);
    expect(readFileSync(FILE, 'utf8')).toBe(restoreFile(STORE, ORDER));
    expect(readFileSync(UNIT, 'utf8')).toBe(unitText(STORE));
    expect(readdirSync(join(root, 'etc/atoll'))).toEqual(['atoll-0000000000aa.sh']);
    expect(readdirSync(join(root, 'etc/systemd/system')).sort()).toEqual([
      'atoll-0000000000aa.service',
      'multi-user.target.wants',
    ]);
    expect(await keep(rooted(), STORE, NOTHING, go)).toBe(true);
    expect([existsSync(UNIT), existsSync(join(root, 'etc/atoll'))]).toEqual([false, false]);
    expect(readdirSync(join(root, 'etc/systemd/system/multi-user.target.wants'))).toEqual([]);
  });

  it('stays unchanged if the new file arrives truncated', async () => {
    mkdirSync(join(root, 'run/systemd/system'), { recursive: true });
    await keep(rooted(), STORE, ORDER, go);
    const cut = rooted();
    const script: Shell['script'] = (text, args, options) =>
      cut.script(text, args, { ...options, stdin: String(options?.stdin).slice(0, -10) });
    const broken = Object.assign(Object.create(cut) as Shell, { script });
    await expect(keep(broken, STORE, { ...ORDER, bridges: [spec('green')] }, go)).rejects.toMatchObject({ exit: 5 });
    expect(readFileSync(FILE, 'utf8')).toBe(restoreFile(STORE, ORDER));
    expect(readdirSync(join(root, 'etc/atoll'))).toEqual(['atoll-0000000000aa.sh']);
  });

  it('changes if anything in it changes', () => {
    const others = [NOTHING, { ...ORDER, bridges: [spec('blue', 1400)] }, { ...ORDER, setup: [] }];
    expect(new Set([ORDER, ...others].map((order) => digestOf(STORE, order))).size).toBe(4);
    expect(restoreFile(STORE, ORDER).split('\n')[1]).toBe(`# atoll ${digestOf(STORE, ORDER)}`);
  });

  it('is shell code that dash and bash accept, with usage instructions', () => {
    for (const sh of ['dash', 'bash']) execFileSync(sh, ['-n'], { input: restoreFile(STORE, ORDER) });
    expect(() => execFileSync('sh', ['-s'], { input: restoreFile(STORE, ORDER), stdio: 'pipe' })).toThrow(
      /restore\|clean/,
    );
  });
});
