import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SshHow } from '../../../contract';
import { hostKey, KnownHosts } from '../../../hosts/shells/ssh/host-keys';
import { SshShell } from '../../../hosts/shells/ssh/ssh-shell';
import { eventually } from '../eventually';
import { type DebianImage, debianImage, type ImageName } from './image';
import { qmp, qmpEvent } from './qmp';
import { Wire } from './wire';

/** Emulated, on a machine with other work. */
const BOOT_MS = 600_000;

/**
 * Defenses against other processors' faults cost an emulated one a lot, and nobody attacks it; `no_timer_check`: on a busy machine
 * its clock ticks too late for the kernel's check.
 */
const KERNEL_LINE =
  'root=/dev/nvme0n1 rw console=ttyS0 quiet net.ifnames=0 mitigations=off audit=0 no_timer_check 8250.nr_uarts=1';

/**
 * A Debian host of our own under QEMU: Debian's kernel, systemd, networkd and sshd. root logs in over a port of 127.0.0.1; behind
 * its other NICs, eth1 and so on, are wires that end here. It can reach nothing else.
 */
export class DebianHost {
  private qemu: ChildProcess | null = null;
  private shellOfOurs: SshShell | null = null;

  private constructor(
    private readonly image: DebianImage,
    private readonly folder: string,
    private readonly port: number,
    readonly wires: readonly Wire[],
    /** How many NICs are plugged into each wire. */
    private readonly nicsPerWire: number,
    private readonly megabytes: number,
  ) {}

  /**
   * Boots one. `wires`: how many it is plugged into, beside the NIC that leads to it. With two NICs for each, the first of a wire is
   * eth1, that of the next eth2 and so on, and their second ones follow: something in the host itself can be its neighbor.
   */
  static async boot({
    wires = 0,
    nicsPerWire = 1,
    image: name = 'debian-host' as ImageName,
    megabytes = 512,
  } = {}): Promise<DebianHost> {
    const image = debianImage(name);
    const folder = mkdtempSync(join(tmpdir(), 'atoll-debian-host-'));
    const disk = ['create', '-q', '-f', 'qcow2', '-b', image.disk, '-F', 'raw', join(folder, 'disk.qcow2')];
    execFileSync('qemu-img', disk);
    const ends = await Promise.all(Array.from({ length: wires }, () => Wire.open()));
    const host = new DebianHost(image, folder, await unusedPort(), ends, nicsPerWire, megabytes);
    await host.powerOn().catch(async (error: unknown) => {
      await host.remove();
      throw error;
    });
    return host;
  }

  /** root's shell, by a connection of our own; another one after each boot. */
  get shell(): SshShell {
    if (!this.shellOfOurs) throw new Error('the host is switched off');
    return this.shellOfOurs;
  }

  /** How an engine reaches it as root. */
  how(): SshHow {
    const [, base64 = ''] = this.image.hostKey.split(' ');
    const { fingerprint } = hostKey(Buffer.from(base64, 'base64'));
    return {
      kind: 'ssh',
      address: '127.0.0.1',
      user: 'root',
      port: this.port,
      jump: null,
      auth: 'key',
      key: this.image.key,
      sudo: false,
      fingerprints: [{ place: `127.0.0.1:${this.port}`, fingerprint }],
    };
  }

  /** Pulls the cable of eth0, over which it is reached, or plugs it in again. */
  async setCable(plugged: boolean): Promise<void> {
    await qmp(join(this.folder, 'qmp'), 'set_link', { name: 'in', up: plugged });
  }

  /** Listens from when it returns; what it returns resolves when the host has reset itself. */
  nextReset(): Promise<() => Promise<void>> {
    return qmpEvent(join(this.folder, 'qmp'), 'RESET', BOOT_MS);
  }

  /** Connects again, after it has reset itself or was out of reach: waits until it is reached, and has booted. */
  async reopen(): Promise<void> {
    await this.shellOfOurs?.close();
    this.shellOfOurs = null;
    await this.untilOpen();
  }

  async powerOn(): Promise<void> {
    // Before other work: all of its test waits for its one processor. Where it may not have that, `nice` starts it all the same.
    this.qemu = spawn('nice', ['-n', '-5', 'qemu-system-x86_64', ...this.qemuArgs()], { stdio: 'ignore' });
    await this.untilOpen();
  }

  private async untilOpen(): Promise<void> {
    const { qemu } = this;
    await eventually(
      () => `the Debian host to boot; its console said: ${this.console.slice(-1000)}`,
      BOOT_MS,
      async () => {
        if (qemu?.exitCode !== null) throw new Error(`QEMU ended with exit ${qemu?.exitCode ?? 'none'}`);
        return this.open();
      },
    );
  }

  /** As when the power goes: what the guest has not synced is lost. */
  async powerOff(): Promise<void> {
    await this.shellOfOurs?.close();
    this.shellOfOurs = null;
    const { qemu } = this;
    this.qemu = null;
    if (!qemu || qemu.exitCode !== null) return;
    const ended = once(qemu, 'exit');
    qemu.kill('SIGKILL');
    await ended;
  }

  async remove(): Promise<void> {
    await this.powerOff();
    for (const wire of this.wires) wire.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get console(): string {
    return readFileSync(join(this.folder, 'console'), 'utf8');
  }

  private async open(): Promise<true | undefined> {
    const shell = new SshShell({
      how: this.how(),
      known: new KnownHosts(join(this.folder, 'known_hosts')),
      configFile: '/dev/null',
      remember: true,
      secrets: () => Promise.resolve(null),
    });
    try {
      await shell.open(AbortSignal.timeout(20_000));
      // Networks are there, units are started: what boots after sshd is over too.
      await shell.script('systemctl is-system-running --wait >/dev/null || :', [], { timeoutMs: BOOT_MS });
    } catch {
      await shell.close();
      return undefined;
    }
    this.shellOfOurs = shell;
    return true;
  }

  private qemuArgs(): string[] {
    const wires = Array.from({ length: this.nicsPerWire }, () => this.wires)
      .flat()
      .flatMap(({ port }, index) => {
        const id = `wire${index + 1}`;
        const address = `addr.type=inet,addr.host=127.0.0.1,addr.port=${port}`;
        const mac = `52:54:00:00:00:${(index + 2).toString(16).padStart(2, '0')}`;
        return ['-netdev', `stream,id=${id},server=off,${address}`, ...this.nic(id, mac)];
      });
    return [
      // Without RDRAND sshd waits for the kernel to gather entropy. One processor: two take half as much work again, in locks.
      ...['-machine', 'q35', '-accel', 'tcg', '-cpu', 'qemu64,+rdrand,-svm', '-smp', '1', '-m', String(this.megabytes)],
      ...['-display', 'none', '-nodefaults', '-no-user-config', '-serial', `file:${join(this.folder, 'console')}`],
      ...['-qmp', `unix:${join(this.folder, 'qmp')},server=on,wait=off`],
      ...['-kernel', this.image.kernel, '-append', KERNEL_LINE],
      ...['-drive', `id=disk,if=none,format=qcow2,cache=unsafe,file=${join(this.folder, 'disk.qcow2')}`],
      ...['-device', 'nvme,serial=disk,drive=disk'],
      ...['-netdev', `user,id=in,restrict=on,hostfwd=tcp:127.0.0.1:${this.port}-:22`],
      ...this.nic('in', '52:54:00:00:00:01'),
      ...wires,
    ];
  }

  private nic(id: string, mac: string): string[] {
    return ['-device', `virtio-net-pci,netdev=${id},mac=${mac},romfile=`];
  }
}

/** A port of 127.0.0.1 that nobody uses at the moment. */
async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
