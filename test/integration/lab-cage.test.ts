import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySecrets } from '../../app/memory-secrets';
import type { BootSpec, HostDriver, VmSpec } from '../../engine/ports/host-driver';
import { Lab } from '../../hosts/lab/life';
import { createHosts } from '../../hosts/registry';
import { LabShell } from '../../hosts/shells/lab';
import { ensureTinyGuest } from '../../hosts/tiny-guest/ensure';
import { blockName } from '../conformance/hosts/kind';
import { labHere, SILENT } from '../support/lab-here';

const { vms: missing } = await labHere();
const go = new AbortController().signal;
const ID = randomUUID();

/**
 * As an older version left it: no wrapper over QEMU, which is root of the lab, and no folder for it. A process that has ended has no `exe`,
 * even before the lab's first process has noticed; by its name it would still be found.
 */
const UNDO = `
for each in $(awk '$5 ~ "^/usr/.*(qemu|kvm)" { print $5 }' /proc/self/mountinfo); do umount "$each"; done
umount -R /run/atoll-cage/root /run/atoll-cage/scratch && rm -rf /run/atoll-cage /run/atoll-cage.lock
chmod 755 /run/atoll
sed -i /clear_emulator/d /etc/libvirt/qemu.conf
pid=$(cat /run/libvirtd.pid); kill "$pid"
for tick in $(seq 200); do readlink "/proc/$pid/exe" >/dev/null || break; [ "$tick" != 100 ] || kill -KILL "$pid"; sleep 0.05; done
libvirtd -d
`;

