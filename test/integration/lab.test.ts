import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lives, readIdentity } from '../../hosts/lab/identity';
import { listLabs } from '../../hosts/lab/labs';
import { Lab } from '../../hosts/lab/life';
import { LabShell } from '../../hosts/shells/lab';
import { blockName } from '../conformance/hosts/kind';
import { labHere } from '../support/lab-here';
import { isAlive, kill9, mountsOf, namespaceOf, processesOf, ticksNow } from '../support/processes';

const { networks: missing } = await labHere();
const go = new AbortController().signal;
/** Until it holds, or 10 s have passed. */
const eventually = (look: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(look, { timeout: 10_000, interval: 20 });

/** The life of labs, as root or as an ordinary user: whoever runs this. */
describe.skipIf(missing !== null)(blockName('labs', missing), () => {
  let home: string;
  let labs: Lab[];
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'atoll-labs-'));
    labs = [];
  });
  afterEach(async () => {
    for (const lab of labs) await lab.remove(go);
    rmSync(home, { recursive: true, force: true });
  });

  const newLab = (id: string = randomUUID(), inHome = home): Lab => {
    const lab = new Lab(inHome, id);
    labs.push(lab);
    return lab;
  };
  const idOf = (lab: Lab): string => lab.paths.root.split('/').at(-1) ?? '';

  it('have their own network, processes, sysfs and libvirt, and are silent from birth', async () => {
    const lab = newLab();
    await lab.start(go);
    const shell = new LabShell(lab);
    const inside = async (script: string): Promise<string> => (await shell.script(script, [])).stdout.trim();
    expect(await inside('id -u')).toBe('0');
    expect(await inside('ls /sys/class/net')).toBe('lo');
    expect(await inside('cat /proc/sys/net/ipv6/conf/default/disable_ipv6')).toBe('1');
    expect(Number(await inside('ps -e -o pid= | wc -l'))).toBeLessThan(12);
    expect(await inside('tr "\\0" " " </proc/1/cmdline')).toContain(lab.paths.init);
    expect(
      await inside('ip link add atolltest type bridge && cat /proc/sys/net/ipv6/conf/atolltest/disable_ipv6'),
    ).toBe('1');
    expect(execFileSync('ip', ['-br', 'link']).toString()).not.toContain('atolltest');
  });

  it('are not entered before they are ready, by whoever finds them', async () => {
    const lab = newLab();
    const other = new Lab(home, idOf(lab));
    const starting = lab.start(go);
    await vi.waitFor(() => expect(readIdentity(lab.paths.identity)).not.toBeNull(), { timeout: 10_000, interval: 0 });
    expect(() => other.enter()).toThrow(/is still starting/);
    const identity = await starting;
    expect(other.enter()).toMatchObject({ pid: identity.pid });
    writeFileSync(lab.paths.starting, '');
    let known = false;
    const found = new Lab(home, idOf(lab)).start(go).then(() => (known = true));
    // The start of this process ended long ago: what it waits for is the file.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(known).toBe(false);
    rmSync(lab.paths.starting);
    await found;
  });

  it('are started once, however often they are asked to', async () => {
    const lab = newLab();
    const first = await lab.start(go);
    expect(await lab.start(go)).toEqual(first);
    expect(await newLab(idOf(lab)).start(go)).toEqual(first);
  });

  it('are started once, by whoever asks at the same time', async () => {
    const first = newLab();
    const both = await Promise.all([first.start(go), newLab(idOf(first)).start(go)]);
    expect(both[1]).toEqual(both[0]);
    expect(first.find()).toEqual(both[0]);
  });

  it('are found though what was written about them was lost', async () => {
    const lab = newLab();
    const identity = await lab.start(go);
    writeFileSync(lab.paths.identity, '{"pid":');
    const again = newLab(idOf(lab));
    expect(again.find()).toBeNull();
    expect(await again.start(go)).toEqual(identity);
    expect(readIdentity(lab.paths.identity)).toEqual(identity);
    rmSync(lab.paths.identity);
    await newLab(idOf(lab)).stop(go);
    expect(lives(identity)).toBe(false);
  });

  it('are several at once, in one home and in two, and one ends without the others', async () => {
    const other = mkdtempSync(join(tmpdir(), 'atoll-labs-'));
    try {
      const three = [newLab(), newLab(), newLab(randomUUID(), other)];
      const identities = await Promise.all(three.map((lab) => lab.start(go)));
      expect(new Set(identities.map(({ pid }) => namespaceOf(pid, 'net'))).size).toBe(3);
      for (const lab of three) await new LabShell(lab).run(['ip', 'link', 'add', 'blue', 'type', 'bridge']);
      await three[0]!.stop(go);
      expect(identities.map(lives)).toEqual([false, true, true]);
      await expect(new LabShell(three[0]!).run(['true'])).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
      await new LabShell(three[1]!).run(['ip', 'link', 'show', 'blue']);
      expect((await listLabs(home)).map(({ running }) => running).sort()).toEqual([false, true]);
      await three[2]!.remove(go);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  it('leave nothing when they stop: no process, no mount, no file in /run, only what is kept', async () => {
    const lab = newLab();
    const runBefore = listed('/run');
    const { pid } = await lab.start(go);
    const namespaces = [namespaceOf(pid, 'pid'), namespaceOf(pid, 'net'), namespaceOf(pid, 'mnt')];
    const shell = new LabShell(lab);
    const stream = await shell.stream(['ip', 'monitor'], () => undefined);
    await shell.script('setsid sleep 1000 >/dev/null 2>&1 & touch /run/left /run/atoll/left', []);
    expect(processesOf(lab.paths.root, namespaces)).not.toEqual([]);
    await lab.stop(go);
    const stopped = ticksNow();
    await stream.ended;
    await eventually(() => expect(processesOf(lab.paths.root, namespaces, stopped)).toEqual([]));
    expect(mountsOf(lab.paths.root)).toEqual([]);
    expect(listed('/run')).toEqual(runBefore);
    expect(await lab.isLocked()).toBe(false);
    await lab.stop(go);
  });

  it('are found again by whoever comes later, from what is in their folder', async () => {
    const lab = newLab();
    const { pid } = await lab.start(go);
    const again = new Lab(home, idOf(lab));
    expect(again.find()?.pid).toBe(pid);
    expect((await new LabShell(again).run(['hostname'])).exit).toBe(0);
  });

  it('are made again after they were killed, with their files', async () => {
    const lab = newLab();
    const first = await lab.start(go);
    await new LabShell(lab).script('echo kept >"$1"', [join(lab.paths.disks, 'file')]);
    kill9(first.pid);
    await eventually(() => expect(lab.find()).toBeNull());
    const second = await lab.start(go);
    expect(second.startTime === first.startTime && second.pid === first.pid).toBe(false);
    expect(readFileSync(join(lab.paths.disks, 'file'), 'utf8')).toBe('kept\n');
  });

  it('are made again after a reboot: an identity of another boot is nobody', async () => {
    const lab = newLab();
    const identity = await lab.start(go);
    await lab.stop(go);
    // A process that has the pid now, as after a reboot; it must live on.
    writeFileSync(lab.paths.identity, JSON.stringify({ ...identity, pid: process.pid, bootId: randomUUID() }));
    const second = await newLab(idOf(lab)).start(go);
    expect(second.pid).not.toBe(process.pid);
  });

  it('reap what is orphaned in them', async () => {
    const lab = newLab();
    await lab.start(go);
    const shell = new LabShell(lab);
    await shell.script('for i in 1 2 3 4 5; do sh -c "sleep 0.05 &" & done; wait', []);
    await eventually(async () => {
      const { stdout } = await shell.script('ps -e -o stat= | grep -c ^Z', [], { okExits: [0, 1] });
      expect(stdout.trim()).toBe('0');
    });
  });

  it('tell their sizes', async () => {
    const lab = newLab();
    await lab.start(go);
    await new LabShell(lab).script('head -c 3000000 /dev/urandom >"$1"; sync "$1"', [join(lab.paths.disks, 'file')]);
    const [facts] = await listLabs(home);
    expect(facts).toMatchObject({
      id: idOf(lab),
      running: true,
      rootless: process.getuid?.() !== 0,
      path: lab.paths.root,
    });
    expect(facts?.diskBytes).toBeGreaterThan(3_000_000);
    expect(facts?.memoryBytes).toBeGreaterThan(1_000_000);
    expect(facts?.memoryBytes).toBeLessThan(500_000_000);
  });

  it('are removed with their folder, also where files belong to other ids of theirs', async () => {
    const lab = newLab();
    await lab.start(go);
    await new LabShell(lab).script(
      'mkdir "$1/own" && touch "$1/own/file" && chown -R 1000:1000 "$1/own" && chmod 700 "$1/own"',
      [lab.paths.disks],
    );
    await lab.remove(go);
    expect(existsSync(lab.paths.root)).toBe(false);
    await lab.remove(go);
  });

  it('are not started again by whoever connects while they are removed', async () => {
    const lab = newLab();
    const other = new Lab(home, idOf(lab));
    const starting = other.start(go);
    const removing = lab.remove(go);
    await expect(new Lab(home, idOf(lab)).start(go)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    await starting;
    await removing;
    expect(existsSync(lab.paths.root)).toBe(false);
    await eventually(() => expect(processesOf(lab.paths.root)).toEqual([]));
  });

  it('report why they cannot start, and leave nothing', async () => {
    const lab = newLab();
    const abort = AbortSignal.abort();
    await expect(lab.start(abort)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(lab.paths.root)).toBe(false);
    // The lock is a folder: INIT can't open it, and says so.
    execFileSync('mkdir', ['-p', lab.paths.lock]);
    await expect(lab.start(go)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining('lock') as string,
    });
    expect(processesOf(lab.paths.root)).toEqual([]);
    expect(readIdentity(lab.paths.identity)).toBeNull();
    rmSync(lab.paths.lock, { recursive: true });
  });

  it('do not start for one who was cancelled while their folder was made', async () => {
    const lab = newLab();
    const cancelled = new AbortController();
    const starting = lab.start(cancelled.signal);
    starting.catch(() => undefined);
    while (!existsSync(lab.paths.init)) await new Promise(setImmediate);
    cancelled.abort();
    await expect(starting).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(lab.find()).toBeNull();
    await eventually(() => expect(processesOf(lab.paths.root)).toEqual([]));
  });
});

/** What runs for us in a lab or here must not outlive us, even if we are killed: nobody would ever end it. */
describe.skipIf(missing !== null)(blockName('the watchers of a killed engine', missing), () => {
  let home: string;
  let lab: Lab;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'atoll-labs-'));
    lab = new Lab(home, randomUUID());
    await lab.start(go);
  });
  afterAll(async () => {
    await lab.remove(go);
    rmSync(home, { recursive: true, force: true });
  });

  it('end with it, the nsenter that leads to them too; the lab lives on', async () => {
    const word = `atoll-watcher-${randomUUID()}`;
    const engine = spawn(process.execPath, [engineWith(word)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => engine.stdout.once('data', resolve));
    const watchers = (): number[] => processesOf(word).map(({ pid }) => pid);
    // In the lab nsenter and the command that it leads to; on this computer the command alone.
    await eventually(() => expect(watchers().length).toBeGreaterThanOrEqual(3));
    engine.kill('SIGKILL');
    await eventually(() => expect(watchers().filter(isAlive)).toEqual([]));
    expect(lab.find()).not.toBeNull();
  });

  /** A program that watches by the product's own shells, until it is killed. Bundled, since Node can't run TypeScript. */
  function engineWith(word: string): string {
    const contents = `
      import { Lab } from './hosts/lab/life';
      import { LabShell } from './hosts/shells/lab';
      import { LocalShell } from './hosts/shells/local';
      const lab = new Lab(${JSON.stringify(home)}, ${JSON.stringify(lab.paths.root.split('/').at(-1))});
      for (const shell of [new LabShell(lab), new LocalShell()])
        await shell.stream(['sh', '-c', 'sleep 1000; : "$0"', ${JSON.stringify(word)}], () => undefined);
      console.log('watching');
      setInterval(() => undefined, 1000);`;
    const outfile = join(home, 'engine.mjs');
    buildSync({
      stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    return outfile;
  }
});

const listed = (folder: string): string[] => readdirSync(folder).sort();
