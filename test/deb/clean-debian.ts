import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Ended } from '../support/atoll-cli';
import { ARCHIVE, SUITE, archiveAnswers } from '../support/debian-archive';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Enters the tree as its root and stays as PID 1, whose end is the end of all in it. `$1` is the tree. */
const INIT = `set -e
# By the tool of the computer outside: a minimal Debian has none yet.
ip link set lo up
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p .outside
pivot_root . .outside
umount -l /.outside
rmdir /.outside
echo ready
trap 'exit 0' TERM
trap : CHLD
while :; do read -r _ || exit 0; done
`;

/** Why no clean Debian can be made here; null where it can. */
export function missingForDebian(): string | null {
  if (process.getuid?.() !== 0) return 'needs root';
  const tools = ['debootstrap', 'dpkg-deb', 'strip', 'g++', 'unshare', 'nsenter'];
  const absent = tools.filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (absent.length > 0) return `missing here: ${absent.join(', ')}`;
  const reached =
    spawnSync('apt-get', ['update', '--print-uris'], { stdio: 'ignore' }).status === 0 && archiveAnswers();
  return reached ? null : "Debian's archive can't be reached";
}

/** A minimal Debian in a folder, and one process tree in it. */
export class CleanDebian {
  #inside: ChildProcess | null = null;
  #pid = 0;

  private constructor(readonly root: string) {}

  /** Makes the system and fetches `packages` with what they need into it; they are not installed yet. */
  static make(packages: readonly string[]): CleanDebian {
    const root = mkdtempSync(join(tmpdir(), 'atoll-debian-'));
    // It becomes a root folder, which all its users may enter.
    chmodSync(root, 0o755);
    must('debootstrap', '--variant=minbase', SUITE, root, ARCHIVE);
    // What lets this computer reach the archive lets the tree reach it.
    cpSync('/etc/apt/apt.conf.d', join(root, 'etc/apt/apt.conf.d'), { recursive: true });
    copyFileSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
    writeFileSync(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    must('chroot', root, 'apt-get', 'update', '-qq');
    must(
      'chroot',
      root,
      'apt-get',
      'install',
      '-qq',
      '--yes',
      '--no-install-recommends',
      '--download-only',
      ...packages,
    );
    return new CleanDebian(root);
  }

  /** Starts the namespaces that all further commands run in. */
  async enter(): Promise<void> {
    const argv = ['--mount', '--pid', '--net', '--uts', '--ipc', '--fork', '--kill-child', '--propagation', 'private'];
    const child = spawn('unshare', [...argv, '--', 'bash', '-c', INIT, 'bash', this.root], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#inside = child;
    const failed = once(child, 'exit').then(() => Promise.reject(new Error('the clean Debian could not be entered')));
    await Promise.race([once(child.stdout, 'data'), failed]);
    failed.catch(() => undefined);
    const children = readFileSync(`/proc/${child.pid ?? 0}/task/${child.pid ?? 0}/children`, 'utf8');
    this.#pid = Number(children.trim().split(' ')[0]);
  }

  /** Puts a file of this computer into its /root; returns its path there. */
  take(file: string): string {
    copyFileSync(file, join(this.root, 'root', basename(file)));
    return join('/root', basename(file));
  }

  /** Runs a command in it, as root or as one of its users, to its end. */
  async run(argv: readonly string[], user?: string): Promise<Ended> {
    const as = user === undefined ? [] : ['runuser', '-u', user, '--'];
    const home = user === undefined ? '/root' : `/home/${user}`;
    const env = ['env', '-i', `PATH=${PATH}`, `HOME=${home}`, 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C.UTF-8'];
    const into = [
      '--target',
      String(this.#pid),
      '--mount',
      '--pid',
      '--net',
      '--uts',
      '--ipc',
      '--root',
      `--wdns=${home}`,
    ];
    const child = spawn('nsenter', [...into, '--', ...as, ...env, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (bytes) => (said.stdout += String(bytes)));
    child.stderr.on('data', (bytes) => (said.stderr += String(bytes)));
    const [exit] = (await once(child, 'exit')) as [number | null];
    return { exit: exit ?? 137, ...said };
  }

  /** Runs a command that must succeed; returns what it said. */
  async ok(argv: readonly string[], user?: string): Promise<string> {
    const { exit, stdout, stderr } = await this.run(argv, user);
    if (exit !== 0) throw new Error(`${argv.join(' ')} ended with ${exit}: ${stderr || stdout}`);
    return stdout;
  }

  /** The command lines of all processes of a user and of the user's subordinate ids, one a line. */
  processesOf(user: string): Promise<string> {
    const script = `range=$(sed -n "s/^$1:\\([0-9]*\\):\\([0-9]*\\)$/\\1 \\2/p" /etc/subuid)
    for dir in /proc/[0-9]*; do
      uid=$(stat -c %u "$dir" 2>/dev/null) || continue
      [ "$uid" -eq "$(id -u "$1")" ] || { [ "$uid" -ge "\${range% *}" ] && [ "$uid" -lt $((\${range% *} + \${range#* })) ]; } || continue
      { tr '\\0' ' ' <"$dir/cmdline"; echo; } 2>/dev/null
    done; true`;
    return this.ok(['bash', '-c', script, 'bash', user]);
  }

  /** Ends all in it and removes it. */
  async dispose(): Promise<void> {
    if (this.#inside) {
      const gone = once(this.#inside, 'exit');
      this.#inside.kill('SIGKILL');
      await gone;
    }
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function must(command: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0)
    throw new Error(`${command} ended with ${status ?? 'a signal'}: ${(stderr || stdout).slice(-2000)}`);
}
