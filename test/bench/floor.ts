import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** As long as a real mark: a store's id and a network's. */
const MARK = 'atoll:0198c5a0-0000-7000-8000-000000000000:0198c5a0-0000-7000-8000-';

/**
 * The least that the work can cost, with not a word more than it needs: bare `ip -batch` and `nft -f` with files that are already written, in a network
 * namespace of its own, entered the way a lab is entered.
 */
export class Floor {
  private constructor(
    private readonly child: ChildProcess,
    private readonly pid: number,
    private readonly folder: string,
  ) {}

  static async open(): Promise<Floor> {
    const script =
      'mount -t sysfs sysfs /sys; for s in all default; do echo 1 > /proc/sys/net/ipv6/conf/$s/disable_ipv6; done; echo ready; exec sleep 3600';
    const child = spawn('unshare', ['--mount', '--net', '--propagation', 'private', 'sh', '-c', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', () => reject(new Error('no namespace for the floor')));
    });
    return new Floor(child, child.pid ?? 0, mkdtempSync(join(tmpdir(), 'atoll-floor-')));
  }

  /** Writes the batch files for the bridges f0..f(n-1); returns the work to be timed. */
  creation(n: number): () => Promise<void> {
    const names = Array.from({ length: n }, (_, i) => `f${i}`);
    this.write('names', names);
    this.write(
      'links',
      names.flatMap((name, i) => [
        `link add ${name} address 02:00:00:00:${hex(i >> 8)}:${hex(i)} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
        `link set ${name} alias ${MARK}${i.toString().padStart(12, '0')}`,
      ]),
    );
    this.write('seals', [
      'add table netdev floor',
      ...names.flatMap((name) =>
        ['ingress', 'egress'].flatMap((hook) => {
          const body = `{ type filter hook ${hook} device "${name}" priority 0; policy drop; }`;
          return [`add chain netdev floor ${name}_${hook} ${body}`];
        }),
      ),
    ]);
    this.write(
      'ups',
      names.map((name) => `link set ${name} addrgenmode none mtu 1500 up`),
    );
    return () =>
      this.sh(
        'ip -batch "$1/links" && while read n; do echo 1 > "/proc/sys/net/ipv6/conf/$n/disable_ipv6"; done < "$1/names" && nft -f "$1/seals" && ip -batch "$1/ups"',
      );
  }

  observation(): () => Promise<void> {
    return () => this.sh('ip -j -d link > "$1/out"');
  }

  /**
   * All that a look at a lab has to read, by the bare tools that read it, side by side: besides the links and their addresses
   * the seals, where IPv6 is on, and the VMs. It is given the lab of the engine: no namespace of ours has a libvirt.
   */
  static wholeObservation(pid: number): () => Promise<void> {
    const script =
      'ip -j -d address >/dev/null & nft -j list ruleset >/dev/null & virsh -q list --all --uuid >/dev/null & cd /proc/sys/net/ipv6/conf && grep -Lx 1 -- */disable_ipv6 >/dev/null; wait';
    return async () => {
      await exec('nsenter', ['-t', String(pid), '-m', '-n', '-p', '--', 'sh', '-c', script]);
    };
  }

  /** Deletes all, as one link group in chunks of 100, and the chains. */
  removal(n: number): () => Promise<void> {
    const names = Array.from({ length: n }, (_, i) => `f${i}`);
    this.write(
      'gone',
      names.flatMap((name) => ['ingress', 'egress'].map((hook) => `delete chain netdev floor ${name}_${hook}`)),
    );
    const lines: string[] = [];
    names.forEach((name, i) => {
      lines.push(`link set ${name} group 77`);
      if (i % 100 === 99 || i === n - 1) lines.push('link del group 77');
    });
    this.write('dels', lines);
    return () => this.sh('ip -batch "$1/dels" && nft -f "$1/gone"');
  }

  /** Plain veth pairs beside the bridges, as many ends as a host with twice that many vNICs has; in the network namespace of `pid`. */
  async clutter(pairs: number, pid = this.pid): Promise<void> {
    this.write(
      'veths',
      Array.from({ length: pairs }, (_, i) => `link add v${i} type veth peer name w${i}`),
    );
    await exec('nsenter', ['-t', String(pid), '-n', '--', 'ip', '-batch', join(this.folder, 'veths')]);
  }

  close(): void {
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(file: string, lines: string[]): void {
    writeFileSync(join(this.folder, file), `${lines.join('\n')}\n`);
  }

  private async sh(script: string): Promise<void> {
    await exec('nsenter', ['-t', String(this.pid), '-m', '-n', '--', 'sh', '-c', script, 'floor', this.folder], {
      maxBuffer: 1 << 28,
    });
  }
}

const hex = (n: number): string => (n & 0xff).toString(16).padStart(2, '0');
