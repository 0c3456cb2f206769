import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostKey } from '../../hosts/shells/ssh/host-keys';
import { Lab } from '../../hosts/lab/life';
import { LabShell } from '../../hosts/shells/lab';
import type { ConfirmedKey, SshHow } from '../../contract';
import { labHere } from './lab-here';
import { INSIDE, NatRouter } from './nat-router';
import { makeTestHost, type TestHost } from './netns-shell';
import { carry, type Trouble } from './wire';

const go = new AbortController().signal;

/** Why hosts over SSH, and VMs on them, can't be tested here; null where they can. */
export async function sshHere(): Promise<{ networks: string | null; vms: string | null }> {
  const lab = await labHere();
  const own =
    process.getuid?.() !== 0 ? 'needs root' : existsSync('/usr/sbin/sshd') ? null : 'missing here: openssh-server';
  return { networks: own ?? lab.networks, vms: own ?? lab.vms };
}

/** A login of test hosts beside root, and the password of both. It is in their own /etc/passwd, not in this computer's. */
export const PERSON = { name: 'maker', password: "it's a $ecret", uid: 64_242 } as const;

/**
 * Real Linux hosts on one machine: a network, mount and pid namespace each (made as labs are), libvirtd, an sshd on an
 * address of its own, joined by veth pairs and a bridge in a namespace of its own. This computer's network is not touched:
 * the way in is a relay on 127.0.0.1 for each host, which speaks to it from inside that namespace.
 */
export class SshHosts {
  readonly hosts: SshTestHost[] = [];
  readonly keyFile: string;

  private constructor(
    readonly folder: string,
    readonly underlay: TestHost,
    /** Whether this process stands in the hosts' own network: then no relay leads to them. */
    readonly direct: boolean,
  ) {
    this.keyFile = join(folder, 'id_ed25519');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', this.keyFile]);
  }

  /** `direct`: only in a process that was started in a network namespace of its own (`unshare --net`), which becomes the hosts' network. */
  static async open({ direct = false } = {}): Promise<SshHosts> {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-ssh-'));
    const underlay = direct ? ownNamespace() : await makeTestHost();
    const text =
      'link set lo up\nlink add under0 type bridge stp_state 0 forward_delay 0\naddress add 10.77.0.1/24 dev under0\nlink set under0 up\n';
    await underlay.shell.run(['ip', '-batch', '-'], { stdin: text });
    return new SshHosts(folder, underlay, direct);
  }

  /** `behindNat`: behind a router of its own, which lets nothing in but SSH. Its own address is then the same as that of every such host. */
  async add({ behindNat = false } = {}): Promise<SshTestHost> {
    const nat = behindNat ? await NatRouter.open() : null;
    const host = new SshTestHost(this, this.hosts.length + 2, nat);
    this.hosts.push(host);
    await host.powerOn();
    return host;
  }

  /** Lays a cable between hosts, past their routers: each has the address 10.88.0.NUMBER there. */
  async patch(...hosts: readonly SshTestHost[]): Promise<PatchCable> {
    const run = (text: string) => this.underlay.shell.run(['ip', '-batch', '-'], { stdin: text });
    await run('link add patch0 type bridge stp_state 0 forward_delay 0\nlink set patch0 up\n');
    for (const { number, pid, shell } of hosts) {
      await run(`link add p${number} type veth peer name patch0 netns ${pid}\nlink set p${number} master patch0 up\n`);
      const text = `address add 10.88.0.${number}/24 dev patch0\nlink set patch0 up\n`;
      await shell.run(['ip', '-batch', '-'], { stdin: text });
    }
    return {
      plug: async (isPlugged) => void (await run(`link set dev patch0 ${isPlugged ? 'up' : 'down'}\n`)),
    };
  }

  /** Pulls the cable of this computer, or puts it back: with it down nobody out there reaches anybody. */
  async cable(plugged: boolean): Promise<void> {
    await this.underlay.shell.run(['ip', 'link', 'set', 'dev', 'under0', plugged ? 'up' : 'down']);
  }

