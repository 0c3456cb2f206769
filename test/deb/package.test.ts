import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IsolationCheck, Lab, Vm } from '../../contract';
import { blockName } from '../conformance/hosts/kind';
import { eventually } from '../support/eventually';
import { CleanDebian, missingForDebian } from './clean-debian';

const missing = missingForDebian();
const USER = 'anna';
const INSTALL = ['apt-get', 'install', '--yes', '--no-install-recommends'];
const CHECKOUT = process.cwd();

/** Builds the package as `npm run dist:deb` does, less compressed. Returns its file. */
function build(version: string, out: string): string {
  const args = ['scripts/dist-deb.mjs', '--quick', '--version', version, '--out', out];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the package could not be built: ${stderr || stdout}`);
  return join(out, `atoll_${version}_amd64.deb`);
}

const field = (deb: string, name: string): string =>
  spawnSync('dpkg-deb', ['--field', deb, name], { encoding: 'utf8' }).stdout.trim();

/** Names of the packages in a Depends line, without versions and alternatives. */
const named = (list: string): string[] => list.split(',').map((entry) => entry.trim().split(' ')[0] ?? '');

describe.skipIf(missing !== null)(blockName('the Debian package', missing), () => {
  let work: string;
  let deb: string;
  let next: string;
  let debian: CleanDebian;

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'atoll-package-'));
    deb = build('0.1.0', join(work, 'one'));
    next = build('0.1.1', join(work, 'one'));
    debian = CleanDebian.make([...named(field(deb, 'Depends')), ...recommended()]);
    await debian.enter();
    await debian.ok(['useradd', '--create-home', '--shell', '/bin/bash', USER]);
  }, 900_000);
  afterAll(async () => {
    await debian?.dispose();
    rmSync(work, { recursive: true, force: true });
  }, 120_000);

  const atoll = (...args: string[]): Promise<string> => debian.ok(['atoll', ...args], USER);
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse(await atoll(...args, '--json')) as T;
  // With what it recommends, but not with what those recommend in turn: qemu's desktop parts are ten times as much.
  const recommended = (): string[] => named(field(deb, 'Recommends'));
  const install = (file: string): Promise<string> => debian.ok([...INSTALL, debian.take(file), ...recommended()]);
  const processes = (): Promise<string> => debian.processesOf(USER);

  it('is the same, byte by byte, when it is built again', () => {
    const again = build('0.1.0', join(work, 'two'));
    expect(readFileSync(again).equals(readFileSync(deb))).toBe(true);
  });

  it('holds what runs, and nothing of how it was made', () => {
    const tree = join(work, 'tree');
    expect(spawnSync('dpkg-deb', ['--extract', deb, tree]).status).toBe(0);
    const files = readdirSync(tree, { recursive: true, encoding: 'utf8' }).filter((name) =>
      lstatSync(join(tree, name)).isFile(),
    );
    expect(files.filter((name) => /\.(map|ts|tsx)$/.test(name))).toEqual([]);
    const telling = files.filter((name) => readFileSync(join(tree, name)).includes(CHECKOUT));
    expect(telling).toEqual([]);
    const packages = JSON.parse(readFileSync('package.json', 'utf8')) as { devDependencies: Record<string, string> };
    const shipped = readdirSync(join(tree, 'usr/lib/atoll/node_modules'));
    expect(shipped.filter((name) => name in packages.devDependencies)).toEqual([]);
    const copyright = readFileSync(join(tree, 'usr/share/doc/atoll/copyright'), 'utf8');
    for (const name of shipped.filter((entry) => !entry.startsWith('@'))) expect(copyright).toContain(`  ${name} `);
    for (const source of ['linux ', 'busybox ']) expect(copyright).toContain(`  ${source}`);
  });

  it('installs with what it needs, and is in PATH with its words', async () => {
    expect((await debian.run(['which', 'virsh', 'nft', 'newuidmap'])).exit).not.toBe(0);
    await install(deb);
    expect(await json('version')).toMatchObject({ version: '0.1.0', node: expect.stringMatching(/^v24\./) as string });
    expect(
      await debian.ok(['bash', '-c', '. /usr/share/bash-completion/completions/atoll; complete -p atoll']),
    ).toContain('_atoll');
    expect(await debian.ok(['zcat', '/usr/share/man/man1/atoll.1.gz'])).toContain('.TH ATOLL 1');
    // The libraries that its Node wants are all of its own Depends.
    expect(await debian.ok(['ldd', '/usr/lib/atoll/node'])).not.toContain('not found');
  });

  it('runs the demo for an ordinary user, without internet, and it is isolated', async () => {
    await atoll('demo');
    const vms = await json<Vm[]>('vm', 'list');
    expect(vms.map(({ state }) => state)).toEqual(['up', 'up', 'up', 'up']);
    const checks = await json<IsolationCheck[]>('network', 'check', '--all', '--probe');
    expect(checks.map(({ verdict }) => verdict)).toEqual(['isolated', 'isolated']);
  });

  it('serves its screens', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      const app = spawn('atoll', ['start', '--no-open', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
      app.stdout.once('data', async (said) => {
        const { origin, pathname, hash } = new URL(JSON.parse(said).link);
        const body = JSON.stringify({ token: hash.slice(1) });
        const entered = await fetch(origin + pathname, { method: 'POST', headers: { origin }, body });
        const cookie = entered.headers.getSetCookie()[0].split(';')[0];
        const page = await (await fetch(origin, { headers: { cookie } })).text();
        const asset = await fetch(origin + /src="([^"]+)"/.exec(page)[1], { headers: { cookie } });
        console.log(entered.status, asset.status, page.includes('<title>Atoll</title>'));
        app.kill();
      });`;
    expect(await debian.ok(['/usr/lib/atoll/node', '-e', script], USER)).toBe('200 200 true\n');
  });

  it('is upgraded while labs and VMs go on, with all data', async () => {
    const [before] = await json<Lab[]>('lab', 'list');
    const vms = await json<Vm[]>('vm', 'list');
    await install(next);
    expect(await processes()).not.toContain('daemon.js');
    expect(await json('version')).toMatchObject({ version: '0.1.1' });
    expect(await json<Vm[]>('vm', 'list')).toMatchObject(vms.map(({ id, name }) => ({ id, name, state: 'up' })));
    const [after] = await json<Lab[]>('lab', 'list');
    expect(after).toMatchObject({ id: before?.id, running: true, pid: before?.pid });
  });

  it('stops labs and engines when it is removed, and leaves the data', async () => {
    expect(await processes()).toMatch(/qemu-system/);
    await debian.ok(['apt-get', 'remove', '--yes', 'atoll']);
    await eventually('the last process to end', 10_000, async () => ((await processes()) === '' ? true : undefined));
    expect(existsSync(join(debian.root, 'home', USER, '.local/share/atoll/store.db'))).toBe(true);
    expect((await debian.run(['atoll', 'version'])).exit).not.toBe(0);
  });

  it('is installed again on the data that stayed, and leaves nothing when it is purged', async () => {
    await install(next);
    expect((await json<Vm[]>('vm', 'list')).map(({ state }) => state)).toEqual(['down', 'down', 'down', 'down']);
    const owned = (await debian.ok(['dpkg', '-L', 'atoll'])).trim().split('\n');
    await debian.ok(['apt-get', 'purge', '--yes', 'atoll']);
    const left = owned.filter((path) => /atoll/.test(path) && existsSync(join(debian.root, path)));
    expect(left).toEqual([]);
    expect(await debian.ok(['find', '/etc', '/usr', '/var/lib', '-xdev', '-name', '*atoll*'])).toBe('');
    expect(await processes()).toBe('');
  });
});
