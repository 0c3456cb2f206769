import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vm } from '../../contract';
import type { Shell } from '../../hosts/shell';
import { labPaths } from '../../hosts/lab/paths';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import { AtollCli } from '../support/atoll-cli';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';
import { type Program, builtProgram } from '../support/program';
import { SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';

const { vms: missing } = await sshHere();
const { vms: noLab } = await labHere();
const MIB = 1_048_576;

/** A base image of 8 MiB that nothing boots from; a VM runs all the same. */
function makeImage(folder: string): string {
  const raw = join(folder, 'base.raw');
  writeFileSync(raw, randomBytes(8 * MIB));
  execFileSync('qemu-img', ['convert', '-O', 'qcow2', raw, join(folder, 'base.qcow2')]);
  execFileSync('qemu-img', ['resize', '-q', join(folder, 'base.qcow2'), '512M']);
  return join(folder, 'base.qcow2');
}

/** A host of any sort, with the hand that reaches into it past the engine. */
interface Place {
  readonly name: string;
  readonly shell: Shell;
  readonly disks: string;
}

const defined = async ({ shell }: Place): Promise<string> =>
  (await shell.run(['virsh', '-q', 'list', '--all', '--uuid'])).stdout;
const overlay = (place: Place, vm: Vm): string => `${place.disks}/${vm.id}/disk.qcow2`;
const exists = async ({ shell }: Place, path: string): Promise<boolean> =>
  (await shell.run(['test', '-e', path], { okExits: [0, 1] })).exit === 0;
/** What the guest would read, its base image and all. */
async function content(place: Place, vm: Vm): Promise<string> {
  const script = 'qemu-img convert -O raw "$1" "$1.flat" && sha256sum <"$1.flat"; s=$?; rm -f "$1.flat"; exit $s';
  return (await place.shell.script(script, [overlay(place, vm)], { timeoutMs: 60_000 })).stdout.trim();
}
const write = (place: Place, vm: Vm, what: string): Promise<unknown> =>
  place.shell.run(['qemu-io', '-c', `write ${what}`, overlay(place, vm)], { timeoutMs: 60_000 });

describe.skipIf(missing !== null)(blockName('moving a VM between labs and hosts over SSH', missing), () => {
  let app: LabApp;
  let net: SshHosts;
  let folder: string;
  const places = new Map<string, Place>();
  const machines = new Map<string, SshTestHost>();
  const place = (name: string): Place => places.get(name)!;
  const vm = (name = 'db'): Promise<Vm> => app.client.vms.show({ vm: name });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-move-'));
    [app, net] = await Promise.all([LabApp.open(), SshHosts.open()]);
    for (const name of ['lab1', 'lab2']) {
      const { host } = await app.client.hosts.add({ name, how: { kind: 'lab' } });
      await eventually(`${name} to be up`, 60_000, async () =>
        (await app.client.hosts.show({ host: name })).host.state === 'up' ? true : undefined,
      );
      places.set(name, { name, shell: app.lab(host.id).shell, disks: labPaths(app.home.path, host.id).disks });
    }
    for (const name of ['ssh1', 'ssh2']) {
      const machine = await net.add();
      machines.set(name, machine);
      await app.done(app.client.hosts.add({ name, how: machine.how() }));
      const { stdout } = await machine.shell.script('echo /var/lib/libvirt/atoll/*/disks', []);
      places.set(name, { name, shell: machine.shell, disks: stdout.trim() });
    }
    await app.done(app.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await app.done(app.client.images.add({ name: 'base', path: makeImage(folder) }));
    const boot = { kind: 'image', image: 'base' } as const;
    await app.done(
      app.client.vms.add({ name: 'db', host: 'lab1', boot, memoryMiB: 64, vnics: [{ network: 'blue' }], start: true }),
    );
    await app.done(app.client.vms.stop({ vm: 'db' }));
    await write(place('lab1'), await vm(), '-P 0x5a 1M 24M');
    await place('lab1').shell.run(['virsh', 'desc', (await vm()).id, '--config', 'words of a person']);
  });
  afterAll(async () => {
    await app.dispose();
    await net.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['lab1', 'lab2'],
    ['lab2', 'ssh1'],
    ['ssh1', 'ssh2'],
    ['ssh2', 'lab1'],
  ])('takes disk and definition from %s to %s, and leaves nothing on the old one', async (from, to) => {
    const before = await vm();
    const bytes = await content(place(from), before);
    const job = await app.done(app.client.vms.move({ vm: 'db', host: to }));
    expect(job?.steps[1]?.message).toMatchObject({ type: 'result.copied', params: { files: 1 } });
    const after = await vm();
    expect({ ...after, hostId: '' }).toEqual({ ...before, hostId: '' });
    expect(await content(place(to), after)).toBe(bytes);
    expect(await defined(place(to))).toContain(after.id);
    expect(await defined(place(from))).not.toContain(after.id);
    expect(await exists(place(from), `${place(from).disks}/${after.id}`)).toBe(false);
    const { stdout } = await place(to).shell.run(['virsh', 'desc', after.id, '--config']);
    expect(stdout).toContain('words of a person');
    const xml = (await place(to).shell.run(['virsh', 'dumpxml', after.id])).stdout;
    expect(xml).toContain(overlay(place(to), after));
    expect(xml).toContain(after.vnics[0]!.mac);
  });

  it('starts where it was moved to', async () => {
    await app.done(app.client.vms.move({ vm: 'db', host: 'ssh1' }));
    await app.done(app.client.vms.start({ vm: 'db' }));
    await app.vmIs('db', 'up', 30_000);
    await app.done(app.client.vms.stop({ vm: 'db' }));
  });

  it('copies a disk of a person that only its host has, and lets the original be', async () => {
    const own = `${folder}/own`;
    execFileSync('mkdir', ['-p', own]);
    // A file system that only this host sees.
    await place('ssh1').shell.run(['mount', '-t', 'tmpfs', 'none', own]);
    await place('ssh1').shell.script('head -c 3000000 /dev/urandom >"$1"', [`${own}/it's mine.raw`]);
    const hash = async (at: Place, path: string): Promise<string> =>
      (await at.shell.script('sha256sum <"$1"', [path])).stdout.trim();
    const boot = { kind: 'disk', path: `${own}/it's mine.raw` } as const;
    await app.done(app.client.vms.add({ name: 'own', host: 'ssh1', boot, memoryMiB: 64, start: true }));
    await app.done(app.client.vms.stop({ vm: 'own' }));
    await app.done(app.client.vms.move({ vm: 'own', host: 'ssh2' }));
    const moved = await vm('own');
    const path = moved.boot.kind === 'disk' ? moved.boot.path : '';
    expect(path).toBe(`${place('ssh2').disks}/${moved.id}/it_s_mine.raw`);
    expect(await hash(place('ssh2'), path)).toBe(await hash(place('ssh1'), boot.path));
    await app.done(app.client.vms.start({ vm: 'own' }));
    await app.done(app.client.vms.stop({ vm: 'own' }));
  });

  it('brings a CD image of this computer to a host over SSH that has it not', async () => {
    const iso = join(folder, 'install.iso');
    writeFileSync(iso, randomBytes(MIB));
    await place('ssh2').shell.run(['mount', '-t', 'tmpfs', 'none', folder]);
    try {
      const cd = { boot: { kind: 'devices' as const }, cdroms: [{ path: iso }] };
      await app.done(app.client.vms.add({ name: 'cd', host: 'ssh2', ...cd, memoryMiB: 64, start: true }));
      const xml = (await place('ssh2').shell.run(['virsh', 'dumpxml', (await vm('cd')).id])).stdout;
      expect(xml).toMatch(/files\/\d+-\d+-install\.iso/);
      await app.done(app.client.vms.stop({ vm: 'cd' }));
    } finally {
      await place('ssh2').shell.run(['umount', folder]);
    }
  });

  it('looks for room first, and changes nothing where there is none', async () => {
    const { disks, shell } = place('ssh2');
    await shell.run(['mount', '-t', 'tmpfs', '-o', 'size=48m', 'none', disks]);
    try {
      const job = await app.ended(app.client.vms.move({ vm: 'db', host: 'ssh2' }));
      expect(job?.error).toMatchObject({ code: 'NO_CAPACITY' });
      expect(job?.error?.message).toContain('There is not enough space on "ssh2"');
    } finally {
      await shell.run(['umount', disks]);
    }
    expect(await vm()).toMatchObject({
      state: 'down',
      hostId: (await app.client.hosts.show({ host: 'ssh1' })).host.id,
    });
  });

  it('is cancelled in the middle of the copy without a trace', async () => {
    await write(place('ssh1'), await vm(), '-P 0x33 32M 400M');
    const { job } = await app.client.vms.move({ vm: 'db', host: 'lab2' });
    await eventually('the copy to be running', 60_000, async () =>
      (await app.client.jobs.show({ job: job! })).steps[1]?.message?.type === 'result.progress' ? true : undefined,
    );
    await app.client.jobs.cancel({ job: job! });
    expect((await app.ended({ job }))?.state).toBe('cancelled');
    const still = await vm();
    expect(still.state).toBe('down');
    expect(await defined(place('lab2'))).not.toContain(still.id);
    expect(await exists(place('lab2'), `${place('lab2').disks}/.incoming`)).toBe(false);
    expect(await defined(place('ssh1'))).toContain(still.id);
  });

  it('fails on a cut connection with the VM where it was, and clears the half copy when the host is back', async () => {
    const { job } = await app.client.vms.move({ vm: 'db', host: 'ssh2' });
    await eventually('the copy to be running', 60_000, async () =>
      (await app.client.jobs.show({ job: job! })).steps[1]?.message?.type === 'result.progress' ? true : undefined,
    );
    await machines.get('ssh2')!.cable(false);
    const ended = await app.ended({ job });
    expect(ended?.state).toBe('failed');
    const still = await vm();
    expect(still).toMatchObject({ state: 'down' });
    expect(still.reason).toMatchObject({ type: 'reason.vm.move_failed', params: { host: 'ssh2' } });
    await machines.get('ssh2')!.cable(true);
    await eventually('the half copy to be gone', 90_000, async () =>
      (await exists(place('ssh2'), `${place('ssh2').disks}/.incoming/${still.id}`)) ? undefined : true,
    );
    await app.done(app.client.vms.start({ vm: 'db' }));
    await app.done(app.client.vms.stop({ vm: 'db' }));
  });
});