/** What a guest that breaks out of QEMU finds: a command run with all that its QEMU is, where it is. */
describe.skipIf(missing !== null)(blockName('QEMU in a lab', missing), () => {
  let home: string;
  let lab: Lab;
  let shell: LabShell;
  let host: HostDriver;
  let engine: Server;
  const specs: VmSpec[] = [];
  const connect = async (): Promise<void> => {
    host = createHosts({ home, log: SILENT, secrets: memorySecrets() }).driver({
      id: ID,
      storeId: randomUUID(),
      how: { kind: 'lab' },
    });
    await host.connect(go);
  };
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'atoll-cage-'));
    // All that lies in a home may be open to everybody: the folder above it is not.
    writeFileSync(join(home, 'secret'), 'secret');
    chmodSync(join(home, 'secret'), 0o644);
    mkdirSync(join(home, 'labs', randomUUID(), 'disks'), { recursive: true });
    engine = createServer().listen(join(home, 'engine.sock'));
    lab = new Lab(home, ID);
    shell = new LabShell(lab);
    await connect();
  });
  afterAll(async () => {
    engine?.close();
    await lab?.remove(go);
    rmSync(home, { recursive: true, force: true });
  });

  const start = async (name: string, boot: BootSpec): Promise<VmSpec> => {
    const spec: VmSpec = { id: randomUUID(), name, memoryMiB: 64, cpus: 1, boot, vnics: [] };
    specs.push(spec);
    await host.vms.define(spec, go);
    await host.vms.act(spec.id, 'start', go);
    return spec;
  };
  const pidOf = async ({ name }: VmSpec): Promise<string> =>
    (await shell.script('cat "/run/libvirt/qemu/$1.pid"', [name])).stdout.trim();
  const statusOf = async (spec: VmSpec, field: string): Promise<string> => {
    const { stdout } = await shell.run(['cat', `/proc/${await pidOf(spec)}/status`]);
    return new RegExp(`^${field}:[\\t ]*(.*)$`, 'm').exec(stdout)?.[1]?.replaceAll('\t', ' ').trim() ?? '';
  };
  /** Runs a script as the QEMU of a VM: its file system, its user, no capability. Nothing on stdout where it fails. */
  const asQemu = async (spec: VmSpec, script: string, ...args: string[]): Promise<string> => {
    const pid = await pidOf(spec);
    const [uid = ''] = (await statusOf(spec, 'Uid')).split(' ');
    const [gid = ''] = (await statusOf(spec, 'Gid')).split(' ');
    const drop = ['setpriv', '--reuid', uid, '--regid', gid, '--clear-groups', '--bounding-set', '-all', '--'];
    const argv = ['nsenter', '-t', pid, '-m', '-r', '-w', '--', ...drop, 'sh', '-c', script, 'sh', ...args];
    return (await shell.run(argv, { okExits: 'any' })).stdout.trim();
  };

  it('is nobody: neither root of the lab nor able to become anybody', async () => {
    const path = join(home, `it's "a disk", ä.img`);
    writeFileSync(path, Buffer.alloc(1024 * 1024), { mode: 0o600 });
    const before = statSync(path);
    const spec = await start('shut-in', { kind: 'disk', path, format: 'raw' });
    expect((await statusOf(spec, 'Uid')).split(' ')).not.toContain('0');
    expect((await statusOf(spec, 'Gid')).split(' ')).not.toContain('0');
    expect(await statusOf(spec, 'Groups')).toBe('');
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      expect(await statusOf(spec, set)).toMatch(/^0+$/);
    expect(await statusOf(spec, 'NoNewPrivs')).toBe('1');
    // It has the person's disk open for writing, and the disk is as it was.
    const { stdout } = await shell.script('ls -l "/proc/$1/fd"', [await pidOf(spec)]);
    expect(stdout).toMatch(/lrwx------.* -> .*a disk/);
    const { uid, gid, mode } = statSync(path);
    expect([uid, gid, mode]).toEqual([before.uid, before.gid, before.mode]);
  });

  it('sees nothing of the home, of the engine or of other labs', async () => {
    const [spec] = specs as [VmSpec];
    expect(await asQemu(spec, 'echo "$(id -u)"')).not.toBe('0');
    for (const path of [home, join(home, 'secret'), join(home, 'engine.sock'), join(home, 'labs'), lab.paths.disks]) {
      expect(await asQemu(spec, 'ls -d "$1"', path), path).toBe('');
      expect(
        await asQemu(spec, 'for root in /proc/[0-9]*/root /old /proc/self/cwd/..; do ls -d "$root$1"; done', path),
        path,
      ).toBe('');
    }
    expect(await asQemu(spec, 'ls /')).toBe(
      await asQemu(spec, 'ls / | grep -xE "bin|dev|etc|lib.*|nix|gnu|old|proc|run|sbin|tmp|usr"'),
    );
    expect(await asQemu(spec, 'ls /run; ls /tmp /old')).toMatch(/^atoll\s+tpm\s+\/old:\s+\/tmp:$/);
  });

  it('writes nowhere but where sockets are, and there takes the place of nobody', async () => {
    const [spec] = specs as [VmSpec];
    const tries = ['/x', '/tmp/x', '/usr/x', '/dev/x', '/etc/x', '/proc/sys/kernel/hostname', '/dev/fd/x'];
    for (const path of tries) expect(await asQemu(spec, '(: >"$1") && echo written', path), path).toBe('');
    const serial = `/run/atoll/${spec.id}.serial`;
    expect(await asQemu(spec, 'rm -f "$1"; mv "$1" "$1.old"; ln -sf /x "$1"; ls -l "$1" | cut -c1', serial)).toBe('s');
  });

  it('leads who connects to its sockets to no other', async () => {
    const [spec] = specs as [VmSpec];
    const planted = '/run/atoll/planted.vnc';
    expect(await asQemu(spec, 'ln -s "$1" "$2" && echo planted', join(home, 'engine.sock'), planted)).toBe('planted');
    await expect(shell.connect(planted)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    const screen = await host.vms.openScreen(spec.id, go);
    const said = await new Promise<string>((resolve) =>
      screen.onData((bytes) => resolve(Buffer.from(bytes).toString())),
    );
    expect(said).toMatch(/^RFB /);
    screen.close();
    (await host.vms.openConsole(spec.id, go)).close();
  });

  it('is confined whatever is on the command line of a guest', async () => {
    const guest = await ensureTinyGuest(home);
    chmodSync(guest.initrd, 0o600);
    const boot = { kind: 'kernel', kernel: guest.kernel, initrd: guest.initrd, append: '-machine none,x -S' } as const;
    const spec = await start('caged', boot);
    expect((await statusOf(spec, 'Uid')).split(' ')).not.toContain('0');
    expect(statSync(guest.initrd).mode & 0o777).toBe(0o600);
  });

  it('is shut in at its next start in a lab of an older version, whose VMs run on', async () => {
    for (const spec of specs) await host.vms.act(spec.id, 'stop', go);
    await shell.script(UNDO, [], { timeoutMs: 20_000 });
    const [spec] = specs as [VmSpec];
    await shell.run(['virsh', 'start', spec.id]);
    expect(await statusOf(spec, 'Uid')).toBe('0 0 0 0');
    const pid = await pidOf(spec);
    await connect();
    expect(await pidOf(spec)).toBe(pid);
    expect((await host.observe(go)).vms?.find(({ id }) => id === spec.id)?.state).toBe('up');
    (await host.vms.openConsole(spec.id, go)).close();
    (await host.vms.openScreen(spec.id, go)).close();
    await shell.run(['virsh', 'destroy', spec.id]);
    await shell.run(['virsh', 'start', spec.id]);
    expect((await statusOf(spec, 'Uid')).split(' ')).not.toContain('0');
    (await host.vms.openScreen(spec.id, go)).close();
  });
});