  async remove(): Promise<void> {
    for (const host of this.hosts) await host.remove();
    this.underlay.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @throws when it may be the computer's own, which no test may touch: a new one has nothing but `lo` */
function ownNamespace(): TestHost {
  const links = readFileSync('/proc/self/net/dev', 'utf8').trim().split('\n').slice(2);
  if (links.length !== 1) throw new Error('this process is not in a network namespace of its own');
  const { pid } = process;
  const shell = new LabShell({ name: 'underlay', sockDir: '/nonexistent', enter: () => ({ pid, rootless: false }) });
  return { shell, pid, remove: () => undefined };
}

const CONFIG = (folder: string, address: string): string => `
Port 22
ListenAddress ${address}
HostKey ${folder}/host_key
AuthorizedKeysFile ${folder}/authorized_keys
PidFile ${folder}/sshd.pid
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
MaxStartups 100
PerSourcePenalties no
`;

/** Its own accounts, root with a home of its own: $1 folder, $2 name, $3 uid, $4 hash of the password. */
const ACCOUNTS = `
mkdir -p "$1/home"; echo "root:x:0:0::$1/home:/bin/bash" >"$1/passwd"; grep -v '^root:' /etc/passwd >>"$1/passwd"; grep -v '^root:' /etc/shadow >"$1/shadow"; printf 'root:%s:19000:0:99999:7:::\\n' "$4" >>"$1/shadow"
echo "$2:x:$3:65534::/:/bin/bash" >>"$1/passwd"; printf '%s:%s:19000:0:99999:7:::\\n' "$2" "$4" >>"$1/shadow"
chmod 600 "$1/shadow"
mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/shadow" /etc/shadow
if [ -d /etc/sudoers.d ]; then
  mkdir -p "$1/sudoers.d"; echo "$2 ALL=(ALL) ALL" >"$1/sudoers.d/person"; chmod 440 "$1/sudoers.d/person"
  mount --bind "$1/sudoers.d" /etc/sudoers.d
fi
mkdir -p /run/sshd
`;

/** A cable between hosts. */
export interface PatchCable {
  plug(isPlugged: boolean): Promise<void>;
}

/** One such host. */
export class SshTestHost {
  /** Where others reach it: behind a NAT, that of its router. */
  readonly address: string;
  /** Its own. */
  private readonly inner: string;
  private isWired = false;
  readonly folder: string;
  private readonly relay: Relay;
  private lab: Lab;

  constructor(
    private readonly of: SshHosts,
    readonly number: number,
    private readonly nat: NatRouter | null,
  ) {
    this.address = `10.77.0.${number}`;
    this.inner = nat ? INSIDE : this.address;
    this.folder = join(of.folder, `host${number}`);
    mkdirSync(this.folder, { recursive: true });
    this.lab = new Lab(this.folder, randomUUID());
    this.relay = new Relay(of.underlay.pid, this.address);
    this.newHostKey();
    writeFileSync(join(this.folder, 'authorized_keys'), readFileSync(`${of.keyFile}.pub`));
  }

  /** The hand that reaches into it without SSH. */
  get shell(): LabShell {
    return new LabShell(this.lab);
  }

  get pid(): number {
    return this.lab.enter().pid;
  }

  /** Where the relay of this computer leads to it. */
  get port(): number {
    return this.relay.port;
  }

  get fingerprint(): string {
    const [, base64 = ''] = readFileSync(join(this.folder, 'host_key.pub'), 'utf8').split(' ');
    return hostKey(Buffer.from(base64, 'base64')).fingerprint;
  }

  /** Its key, confirmed where an engine reaches it: through the relay, or, behind a jump host, at its own address. */
  get confirmed(): ConfirmedKey {
    const address = this.of.direct ? `${this.address}:22` : `127.0.0.1:${this.port}`;
    return { place: address, fingerprint: this.fingerprint };
  }

  confirmedAt(place: string): ConfirmedKey {
    return { place, fingerprint: this.fingerprint };
  }

  /** How an engine reaches it as root with the key. */
  how(more: Partial<SshHow> = {}): SshHow {
    return {
      kind: 'ssh',
      address: this.of.direct ? this.address : '127.0.0.1',
      user: 'root',
      port: this.of.direct ? 22 : this.port,
      jump: null,
      auth: 'key',
      key: this.of.keyFile,
      sudo: false,
      fingerprints: [this.confirmed],
      ...more,
    };
  }

  /** As if it had been reinstalled; takes effect with the next start of sshd. */
  newHostKey(): void {
    for (const name of ['host_key', 'host_key.pub']) rmSync(join(this.folder, name), { force: true });
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(this.folder, 'host_key')]);
  }