describe.skipIf(noLab !== null)(blockName('a killed engine in the middle of a move', noLab), () => {
  let program: Program;
  let atoll: AtollCli;
  let folder: string;
  beforeAll(async () => {
    program = builtProgram();
    atoll = new AtollCli(program);
    folder = mkdtempSync(join(tmpdir(), 'atoll-move-'));
    for (const name of ['one', 'two']) await atoll.ok('host', 'add', name, '--lab');
    await atoll.ok('image', 'add', 'base', makeImage(folder));
    await atoll.ok('vm', 'add', 'db', '--image', 'base', '--memory', '64', '--host', 'one', '--start');
    await atoll.ok('vm', 'stop', 'db', '--yes');
  });
  afterAll(async () => {
    await atoll.dispose();
    program.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('leaves the VM on one host, never on both or on neither', async () => {
    const hosts = await atoll.json<Array<{ id: string; name: string }>>('host', 'list');
    const { id } = await atoll.json<Vm>('vm', 'show', 'db');
    const at = (host: string): string =>
      join(labPaths(atoll.home, hosts.find(({ name }) => name === host)!.id).disks, id, 'disk.qcow2');
    execFileSync('qemu-io', ['-c', 'write -P 0x77 8M 250M', at('one')]);
    const virsh = async (host: string): Promise<boolean> => {
      const found = hosts.find(({ name }) => name === host)!;
      const { Lab } = await import('../../hosts/lab/life');
      const { LabShell } = await import('../../hosts/shells/lab');
      const shell = new LabShell(new Lab(atoll.home, found.id));
      return (await shell.run(['virsh', '-q', 'list', '--all', '--uuid'])).stdout.includes(id);
    };
    let here = 'one';
    // From the first moment of the job to about its end; each time on what the one before has left.
    for (const wait of [0, 300, 900, 2000]) {
      const there = here === 'one' ? 'two' : 'one';
      await atoll.ok('vm', 'move', 'db', '--host', there, '--no-wait');
      await new Promise((resolve) => setTimeout(resolve, wait));
      await atoll.killEngine();
      const vm = await eventually('the move to have ended', 60_000, async () => {
        const seen = await atoll.json<Vm>('vm', 'show', 'db');
        const jobs = await atoll.json<Array<{ state: string }>>('job', 'list');
        const open = jobs.some(({ state }) => ['queued', 'running', 'interrupted'].includes(state));
        return seen.state === 'down' && !open ? seen : undefined;
      });
      here = hosts.find(({ id: hostId }) => hostId === vm.hostId)!.name;
      const other = here === 'one' ? 'two' : 'one';
      expect([await virsh(here), await virsh(other)]).toEqual([true, false]);
      expect(
        execFileSync('sh', ['-c', `ls "$1" 2>/dev/null | wc -l`, 'sh', join(at(other), '..')])
          .toString()
          .trim(),
      ).toBe('0');
      expect(execFileSync('qemu-io', ['-r', '-c', 'read -P 0x77 8M 250M', at(here)]).toString()).not.toContain(
        'failed',
      );
    }
  }, 400_000);
});
