import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Shell } from '../../shell';
import { timedOut } from '../../shells/outcome';
import { askToPowerOff, askToRestart, parseGuest, readGuest } from './guest-agent';

const REPORT = `os.id               : debian
os.name             : Debian GNU/Linux
os.pretty-name      : Debian GNU/Linux 13 (trixie)
hostname            : db1
if.count            : 2
if.0.name           : lo
if.0.hwaddr         : 00:00:00:00:00:00
if.0.addr.count     : 1
if.0.addr.0.type    : ipv4
if.0.addr.0.addr    : 127.0.0.1
if.0.addr.0.prefix  : 8
if.1.name           : enp1s0
if.1.hwaddr         : 56:6F:00:00:00:01
if.1.addr.count     : 2
if.1.addr.0.type    : ipv4
if.1.addr.0.addr    : 10.0.0.5
if.1.addr.0.prefix  : 24
if.1.addr.1.type    : ipv6
if.1.addr.1.addr    : fe80::1
if.1.addr.1.prefix  : 64
`;
const go = new AbortController().signal;

describe('what a guest agent reports', () => {
  it('is its host name, its system and the addresses of its NICs', () => {
    expect(parseGuest(REPORT)).toEqual({
      hostname: 'db1',
      os: 'Debian GNU/Linux 13 (trixie)',
      addresses: [
        { mac: '56:6f:00:00:00:01', address: '10.0.0.5/24' },
        { mac: '56:6f:00:00:00:01', address: 'fe80::1/64' },
      ],
    });
  });

  it('is bounded, and has only addresses and plain text, whatever a hostile guest says', () => {
    const many = Array.from(
      { length: 500 },
      (_, i) => `if.1.addr.${i}.addr : 10.0.${i % 250}.1\nif.1.addr.${i}.prefix : 24`,
    );
    const { addresses } = parseGuest(['if.1.hwaddr : 56:6f:00:00:00:01', ...many].join('\n'));
    expect(addresses).toHaveLength(64);
    const bad = parseGuest(
      `hostname : \u001b[31m root\u202e${'x'.repeat(5000)}\nos.pretty-name : \u0007\nif.0.hwaddr : zz\nif.0.addr.0.addr : 10.0.0.1\nif.0.addr.0.prefix : 24\nif.1.hwaddr : 56:6f:00:00:00:01\nif.1.addr.0.addr : $(reboot)\nif.1.addr.0.prefix : 24\nif.1.addr.1.addr : 10.0.0.1\nif.1.addr.1.prefix : -1\nif.9.addr.0.prefix : 3\n`,
    );
    expect(bad.addresses).toEqual([]);
    expect(bad.os).toBeNull();
    expect(bad.hostname).toHaveLength(128);
    expect(bad.hostname).toMatch(/^\[31m root/);
    expect(parseGuest('')).toEqual({ hostname: null, os: null, addresses: [] });
  });
});

/** Asks through a virsh that is this script. */
async function askStandIn(virsh: string) {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-agent-'));
  writeFileSync(join(folder, 'virsh'), `#!/bin/sh\n${virsh}\n`, { mode: 0o755 });
  const lengths: number[] = [];
  const script = (text: string, args: readonly string[]) => {
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    const stdout = execFileSync('sh', ['-c', text, 'sh', ...args], { env, encoding: 'utf8', maxBuffer: 10_000_000 });
    lengths.push(stdout.length);
    return Promise.resolve({ exit: 0, stdout, stderr: '' });
  };
  const guest = await readGuest({ name: 'here', script } as unknown as Shell, 'v1', go);
  rmSync(folder, { recursive: true });
  return { guest, lengths };
}

/** Answers each virsh command by its arguments. */
function shellThat(
  answer: (argv: readonly string[]) => { exit: number; stderr?: string } | 'hangs',
): Shell & { asked: string[] } {
  const asked: string[] = [];
  const run = (argv: readonly string[]) => {
    asked.push(argv.slice(2).join(' '));
    const result = answer(argv);
    if (result === 'hangs') return Promise.reject(timedOut({ host: 'here', shown: argv }, 1, ''));
    return Promise.resolve({ stdout: '', stderr: '', ...result });
  };
  const script = (text: string, args: readonly string[]) => {
    const [, verb, mode] = /exec virsh -q (\w+) "\$1" --mode (\w+)$/.exec(text) ?? [];
    return run(verb === undefined ? ['virsh', '-q', ...args] : ['virsh', '-q', verb, ...args, '--mode', mode ?? '']);
  };
  return { name: 'here', run, script, asked } as unknown as Shell & { asked: string[] };
}

describe('a guest that is asked to power off', () => {
  it('is asked by its agent, and by its power button if it has none or it does not answer', async () => {
    const willing = shellThat(() => ({ exit: 0 }));
    await askToPowerOff(willing, 'v1', go);
    expect(willing.asked).toEqual(['shutdown v1 --mode agent']);
    for (const answer of [{ exit: 1, stderr: 'error: QEMU guest agent is not connected' }, 'hangs'] as const) {
      const shell = shellThat((argv) => (argv.includes('agent') ? answer : { exit: 0 }));
      await askToPowerOff(shell, 'v1', go);
      expect(shell.asked).toEqual(['shutdown v1 --mode agent', 'shutdown v1 --mode acpi']);
    }
    const restarting = shellThat((argv) => ({ exit: argv.includes('agent') ? 1 : 0 }));
    await askToRestart(restarting, 'v1', go);
    expect(restarting.asked).toEqual(['reboot v1 --mode agent', 'reboot v1 --mode acpi']);
    const down = shellThat((argv) => (argv.includes('agent') ? 'hangs' : { exit: 1, stderr: 'domain is not running' }));
    await askToPowerOff(down, 'v1', go);
    await expect(
      askToPowerOff(
        shellThat(() => ({ exit: 1, stderr: 'no' })),
        'v1',
        go,
      ),
    ).rejects.toThrow('no');
  });

  it("is no agent's where none answers in time", async () => {
    expect(
      await readGuest(
        shellThat(() => 'hangs'),
        'v1',
        go,
      ),
    ).toBeNull();
    expect(
      await readGuest(
        shellThat(() => ({ exit: 1 })),
        'v1',
        go,
      ),
    ).toBeNull();
  });

  it('is cut off on its host, however much a guest reports', async () => {
    const { guest, lengths } = await askStandIn('echo "hostname : db1"; head -c 3000000 /dev/zero | tr "\\0" x');
    expect(guest?.hostname).toBe('db1');
    expect(lengths).toEqual([256 * 1024]);
  });

  it('is given seconds by libvirt, not for ever', async () => {
    const { guest } = await askStandIn(
      'case $* in *guest-agent-timeout*) : >"$0.set" ;; *) [ -e "$0.set" ] && echo "hostname : db1" ;; esac',
    );
    expect(guest?.hostname).toBe('db1');
  });

  it('has a name also if libvirt refuses its report of too many interfaces', async () => {
    const { guest } = await askStandIn('case $* in *--interface*) exit 1 ;; *) echo "hostname : db1" ;; esac');
    expect(guest).toEqual({ hostname: 'db1', os: null, addresses: [] });
  });
});