  async powerOn(): Promise<void> {
    await this.lab.start(go);
    const { shell } = this;
    const up = `u${this.number}`;
    // The same for life: the underlay continues to send to the address that it has learnt.
    const mac = `02:77:00:00:00:${this.number.toString(16).padStart(2, '0')}`;
    const text = `link add ${up} type veth peer name eth0 address ${mac} netns ${this.nat?.pid ?? this.pid}\nlink set ${up} master under0 up\n`;
    // A router stays on while its host is off.
    if (!this.nat || !this.isWired) await this.of.underlay.shell.run(['ip', '-batch', '-'], { stdin: text });
    this.isWired = true;
    const route = this.nat ? await this.nat.connect(this.address, this.pid) : '';
    const addressed = `address add ${this.inner}/24 dev eth0\nlink set eth0 up\n${route}`;
    await shell.run(['ip', '-batch', '-'], { stdin: addressed });
    const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: PERSON.password }).toString().trim();
    await shell.script(ACCOUNTS, [this.folder, PERSON.name, String(PERSON.uid), hash]);
    await this.startSshd();
    if (!this.of.direct) await this.relay.open();
  }

  /** `more`: lines of sshd_config that go before the usual ones, and so win. */
  async startSshd(more = ''): Promise<void> {
    const file = join(this.folder, 'sshd_config');
    writeFileSync(file, `${more}\n${CONFIG(this.folder, this.inner)}`);
    await this.shell.run(['/usr/sbin/sshd', '-f', file]);
    await this.answers();
  }

  /**
   * sshd goes into the background before it listens, and a cable that was put back needs a moment. `--norc`: bash takes a
   * socket on its stdin for rshd and would read this computer's ~/.bashrc.
   */
  private async answers(): Promise<void> {
    const knock =
      'for i in $(seq 100); do timeout 1 bash --norc -c "exec 3<>/dev/tcp/$1/22" 2>/dev/null && exit 0; sleep 0.1; done; exit 1';
    await this.of.underlay.shell.run(['bash', '--norc', '-c', knock, 'bash', this.address]);
  }

  /** Every sshd, with the sessions that it holds. */
  async killSshd(): Promise<void> {
    await this.shell.script(
      'for p in /proc/[0-9]*; do case $(readlink "$p/exe") in */sshd*) kill -9 "${p#/proc/}" ;; esac; done; true',
      [],
    );
  }

  async restartSshd(more = ''): Promise<void> {
    await this.killSshd();
    await this.startSshd(more);
  }

  /** The shell that a login of it starts. */
  loginShell(user: string, shell: string): void {
    const file = join(this.folder, 'passwd');
    const lines = readFileSync(file, 'utf8').split('\n');
    // In place: it is bound over the host's /etc/passwd.
    writeFileSync(
      file,
      lines.map((line) => (line.startsWith(`${user}:`) ? line.replace(/[^:]*$/, shell) : line)).join('\n'),
    );
  }

  /** What is wrong with the way to it from now on. */
  trouble(trouble: Trouble): void {
    this.relay.trouble = trouble;
  }

  /** Cuts all connections once so many bytes more have gone to it. */
  cutAfter(bytes: number): { readonly cut: boolean; stop(): void } {
    return this.relay.cutAfter(bytes);
  }

  /** Puts the relay before a host that is reached without, so that its way can be made worse. */
  async withRelay(): Promise<SshHow> {
    await this.relay.open();
    const fingerprints = [this.confirmedAt(`127.0.0.1:${this.port}`)];
    return { ...this.how(), address: '127.0.0.1', port: this.port, fingerprints };
  }

  /** Cuts the connections that there are; new ones can be made. */
  cut(): void {
    this.relay.dropAll();
  }

  /** Bytes that have gone to it. */
  get sent(): number {
    return this.relay.sent;
  }

  /** Pulls the cable, or puts it back. */
  async cable(plugged: boolean): Promise<void> {
    await this.of.underlay.shell.run(['ip', 'link', 'set', 'dev', `u${this.number}`, plugged ? 'up' : 'down']);
    if (plugged) await this.answers();
  }

  /** Pulls the cable between the host and the router of its NAT, or puts it back. */
  async innerCable(plugged: boolean): Promise<void> {
    await this.nat?.cable(plugged);
    if (plugged) await this.answers();
  }

  /** A process in the network of its router; undefined: it is behind none. */
  get routerPid(): number | undefined {
    return this.nat?.pid;
  }

  /** As when the power goes: all processes, bridges and taps are gone; what is on disk is not. */
  async powerOff(): Promise<void> {
    await this.lab.stop(go);
    this.relay.dropAll();
  }

  async remove(): Promise<void> {
    this.relay.close();
    await this.lab.remove(go);
    this.nat?.remove();
  }
}

