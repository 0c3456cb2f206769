import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_HARDWARE } from '../../contract';
import type { BootSpec, HostDriver, HostNotice, VmSpec, VnicSpec } from '../../engine/ports/host-driver';
import { Lab } from '../../hosts/lab/life';
import { BUILD_CAGE } from '../../hosts/lab/cage';
import { REVIVE_DAEMONS } from '../../hosts/lab/daemons';
import { memorySecrets } from '../../app/memory-secrets';
import { ensureTinyGuest } from '../../hosts/tiny-guest/ensure';
import { createHosts } from '../../hosts/registry';
import { LabShell } from '../../hosts/shells/lab';
import { blockName } from '../conformance/hosts/kind';
import { GuestShell } from '../support/guest-shell';
import { labHere, SILENT } from '../support/lab-here';

const { vms: missing } = await labHere();
const NO_SEED_DATA = { copy: 'thin', diskBytes: null, seed: null, addresses: [] } as const;
const NO_SWTPM = spawnSync('swtpm_setup', ['--version']).error !== undefined;
const NO_SEED = spawnSync('genisoimage', ['--version']).error !== undefined;
const go = new AbortController().signal;
const STORE = randomUUID();
const ID = randomUUID();

/** What guests see, and what libvirt is asked for, beyond the suite that all kinds of hosts share (test/conformance/hosts). */
describe.skipIf(missing !== null)(blockName('VMs in a lab', missing), () => {
  let home: string;
  let lab: Lab;
  let shell: LabShell;
  let host: HostDriver;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'atoll-vms-'));
    lab = new Lab(home, ID);
    shell = new LabShell(lab);
    host = createHosts({ home, log: SILENT, secrets: memorySecrets() }).driver({
      id: ID,
      storeId: STORE,
      how: { kind: 'lab' },
    });
    await host.connect(go);
    for (const bridge of ['blue', 'green']) {
      await shell.script('ip link add "$1" type bridge forward_delay 0 && ip link set "$1" up', [bridge]);
    }
  });
  afterAll(async () => {
    await lab?.remove(go);
    rmSync(home, { recursive: true, force: true });
  });

  const vnic = (n: number, bridge: string | null): VnicSpec => ({
    id: randomUUID(),
    mac: `56:6f:00:00:00:0${n}`,
    bridge,
    linked: true,
    mtu: 1500,
  });
  const vm = (name: string, boot: BootSpec, vnics: readonly VnicSpec[] = []): VmSpec => ({
    id: randomUUID(),
    name,
    memoryMiB: 192,
    cpus: 1,
    boot,
    vnics,
  });
  const tiny = (name: string, nic: VnicSpec, address: string): VmSpec =>
    vm(name, { kind: 'tiny', addresses: [{ mac: nic.mac, address }] }, [nic]);
  const definition = async ({ id }: VmSpec): Promise<string> =>
    (await shell.run(['virsh', 'dumpxml', id, '--inactive'])).stdout;
  const stateOf = async ({ id }: VmSpec) => (await host.observe(go)).vms?.find((seen) => seen.id === id)?.state;
  const remove = (spec: VmSpec) => host.vms.remove(spec.id, 'delete', go);

  async function boot(spec: VmSpec): Promise<GuestShell> {
    await host.vms.define(spec, go);
    await host.vms.act(spec.id, 'start', go);
    return openGuest(spec);
  }

  async function openGuest(spec: VmSpec): Promise<GuestShell> {
    const line = await host.vms.openConsole(spec.id, go);
    const guest = new GuestShell(spec.name, {
      write: (text) => line.write(Buffer.from(text)),
      onText: (listener) => line.onData((bytes) => listener(Buffer.from(bytes).toString())),
      close: () => line.close(),
    });
    await guest.booted();
    return guest;
  }

  describe('two tiny guests', () => {
    const [nicA, nicB] = [vnic(1, 'blue'), vnic(2, 'blue')];
    const specs = [tiny('web', nicA, '10.9.0.1/24'), tiny('Datenbank; $(reboot)', nicB, '10.9.0.2/24')] as const;
    let guests: GuestShell[];
    beforeAll(async () => (guests = await Promise.all(specs.map(boot))));
    afterAll(async () => {
      for (const guest of guests ?? []) guest.close();
      for (const spec of specs) await remove(spec);
    });
    const inGuest = async (index: 0 | 1, command: string): Promise<string> =>
      (await guests[index]!.run(command)).output;

    it('have the names and addresses that they were given, and hear each other', async () => {
      expect(await inGuest(0, 'hostname')).toContain('web');
      expect(await inGuest(1, 'hostname')).toContain('datenbank-reboot');
      expect(await guests[0]!.pings('10.9.0.2')).toBe(true);
    });

    it('hear nobody without a network, not even each other, though their cables are in', async () => {
      for (const [index, nic] of [nicA, nicB].entries())
        await host.vms.update(specs[index]!.id, { ...nic, bridge: null }, go);
      expect(await inGuest(0, 'cat /sys/class/net/eth0/carrier')).toMatch(/^1\r?$/m);
      expect(await guests[0]!.pings('10.9.0.2')).toBe(false);
      const seen = await host.observe(go);
      expect(seen.vms?.map(({ vnics }) => vnics.map(({ bridge }) => bridge))).toEqual([[null], [null]]);
      expect(seen.bridges.map(({ name }) => name).sort()).toEqual(['blue', 'green']);
    });

    it('hear each other again in another network, and not with a cable pulled', async () => {
      for (const [index, nic] of [nicA, nicB].entries())
        await host.vms.update(specs[index]!.id, { ...nic, bridge: 'green' }, go);
      expect(await guests[0]!.pings('10.9.0.2')).toBe(true);
      await host.vms.update(specs[1].id, { ...nicB, bridge: 'green', linked: false }, go);
      expect(await inGuest(1, 'cat /sys/class/net/eth0/carrier')).toMatch(/^0\r?$/m);
      expect(await guests[0]!.pings('10.9.0.2')).toBe(false);
      await host.vms.update(specs[1].id, { ...nicB, bridge: 'green' }, go);
    });

    it('bring up a NIC that is plugged in while they run, with a link-local address, and let it go again', async () => {
      const more = vnic(7, 'blue');
      await host.vms.plug(specs[0].id, more, go);
      await vi.waitFor(async () => expect(await inGuest(0, 'ip -o -4 addr show eth1')).toContain('169.254.1.8/16'), {
        timeout: 20_000,
      });
      expect(await definition(specs[0])).toContain(more.id);
      await host.vms.unplug(specs[0].id, more, go);
      await vi.waitFor(async () => expect(await inGuest(0, 'ls /sys/class/net')).not.toContain('eth1'), {
        timeout: 20_000,
      });
      expect(await definition(specs[0])).not.toContain(more.id);
      expect(await guests[0]!.pings('10.9.0.2')).toBe(true);
    });

    it('get disks while they run, which they release again', async () => {
      const [{ id }] = specs;
      const disks = (['virtio', 'scsi'] as const).map((bus) => ({
        ...({
          id: randomUUID(),
          bus,
          format: 'qcow2',
          sizeBytes: 8 * 1024 * 1024,
          readOnly: false,
          discard: false,
        } as const),
      }));
      const inLive = async () => (await shell.run(['virsh', 'dumpxml', id])).stdout;
      for (const disk of disks) await host.vms.disks.plug(id, disk, go);
      for (const disk of disks) expect(await inLive()).toContain(`ua-atoll-disk-${disk.id}`);
      for (const disk of disks) expect(await definition(specs[0])).toContain(`ua-atoll-disk-${disk.id}`);
      for (const disk of disks) expect(await host.vms.disks.trash(id, disk, go)).toBe(true);
      for (const disk of disks) expect(await inLive()).not.toContain(disk.id);
      for (const disk of disks) expect(await definition(specs[0])).not.toContain(disk.id);
    });

    it('are put back with their memory, both to one moment, and hear each other on', async () => {
      const [id, both] = [randomUUID(), specs.map((spec) => spec.id)];
      const { snapshots } = host.vms;
      for (const index of [0, 1] as const) await inGuest(index, `kept=before-${index}`);
      await snapshots.freeze(both, go);
      for (const vmId of both) await snapshots.take(id, vmId, go);
      for (const vmId of both) await snapshots.wake(id, vmId, go);
      const reopened = async () => {
        for (const guest of guests) guest.close();
        guests = await vi.waitFor(() => Promise.all(specs.map(openGuest)), { timeout: 10_000, interval: 200 });
        await Promise.all(guests.map((guest) => guest.booted()));
      };
      await reopened();
      for (const index of [0, 1] as const) {
        expect(await inGuest(index, 'echo "is $kept"')).toContain(`is before-${index}`);
        await inGuest(index, 'kept=after');
      }
      for (const vmId of both) await snapshots.revert(id, vmId, go);
      for (const vmId of both) await snapshots.wake(id, vmId, go);
      await reopened();
      for (const index of [0, 1] as const)
        expect(await inGuest(index, 'echo "is $kept"')).toContain(`is before-${index}`);
      expect(await guests[0]!.pings('10.9.0.2')).toBe(true);
      await snapshots.forget(id, both, go);
    });

    it('live on when libvirtd dies, which the lab starts again, and are watched as before', async () => {
      const notices: HostNotice[] = [];
      const stop = new AbortController();
      await host.watch((notice) => notices.push(notice), stop.signal);
      await shell.script('kill -9 "$(cat /run/virtlogd.pid)" "$(cat /run/libvirtd.pid)"', []);
      expect(await guests[0]!.pings('10.9.0.2')).toBe(true);
      await vi.waitFor(() => expect(notices).toContainEqual({ kind: 'vm', detail: 'libvirt answers again' }), {
        timeout: 30_000,
      });
      const { stdout: names } = await shell.script('cat "/proc/$(cat /run/virtlogd.pid)/comm"', []);
      expect(names.trim()).toBe('virtlogd');
      expect(await stateOf(specs[0])).toBe('up');
      notices.length = 0;
      await shell.run(['virsh', 'suspend', specs[0].id]);
      await vi.waitFor(() => expect(notices.some(({ detail }) => detail.includes('Suspended'))).toBe(true), {
        timeout: 10_000,
      });
      expect(await stateOf(specs[0])).toBe('paused');
      await host.vms.act(specs[0].id, 'resume', go);
      expect(await stateOf(specs[0])).toBe('up');
      stop.abort();
    });

    it('start though the daemon of their logs was killed; daemons that run are left alone', async () => {
      await host.vms.act(specs[1].id, 'stop', go);
      await shell.script('kill -9 "$(cat /run/virtlogd.pid)"', []);
      await host.vms.act(specs[1].id, 'start', go);
      expect(await stateOf(specs[1])).toBe('up');
      const pids = async (): Promise<string> =>
        (await shell.script('cat /run/virtlogd.pid /run/libvirtd.pid', [])).stdout;
      const before = await pids();
      expect(await shell.script(REVIVE_DAEMONS, [lab.paths.root, BUILD_CAGE])).toMatchObject({ stderr: '' });
      expect(await pids()).toBe(before);
    });
  });

  describe('what a VM boots from', () => {
    const file = (name: string): string => join(home, name);

    it.skipIf(NO_SEED)(
      'is an overlay on an image and a seed; the image is not touched, the overlay kept on request (needs genisoimage)',
      async () => {
        const base = file('base.qcow2');
        execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', base, '8M']);
        const before = readFileSync(base);
        const nic = vnic(3, 'blue');
        const seed = {
          'meta-data': 'local-hostname: "shop"\n',
          'user-data': `#cloud-config\n# it's "ann" $(id) %s \\n ${'x'.repeat(200_000)}\n`,
          'network-config': 'version: 2\nethernets: {}\n',
        };
        const boot = {
          kind: 'image',
          base,
          format: 'qcow2',
          ...NO_SEED_DATA,
          diskBytes: 16 * 1024 ** 2,
          seed,
        } as const;
        const spec = vm('shop', boot, [nic]);
        await host.vms.define(spec, go);
        await host.vms.define(spec, go);
        const folder = join(lab.paths.disks, spec.id);
        const read = (name: string): string =>
          execFileSync('isoinfo', ['-R', '-x', `/${name}`, '-i', join(folder, 'seed.iso')]).toString();
        for (const [name, text] of Object.entries(seed)) expect(read(name)).toBe(text);
        expect(
          JSON.parse(execFileSync('qemu-img', ['info', '--output=json', join(folder, 'disk.qcow2')]).toString()),
        ).toMatchObject({ 'full-backing-filename': base, 'virtual-size': 16 * 1024 ** 2 });
        await host.vms.act(spec.id, 'start', go);
        expect(await stateOf(spec)).toBe('up');
        expect(await host.vms.remove(spec.id, 'keep', go)).toEqual([join(folder, 'disk.qcow2')]);
        expect(readFileSync(base)).toEqual(before);
      },
    );

    it.each(['qcow2', 'raw'] as const)('is a full copy of a %s image, which needs it no longer', async (format) => {
      const base = file(`copied.${format}`);
      execFileSync('qemu-img', ['create', '-q', '-f', format, base, '8M']);
      execFileSync('qemu-io', ['-f', format, '-c', 'write -P 0x5a 1M 4M', base]);
      const boot = { kind: 'image', format, ...NO_SEED_DATA, copy: 'full', diskBytes: 16 * 1024 ** 2 } as const;
      const spec = vm(`copied-${format}`, { ...boot, base });
      const folder = join(lab.paths.disks, spec.id);
      await expect(host.vms.define({ ...spec, boot: { ...boot, base: null } }, go)).rejects.toMatchObject({
        ...{ code: 'NOT_FOUND', field: 'boot' },
      });
      await expect(host.vms.define(spec, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
      // What a killed engine left of a copy.
      execFileSync('sh', ['-c', `mkdir -p "$1" && echo half >"$1/disk.qcow2.new"`, 'sh', folder]);
      const parts: number[] = [];
      await host.vms.define(spec, go, (_file, done, known) => parts.push(done / known));
      expect(parts.at(-1)).toBe(1);
      rmSync(base);
      // Later starts find the disk, and do not ask for the image.
      await host.vms.define({ ...spec, boot: { ...boot, base: null } }, go);
      expect(readdirSync(folder)).toEqual(['disk.qcow2']);
      const disk = join(folder, 'disk.qcow2');
      const info = JSON.parse(execFileSync('qemu-img', ['info', '--output=json', disk]).toString()) as object;
      expect(info).toMatchObject({ 'virtual-size': 16 * 1024 ** 2, snapshots: [{ name: 'atoll-first-day' }] });
      expect(info).not.toHaveProperty('backing-filename');
      expect(execFileSync('qemu-io', ['-c', 'read -P 0x5a 1M 4M', disk]).toString()).not.toMatch(/failed/i);
      const xml = (await shell.run(['virsh', '-q', 'dumpxml', spec.id, '--inactive'])).stdout;
      expect(xml).toMatch(/<backingStore\/>/);
      await host.vms.act(spec.id, 'start', go);
      expect(await stateOf(spec)).toBe('up');
      await host.vms.remove(spec.id, 'delete', go);
    });

    it('goes to the trash and comes back with what is on it, once', async () => {
      const base = file('trashed.qcow2');
      execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', base, '8M']);
      const spec = vm('trashed', { kind: 'image', base, format: 'qcow2', ...NO_SEED_DATA });
      await host.vms.define(spec, go);
      const disk = join(lab.paths.disks, spec.id, 'disk.qcow2');
      execFileSync('qemu-io', ['-c', 'write -P 0x5a 0 64k', disk]);
      const kept = join(lab.paths.disks, '.trash', spec.id, 'disk.qcow2');
      expect(await host.vms.remove(spec.id, 'trash', go)).toEqual([kept]);
      // as a job that is run again after a crash does
      expect(await host.vms.remove(spec.id, 'trash', go)).toEqual([kept]);
      await host.vms.untrash(spec.id, go);
      await host.vms.untrash(spec.id, go);
      expect(execFileSync('qemu-io', ['-c', 'read -P 0x5a 0 64k', disk]).toString()).not.toMatch(/failed/i);
      await host.vms.define(spec, go);
      await host.vms.remove(spec.id, 'trash', go);
      await host.vms.emptyTrash([spec.id], go);
      await expect(host.vms.untrash(spec.id, go)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(existsSync(kept)).toBe(false);
    });

    it('comes back from the trash with what virsh had added: firmware and its variables, a disk, a sound card', async () => {
      const [base, second] = [file('added.qcow2'), file('second.qcow2')];
      for (const path of [base, second]) execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, '8M']);
      const spec = vm('added', { kind: 'image', base, format: 'qcow2', ...NO_SEED_DATA });
      await host.vms.define(spec, go);
      const nvram = '/var/lib/libvirt/qemu/nvram/added_VARS.fd';
      const dump = async () => (await shell.run(['virsh', '-q', 'dumpxml', spec.id, '--inactive'])).stdout;
      const parts = `<sound model='ich9'/><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${second}'/><target dev='sdz' bus='sata'/></disk></devices>`;
      const loader = `<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader><nvram>${nvram}</nvram></os>`;
      const edited = (await dump()).replace('</os>', loader).replace('</devices>', parts);
      await shell.script('cat | virsh -q define /dev/stdin', [], { stdin: edited });
      await shell.script('mkdir -p "${1%/*}" && echo variables >"$1"', [nvram]);
      const was = await dump();
      await host.vms.remove(spec.id, 'trash', go);
      await host.vms.remove(spec.id, 'trash', go);
      expect((await shell.run(['test', '-e', nvram], { okExits: [0, 1] })).exit).toBe(1);
      await host.vms.untrash(spec.id, go);
      await host.vms.define({ ...spec, memoryMiB: 200 }, go);
      const now = await dump();
      expect(now.replace(/ *<(current)?[mM]emory.*\n/g, '')).toBe(was.replace(/ *<(current)?[mM]emory.*\n/g, ''));
      expect(now).toContain(`>${200 * 1024}<`);
      expect((await shell.run(['cat', nvram])).stdout).toBe('variables\n');
      await host.vms.remove(spec.id, 'trash', go);
      await host.vms.emptyTrash([spec.id], go);
      for (const kind of ['xml', 'nvram'])
        expect(existsSync(join(lab.paths.disks, '.definitions', `${spec.id}.${kind}`))).toBe(false);
      await host.vms.define(spec, go);
      expect(await dump()).not.toContain('ich9');
      await host.vms.remove(spec.id, 'delete', go);
    });

    it('leaves no snapshot inside a disk of a person, and no socket', async () => {
      const path = file('own.qcow2');
      execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, '8M']);
      const spec = vm('own', { kind: 'disk', path, format: 'qcow2' });
      await host.vms.define(spec, go);
      await host.vms.snapshots.take(randomUUID(), spec.id, go);
      expect(execFileSync('qemu-img', ['snapshot', '-l', path]).toString()).not.toBe('');
      await host.vms.act(spec.id, 'start', go);
      expect(existsSync(join(lab.paths.sock, `${spec.id}.vnc`))).toBe(true);
      await host.vms.remove(spec.id, 'trash', go);
      expect(execFileSync('qemu-img', ['snapshot', '-l', path]).toString()).toBe('');
      expect(existsSync(path)).toBe(true);
      expect(existsSync(join(lab.paths.sock, `${spec.id}.vnc`))).toBe(false);
    });

    it('is kept in snapshots, put back, copied and made as on its first day', async () => {
      const base = file('kept.qcow2');
      execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', base, '8M']);
      const [spec, copy] = [1, 2].map((n) => vm(`kept${n}`, { kind: 'image', base, format: 'qcow2', ...NO_SEED_DATA }));
      const { snapshots } = host.vms;
      const disk = ({ id }: VmSpec): string => join(lab.paths.disks, id, 'disk.qcow2');
      const write = (of: VmSpec, byte: string) => execFileSync('qemu-io', ['-c', `write -P ${byte} 0 64k`, disk(of)]);
      const has = (of: VmSpec, byte: string): boolean =>
        !/failed/i.test(execFileSync('qemu-io', ['-r', '-U', '-c', `read -P ${byte} 0 64k`, disk(of)]).toString());
      const inside = (of: VmSpec): string => execFileSync('qemu-img', ['snapshot', '-U', '-l', disk(of)]).toString();
      await host.vms.define(spec!, go);
      write(spec!, '0x11');
      // one while it is down, one while it runs
      const [cold, warm] = [randomUUID(), randomUUID()];
      await snapshots.freeze([spec!.id], go);
      await snapshots.take(cold, spec!.id, go);
      write(spec!, '0x22');
      await host.vms.act(spec!.id, 'start', go);
      await snapshots.freeze([spec!.id], go);
      await snapshots.take(warm, spec!.id, go);
      await snapshots.wake(warm, spec!.id, go);
      expect(await stateOf(spec!)).toBe('up');

      await snapshots.freeze([spec!.id], go);
      await snapshots.copyDisks(spec!.id, copy!.id, [], go);
      await snapshots.thaw([spec!.id], go);
      await host.vms.define(copy!, go);
      expect(has(copy!, '0x22')).toBe(true);
      expect(inside(copy!)).not.toContain(cold);

      await snapshots.revert(cold, spec!.id, go);
      expect([await stateOf(spec!), has(spec!, '0x11')]).toEqual(['down', true]);
      await snapshots.revert(warm, spec!.id, go);
      // its name has changed since, and libvirt wants the memory to be of the name of now
      await host.vms.define({ ...spec!, name: 'renamed since' }, go);
      await snapshots.wake(warm, spec!.id, go);
      expect([await stateOf(spec!), has(spec!, '0x22')]).toEqual(['up', true]);

      // a running VM holds its disks: what is in them goes at its next start
      await snapshots.forget(cold, [spec!.id], go);
      expect(inside(spec!)).toContain(cold);
      await snapshots.renew(spec!.id, go);
      expect([await stateOf(spec!), has(spec!, '0x00')]).toEqual(['down', true]);
      await host.vms.define(spec!, go);
      expect(inside(spec!)).not.toContain(cold);
      expect(inside(spec!)).toContain(warm);

      write(copy!, '0x33');
      await snapshots.renew(copy!.id, go);
      expect(has(copy!, '0x22')).toBe(true);
      for (const one of [spec!, copy!]) await remove(one);
      expect(existsSync(join(lab.paths.disks, '.snapshots', warm))).toBe(false);
    });

    it('is refused when it cannot hold snapshots, and then nothing is paused', async () => {
      const disk = file('raw disk.img');
      writeFileSync(disk, Buffer.alloc(1024 * 1024));
      const spec = vm('raw', { kind: 'disk', path: disk, format: 'raw' });
      await host.vms.define(spec, go);
      await host.vms.act(spec.id, 'start', go);
      await expect(host.vms.snapshots.freeze([spec.id], go)).rejects.toMatchObject({
        code: 'NOT_SUPPORTED',
        message: expect.stringContaining(disk),
      });
      expect(await stateOf(spec)).toBe('up');
      await remove(spec);
    });

    it('is a disk or a CD of a person, which outlives the VM', async () => {
      const disk = file('my disk, with a comma.img');
      writeFileSync(disk, Buffer.alloc(1024 * 1024));
      for (const files of [
        { boot: { kind: 'disk', path: disk, format: 'raw' } },
        { boot: { kind: 'devices' }, cdroms: [{ name: 'cd1', path: disk }] },
      ] as const) {
        const spec = { ...vm(`own-${files.boot.kind}`, files.boot), ...files };
        await host.vms.define(spec, go);
        await host.vms.act(spec.id, 'start', go);
        expect(await stateOf(spec)).toBe('up');
        expect(await remove(spec)).toEqual([]);
        expect(readFileSync(disk)).toHaveLength(1024 * 1024);
      }
    });

    it.each([
      { boot: { kind: 'disk', path: '/no/such.qcow2', format: 'qcow2' } },
      { boot: { kind: 'devices' }, cdroms: [{ name: 'cd1', path: '/tmp' }] },
      { boot: { kind: 'kernel', kernel: '/no/such', initrd: null, append: '' } },
      { boot: { kind: 'image', base: '/no/such', format: 'raw', ...NO_SEED_DATA } },
    ] as const)('is refused where it is not there: $boot.kind', async (files) => {
      const spec = { ...vm('none', files.boot), ...files };
      await expect(host.vms.define(spec, go)).rejects.toMatchObject({
        code: 'BAD_INPUT',
        field: 'cdroms' in files ? 'cdroms' : 'boot',
      });
      expect(await stateOf(spec)).toBeUndefined();
    });
  });

  it.skipIf(NO_SWTPM)(
    'have a TPM that the guest sees, whose state goes with them (needs swtpm)',
    async () => {
      const { kernel, initrd } = await ensureTinyGuest(home);
      const source = { kind: 'kernel', kernel, initrd, append: 'console=ttyS0 quiet' } as const;
      const hardware = { ...DEFAULT_HARDWARE, tpm: '2.0' as const };
      const [spec, copy] = [vm('sealed', source), vm('sealed-2', source)].map((each) => ({ ...each, hardware })) as [
        VmSpec,
        VmSpec,
      ];
      const stateIn = ({ id }: VmSpec) => `/var/lib/libvirt/swtpm/${id}/tpm2/tpm2-00.permall`;
      const stateOfTpm = async (of: VmSpec): Promise<string> =>
        (await shell.run(['sha256sum', stateIn(of)], { okExits: [0, 1] })).stdout.slice(0, 64);
      const guest = await boot(spec);
      expect((await guest.run('ls /sys/firmware/acpi/tables')).output).toContain('TPM2');
      expect(await definition(spec)).toMatch(/<tpm model='tpm-crb'>[^]*<backend type='emulator' version='2.0'/);
      guest.close();
      await host.vms.act(spec.id, 'stop', go);
      const [first, snapshot] = [await stateOfTpm(spec), randomUUID()];
      expect(first).toHaveLength(64);

      await host.vms.snapshots.take(snapshot, spec.id, go);
      await shell.script('printf changed >"$1"', [stateIn(spec)]);
      await host.vms.snapshots.revert(snapshot, spec.id, go);
      expect(await stateOfTpm(spec)).toBe(first);

      await host.vms.copies.copy(spec, copy, [], go);
      expect(await stateOfTpm(copy)).toBe(first);

      await host.vms.remove(spec.id, 'trash', go);
      expect(await stateOfTpm(spec)).toBe('');
      await host.vms.define(spec, go);
      expect(await stateOfTpm(spec)).toBe(first);
      await host.vms.act(spec.id, 'start', go);
      expect(await stateOf(spec)).toBe('up');
      await host.vms.remove(spec.id, 'trash', go);
      await host.vms.emptyTrash([spec.id], go);
      const left = await shell.script('ls /var/lib/libvirt/swtpm "$1"', [join(lab.paths.disks, '.definitions')], {
        okExits: 'any',
      });
      expect(left.stdout).not.toContain(spec.id);
      await host.vms.mover.discard(copy.id, go);
    },
    60_000,
  );

  it('run on either machine type, with every kind of device, and change between them while they are down', async () => {
    const cdroms = [{ name: 'cd1', path: null }];
    const plain = vm('machine', { kind: 'devices' }, [{ ...vnic(9, 'blue'), model: 'e1000e' }]);
    const disk = { format: 'qcow2', sizeBytes: 1024 ** 2, readOnly: false, discard: false } as const;
    const disks = (['virtio', 'sata', 'scsi'] as const).map((bus) => ({ ...disk, bus, id: randomUUID() }));
    const on = (machine: 'q35' | 'i440fx') => ({
      ...{ ...plain, memoryMiB: 64, disks, cdroms },
      hardware: { ...DEFAULT_HARDWARE, machine, sound: 'ich9', video: 'virtio', nicModel: 'e1000e' } as const,
    });
    const edited = async (from: string, to: string): Promise<void> => {
      const { stdout } = await shell.run(['virsh', '-q', 'dumpxml', plain.id, '--inactive']);
      expect(stdout).toContain(from);
      await shell.script('cat | virsh -q define /dev/stdin', [], { stdin: stdout.replace(from, to) });
    };
    await host.vms.define(on('i440fx'), go);
    await edited('</devices>', '<watchdog model="i6300esb" action="none"/></devices>');
    for (const machine of ['i440fx', 'q35'] as const) {
      await host.vms.define(on(machine), go);
      await host.vms.act(plain.id, 'start', go);
      const described = await host.vms.definition(plain.id, go);
      expect(described?.machine).toMatch(machine === 'q35' ? /^pc-q35-/ : /^pc-i440fx-/);
      expect(described?.devices).toMatchObject([{ kind: 'watchdog', model: 'i6300esb' }]);
      await host.vms.act(plain.id, 'stop', go);
    }
    await host.vms.define(on('i440fx'), go);
    await host.vms.remove(plain.id, 'delete', go);
  });

  it('are not touched when they carry the mark of another store', async () => {
    const spec = tiny('theirs', vnic(4, 'blue'), '10.9.0.4/24');
    const theirs = createHosts({ home, log: SILENT, secrets: memorySecrets() }).driver({
      id: ID,
      storeId: randomUUID(),
      how: { kind: 'lab' },
    });
    await theirs.vms.define(spec, go);
    for (const attempt of [
      () => host.vms.define(spec, go),
      () => remove(spec),
      () => host.vms.plug(spec.id, vnic(5, null), go),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'CONFLICT' });
    }
    expect((await host.observe(go)).vms?.find(({ id }) => id === spec.id)).toMatchObject({
      ours: false,
      state: 'down',
    });
    await theirs.vms.remove(spec.id, 'delete', go);
  });

  it('of one name are two domains', async () => {
    const both = [vm('twin', { kind: 'tiny', addresses: [] }), vm('twin', { kind: 'tiny', addresses: [] })] as const;
    for (const spec of both) await host.vms.define(spec, go);
    expect((await host.observe(go)).vms?.map(({ name }) => name)).toEqual(['twin', 'twin']);
    for (const spec of both) await remove(spec);
  });
});
