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
import { type DebianImage, debianImage } from './image';
import { Wire } from './wire';

/** Emulated, on a machine with other work. */
const BOOT_MS = 600_000;

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
  ) {}

  /** Boots one. `wires`: how many NICs it has beside the one that leads to it. */
  static async boot(wires = 0): Promise<DebianHost> {
    const image = debianImage();
    const folder = mkdtempSync(join(tmpdir(), 'atoll-debian-host-'));
    const disk = ['create', '-q', '-f', 'qcow2', '-b', image.disk, '-F', 'raw', join(folder, 'disk.qcow2')];
    execFileSync('qemu-img', disk);
    const ends = await Promise.all(Array.from({ length: wires }, () => Wire.open()));
    const host = new DebianHost(image, folder, await unusedPort(), ends);
    await host.powerOn();
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

  async powerOn(): Promise<void> {
    const qemu = spawn('qemu-system-x86_64', this.qemuArgs(), { stdio: 'ignore' });
    this.qemu = qemu;
    await eventually(
      () => `the Debian host to boot; its console said: ${this.console.slice(-1000)}`,
      BOOT_MS,
      async () => {
        if (qemu.exitCode !== null) throw new Error(`QEMU ended with exit ${qemu.exitCode}`);
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
    const wires = this.wires.flatMap(({ port }, index) => {
      const id = `wire${index + 1}`;
      const address = `addr.type=inet,addr.host=127.0.0.1,addr.port=${port}`;
      const mac = `52:54:00:00:00:${(index + 2).toString(16).padStart(2, '0')}`;
      return ['-netdev', `stream,id=${id},server=off,${address}`, ...this.nic(id, mac)];
    });
    return [
      ...['-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'qemu64', '-smp', '2', '-m', '768'],
      ...['-display', 'none', '-nodefaults', '-no-user-config', '-serial', `file:${join(this.folder, 'console')}`],
      ...['-kernel', this.image.kernel],
      ...['-append', 'root=/dev/nvme0n1 rw console=ttyS0 quiet net.ifnames=0'],
      ...['-drive', `id=disk,if=none,format=qcow2,cache=unsafe,file=${join(this.folder, 'disk.qcow2')}`],
      ...['-device', 'nvme,serial=disk,drive=disk'],
      ...[
        '-netdev',
        `user,id=in,restrict=on,hostfwd=tcp:127.0.0.1:${this.port}-:22`,
        ...this.nic('in', '52:54:00:00:00:01'),
      ],
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