/** Ports of earlier relays: at one of them Atoll knows the key of another host, and refuses a new one. */
const usedPorts = new Set<number>();

/** Leads connections to 127.0.0.1 on to a host, by a process that runs in the underlay's namespace. */
class Relay {
  trouble: Trouble = {};
  sent = 0;
  private knife: { left: number; cut: boolean } | null = null;
  private server: Server | null = null;
  private readonly live = new Map<Socket, ChildProcess>();

  constructor(
    private readonly underlayPid: number,
    private readonly address: string,
  ) {}

  get port(): number {
    return (this.server?.address() as AddressInfo).port;
  }

  async open(): Promise<void> {
    if (this.server) return;
    const server = createServer((socket) => this.lead(socket));
    this.server = server;
    for (;;) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      if (!usedPorts.has(this.port)) break;
      await new Promise((resolve) => server.close(resolve));
    }
    usedPorts.add(this.port);
  }

  dropAll(): void {
    for (const [socket, child] of this.live) {
      socket.destroy();
      child.kill('SIGKILL');
    }
  }

  close(): void {
    this.dropAll();
    this.server?.close();
  }

  cutAfter(bytes: number): { readonly cut: boolean; stop(): void } {
    const knife = { left: bytes, cut: false };
    this.knife = knife;
    return {
      get cut() {
        return knife.cut;
      },
      stop: () => {
        this.knife = null;
      },
    };
  }

  private passes(bytes: number): boolean {
    this.sent += bytes;
    if (!this.knife) return true;
    this.knife.left -= bytes;
    if (this.knife.left > 0) return true;
    this.knife.cut = true;
    this.knife = null;
    this.dropAll();
    return false;
  }

  private lead(socket: Socket): void {
    const script = `const s=require('net').connect(22,'${this.address}');s.setNoDelay(true);process.stdin.pipe(s).pipe(process.stdout);s.on('close',()=>process.exit());s.on('error',()=>process.exit(1))`;
    const child = spawn('nsenter', ['-t', String(this.underlayPid), '-n', '--', process.execPath, '-e', script], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.live.set(socket, child);
    const end = (): void => {
      this.live.delete(socket);
      socket.destroy();
      child.kill('SIGKILL');
    };
    socket.setNoDelay(true);
    child.stdin.on('error', end);
    carry(
      socket,
      child.stdin,
      () => this.trouble,
      (bytes) => this.passes(bytes),
    );
    carry(
      child.stdout,
      socket,
      () => this.trouble,
      () => true,
    );
    socket.on('error', end).on('close', end);
    child.on('exit', end);
  }
}
