import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backup, Cluster, Network } from '../../contract';
import { AtollCli } from '../support/atoll-cli';
import { isAlive } from '../support/processes';
import { type Program, builtProgram } from '../support/program';

const ROOT = process.getuid?.() === 0;
let program: Program;
let atoll: AtollCli;
const homes: AtollCli[] = [];

beforeAll(() => {
  program = builtProgram();
});
afterAll(() => program.remove());

const newHome = (): AtollCli => {
  const made = new AtollCli(program);
  homes.push(made);
  return made;
};

describe('homes, from the command line', () => {
  beforeEach(() => {
    atoll = newHome();
  });
  afterEach(async () => {
    for (const home of homes.splice(0)) await home.dispose();
  });

  it('have one engine each, also when many commands come at once', async () => {
    const counts = await Promise.all(Array.from({ length: 5 }, () => atoll.json<Cluster[]>('cluster', 'list')));
    expect(counts.every((clusters) => clusters.length === 1)).toBe(true);
    expect(readdirSync(atoll.home)).toContain('engine.sock');
    const pids = new Set(await Promise.all(Array.from({ length: 3 }, () => atoll.enginePid())));
    expect(pids.size).toBe(1);
  });

  it('refuse a second engine and name the first', async () => {
    await atoll.ok('cluster', 'list');
    const pid = await atoll.enginePid();
    const second = spawnSync(process.execPath, [join(program.cli, '..', 'daemon.js'), '--home', atoll.home], {
      encoding: 'utf8',
    });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain('error[HOME_LOCKED]');
    expect(second.stderr).toContain(String(pid));
    expect(await atoll.enginePid()).toBe(pid);
  });

  it('do not disturb each other', async () => {
    const other = newHome();
    await Promise.all([
      atoll.ok('network', 'add', 'blue', '--isolated'),
      other.ok('network', 'add', 'blue', '--isolated'),
    ]);
    const ids = await Promise.all(
      [atoll, other].map(async (cli) => (await cli.json<Network[]>('network', 'list')).map(({ id }) => id)),
    );
    expect(ids.map((list) => list.length)).toEqual([1, 1]);
    expect(ids[0]).not.toEqual(ids[1]);
    await other.ok('stop');
    expect(await atoll.json<Network[]>('network', 'list')).toHaveLength(1);
  });

  it('are private, socket and all', async () => {
    await atoll.ok('cluster', 'list');
    expect(statSync(atoll.home).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(atoll.home))
      expect([name, statSync(join(atoll.home, name)).mode & 0o077]).toEqual([name, 0]);
  });

  it.skipIf(!ROOT)('serve a user of whom no account and no HOME says anything', async () => {
    const uid = '23456';
    const nobody = ['setpriv', '--reuid', uid, '--regid', uid, '--clear-groups', 'env', '-u', 'HOME'];
    const under = [...nobody, '-u', 'XDG_DATA_HOME', '-u', 'XDG_CACHE_HOME'];
    chmodSync(join(program.cli, '..', '..'), 0o755);
    chownSync(atoll.home, Number(uid), Number(uid));
    const home = homes.pop();
    try {
      for (const args of [
        ['network', 'add', 'blue', '--isolated'],
        ['doctor'],
        ['report', '--out', join(atoll.home, 'report.txt')],
      ])
        expect((await atoll.run(args, { under })).stderr, args.join(' ')).not.toContain('INTERNAL');
      const { stdout } = await atoll.run(['event', 'list', '--json'], { under });
      expect(stdout).toContain(`"uid ${uid}"`);
      const door = spawn(under[0]!, [
        ...under.slice(1),
        process.execPath,
        program.cli,
        '--home',
        atoll.home,
        'start',
        '--no-open',
        '--json',
      ]);
      const [line] = (await once(door.stdout, 'data')) as [Buffer];
      expect(line.toString()).toContain('http://127.0.0.1:');
      door.kill();
      await once(door, 'close');
      const without = spawnSync(under[0]!, [...under.slice(1), process.execPath, program.cli, 'network', 'list'], {
        encoding: 'utf8',
      });
      expect(without.stderr).toContain(
        'error[BAD_INPUT]: Your user has no account with a home folder, and HOME is not set',
      );
    } finally {
      await home?.run(['stop'], { under });
      rmSync(atoll.home, { recursive: true, force: true });
    }
  });

  it('let an engine end whose home was removed, whatever it has to do', async () => {
    await atoll.ok('host', 'add', 'sim', '--simulated');
    const pid = (await atoll.enginePid()) ?? 0;
    expect(isAlive(pid)).toBe(true);
    rmSync(atoll.home, { recursive: true });
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    await atoll.ok('cluster', 'list');
  });

  it('stop an engine that nobody needs', async () => {
    await atoll.run(['cluster', 'list'], { env: { ATOLL_GRACE_MS: '200' } });
    await expect.poll(() => existsSync(join(atoll.home, 'engine.sock')), { timeout: 10_000 }).toBe(false);
    expect(await atoll.json('status')).toMatchObject({ running: false });
  });

  it('are backed up and restored', async () => {
    const file = join(atoll.home, 'backup.db');
    await atoll.ok('network', 'add', 'kept', '--isolated');
    await atoll.ok('backup', file);
    expect((await atoll.refusal('backup', file)).code).toBe('CONFLICT');
    await atoll.ok('network', 'add', 'after', '--isolated');
    const { kept } = await atoll.json<{ kept: string }>('restore', file, '--yes');
    expect((await atoll.json<Network[]>('network', 'list')).map(({ name }) => name)).toEqual(['kept']);
    expect(existsSync(kept)).toBe(true);
    writeFileSync(join(atoll.home, 'no-backup.db'), 'text');
    expect((await atoll.refusal('restore', join(atoll.home, 'no-backup.db'), '--yes')).code).toBe('STORE_FAILED');
    expect((await atoll.json<Network[]>('network', 'list')).map(({ name }) => name)).toEqual(['kept']);
  });

  it('are backed up into themselves, listed, and restored by name', async () => {
    await atoll.ok('network', 'add', 'kept', '--isolated');
    const { backup } = await atoll.json<{ backup: Backup }>('backup');
    await atoll.ok('network', 'add', 'after', '--isolated');
    const { kept } = await atoll.json<{ kept: string }>('restore', backup.name, '--yes');
    expect((await atoll.json<Network[]>('network', 'list')).map(({ name }) => name)).toEqual(['kept']);
    expect(await atoll.json('backup', 'list')).toMatchObject({
      restored: { undoneBy: { path: kept, kind: 'before_restore' } },
      rule: { automatic: true, everyHours: 24, keep: 7 },
    });
    await atoll.ok('restore', kept, '--yes');
    expect((await atoll.json<Network[]>('network', 'list')).map(({ name }) => name)).toEqual(['kept', 'after']);
    expect((await atoll.refusal('restore', 'nothing.db', '--yes')).code).toBe('NOT_FOUND');
  });

  it('with a store that is no store say so, leave it, and can be restored', async () => {
    const file = join(atoll.home, 'backup.db');
    const store = join(atoll.home, 'store.db');
    await atoll.ok('network', 'add', 'kept', '--isolated');
    await atoll.ok('backup', file);
    await atoll.ok('stop');
    writeFileSync(store, 'this is no store');
    expect(await atoll.refusal('network', 'list')).toMatchObject({ exit: 8, code: 'STORE_FAILED' });
    expect(readFileSync(store, 'utf8')).toBe('this is no store');
    await atoll.ok('restore', file, '--yes');
    expect((await atoll.json<Network[]>('network', 'list')).map(({ name }) => name)).toEqual(['kept']);
  });

  it.skipIf(!ROOT)('that are read-only say what to do (needs root: a read-only mount)', async () => {
    await atoll.ok('stop');
    const under = [
      'unshare',
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"',
      'sh',
      atoll.home,
    ];
    const { exit, stderr } = await atoll.run(['network', 'list'], { under });
    expect(exit).toBe(8);
    expect(stderr).toMatch(/error\[STORE_FAILED\]: .*read-only/);
    expect(stderr).toContain('--home');
  });

  it.skipIf(ROOT)('that may not be written say what to do (needs an ordinary user)', async () => {
    await atoll.ok('stop');
    const locked = join(atoll.home, 'locked');
    mkdirSync(locked, { mode: 0o500 });
    const { exit, stderr } = await atoll.run(['--home', join(locked, 'h'), 'network', 'list']);
    chmodSync(locked, 0o700);
    expect(exit).toBe(8);
    expect(stderr).toMatch(/error\[STORE_FAILED\]/);
  });

  it.skipIf(!ROOT)('on a full disk say what to do, and lose nothing (needs root: a small file system)', async () => {
    await atoll.ok('stop');
    const under = [
      'unshare',
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      'mount -t tmpfs -o size=64k,mode=700 none "$1" && dd if=/dev/zero of="$1/fill" bs=1k 2>/dev/null; shift; exec "$@"',
      'sh',
      atoll.home,
    ];
    const { exit, stderr } = await atoll.run(['network', 'list'], { under });
    expect(exit).toBe(8);
    expect(stderr).toMatch(/error\[STORE_FAILED\]: .*full/);
  });
});
