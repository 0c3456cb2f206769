import { run } from '../../../contract';
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfCancelled } from '../../cancelled';
import { CommandError } from '../../command-error';
import { commandEnvironment } from '../../shells/spawn';
import { identify, lives, readIdentity, writeIdentity } from '../identity';
import type { Lab } from '../life';

/** Relative to the lab's folder, which is the working directory: a socket path has at most 107 bytes (unix(7)). */
export const SOCKET = 'outside.sock';
const READY_WITHIN_MS = 10_000;
const END_WITHIN_MS = 5_000;

/**
 * Waits until its identity is recorded (if the starter dies instead, stdin ends and so does this), then becomes slirp4netns. A tap
 * keeps its network namespace alive (tun_chr_open takes a reference), so slirp4netns would outlive the lab; hence its --exit-fd:
 * the end of a pipe into which a process inside the lab writes. `yes` fills the pipe and blocks. It dies with the lab's PID 1,
 * which ends slirp4netns; and by SIGPIPE with slirp4netns, so that none is left. $1: pid of the lab; $2: NIC; $3: how to enter its
 * pid namespace; then further arguments of slirp4netns.
 */
const SCRIPT = `
read -r _ || exit 1
pid=$1 nic=$2 user=$3; shift 3
exec slirp4netns --disable-host-loopback --disable-dns --mtu 1500 --exit-fd 0 --ready-fd 3 "$@" "$pid" "$nic" \\
  < <(exec nsenter -t "$pid" $user -p -- yes 2>/dev/null)
`;

/** The slirp4netns of a lab: a process of this computer, outside the lab's namespaces, and not a child of the engine. */
export class SlirpProcess {
  constructor(private readonly lab: Lab) {}

  /** Whether it runs, excluding a reused pid. */
  runs(): boolean {
    const known = readIdentity(this.lab.paths.outside);
    return known !== null && lives(known);
  }

  /**
   * Starts it, and returns when its NIC exists. A running one is stopped first.
   * @throws CommandError with its output if it can't be started
   */
  async start(nic: string, signal: AbortSignal): Promise<void> {
    await this.end(signal);
    const { paths, name } = this.lab;
    const { pid, rootless } = this.lab.enter();
    await rm(`${paths.root}/${SOCKET}`, { force: true });
    const user = rootless ? '-U --preserve-credentials' : '';
    const userns = rootless ? [`--userns-path=/proc/${pid}/ns/user`] : [];
    const args = [String(pid), nic, user, '--api-socket', SOCKET, ...userns];
    const log = openSync(paths.outsideLog, 'w', 0o600);
    // --norc: bash(1) treats a socket as stdin, which Node uses, like rshd's, and would run the user's ~/.bashrc.
    const child = spawn('bash', ['--norc', '-c', SCRIPT, 'bash', ...args], {
      detached: true,
      cwd: paths.root,
      env: commandEnvironment(),
      stdio: ['pipe', log, log, 'pipe'],
    });
    closeSync(log);
    // EPIPE only means that it has ended, which is checked below.
    child.stdin?.on('error', () => child.kill('SIGKILL'));
    try {
      const identity = child.pid === undefined ? null : identify(child.pid, rootless);
      if (!identity) throw new Error('it ended while it was starting');
      await writeIdentity(paths.outside, identity);
      child.stdin?.end('go\n');
      await ready(child, signal);
      child.unref();
    } catch (cause) {
      child.kill('SIGKILL');
      throwIfCancelled(signal);
      const said = (await readFile(paths.outsideLog, 'utf8')).trim();
      const remedy = run('system.doctor', {}, 'Check that slirp4netns is installed.');
      throw new CommandError(name, ['slirp4netns', ...args], child.exitCode, said || String(cause), remedy);
    }
  }

  /** Stops it and waits until it and its NIC are gone. */
  async end(signal: AbortSignal): Promise<void> {
    const known = readIdentity(this.lab.paths.outside);
    const until = performance.now() + END_WITHIN_MS;
    while (known && lives(known) && performance.now() < until) {
      throwIfCancelled(signal);
      kill(known.pid);
      await sleep(10);
    }
    await rm(this.lab.paths.outside, { force: true });
  }
}

/** slirp4netns writes `1` to its ready descriptor once the NIC exists; on failure it closes the descriptor without writing. */
async function ready(child: ChildProcess, signal: AbortSignal): Promise<void> {
  const pipe = child.stdio[3] as Readable;
  const giveUp = AbortSignal.any([signal, AbortSignal.timeout(READY_WITHIN_MS)]);
  const close = (): void => void pipe.destroy(new Error('it was not ready in time'));
  giveUp.addEventListener('abort', close, { once: true });
  if (giveUp.aborted) close();
  try {
    let said = '';
    for await (const chunk of pipe) {
      said += String(chunk);
      if (said.startsWith('1')) return;
    }
    throw new Error('it ended before it was ready');
  } finally {
    giveUp.removeEventListener('abort', close);
    pipe.destroy();
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
