import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { LabShell } from '../../hosts/shells/lab';
import { eventually } from './eventually';

/** A temporary host: mount, network and pid namespaces with nothing in them but `lo`. */
export interface TestHost {
  readonly shell: LabShell;
  /** Pid of a process inside, for tests that start something of their own there. */
  readonly pid: number;
  remove(): void;
}

/**
 * Makes an empty host, IPv6 off from birth as in a lab unless `ipv6` says otherwise. Needs root. Everything in it goes
 * with `remove`.
 */
export async function makeTestHost(options: { ipv6?: boolean } = {}): Promise<TestHost> {
  const child = spawn('unshare', ['--mount', '--net', '--propagation', 'private', 'sleep', 'infinity'], {
    stdio: 'ignore',
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error('unshare could not be started');
  const own = readlinkSync('/proc/self/ns/net');
  await eventually('a network namespace', 10_000, () => readlinkSync(`/proc/${pid}/ns/net`) !== own || undefined);
  const shell = new LabShell({ name: 'test host', sockDir: '/nonexistent', enter: () => ({ pid, rootless: false }) });
  const quiet = options.ipv6 ? '0' : '1';
  await shell.script(
    `mount -t sysfs sysfs /sys
     for which in all default; do echo "$1" >/proc/sys/net/ipv6/conf/$which/disable_ipv6; done
     ip link set lo up`,
    [quiet],
  );
  return { shell, pid, remove: () => void child.kill('SIGKILL') };
}
