import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoctorCheck, Host, IsolationCheck, NetworkAttachment, UnmanagedBridge } from '../../contract';
import { labHere } from '../support/lab-here';
import { LocalMachine } from '../support/local-machine';

const missing = process.getuid?.() === 0 ? (await labHere()).networks : 'needs root';
const OTHER = '0198c5a0-0000-7000-8000-00000000dead';

/** What else is on the computer: a bridge of its owner with an address, one of another Atoll, and a firewall. */
const SHARED = `
ip link add br0 type bridge; ip address add 198.51.100.1/24 dev br0; ip link set br0 up
ip link add teal type bridge; ip link set teal alias atoll:${OTHER}:${OTHER}; ip link set teal up
nft add table ip filter; nft 'add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }'
`;

/** The program itself, run as a person would, in namespaces that stand for the computer. */
describe.skipIf(missing !== null)(`this computer as a host${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'atoll-local-'));
  let machine: LocalMachine;
  beforeAll(async () => {
    machine = await LocalMachine.open();
    await machine.shell.script(SHARED, []);
  });
  afterAll(async () => {
    await atoll('stop');
    await machine.remove();
    rmSync(home, { recursive: true, force: true });
  });

  /** The answer as JSON, or the refusal. */
  async function atoll(...args: string[]): Promise<unknown> {
    const sure = /remove|maintenance/.test(args[1] ?? '') ? ['--yes'] : [];
    const argv = [process.execPath, resolve('bin/atoll'), ...args, '--home', home, '--json', ...sure];
    const { stdout, stderr, exit } = await machine.shell.run(argv, { okExits: 'any', timeoutMs: 120_000 });
    // An answer is on stdout, also one that a check did not pass (exit 4); a refusal on stderr.
    const text = exit === 0 || stdout.trim() !== '' ? stdout : stderr.slice(stderr.indexOf('{'));
    return text.trim() === '' ? null : (JSON.parse(text) as unknown);
  }
  const show = async () =>
    (await atoll('host', 'show', 'here')) as {
      host: Host;
      attachments: NetworkAttachment[];
      unmanaged: UnmanagedBridge[];
    };
  const links = async (): Promise<string[]> => {
    const { stdout } = await machine.shell.run(['ip', '-o', 'link', 'show', 'type', 'bridge']);
    return [...stdout.matchAll(/^\d+: ([\w-]+):/gm)].map(([, name = '']) => name).sort();
  };
  const theirs = async (): Promise<string> =>
    (
      await machine.shell.script(
        'ip -o address show dev br0 scope global; ip -o link show dev teal; nft list table ip filter',
        [],
      )
    ).stdout;

  it('is added once, shows what is there already, and touches none of it', async () => {
    const before = await theirs();
    expect(await atoll('host', 'add', 'here', '--local')).toMatchObject({ host: { kind: 'local', state: 'up' } });
    await atoll('network', 'add', 'blue', '--isolated', '--cluster', 'Default');
    const { host, attachments, unmanaged } = await show();
    expect(host.state).toBe('up');
    expect(attachments).toMatchObject([{ state: 'in_sync', verdict: 'isolated' }]);
    expect(unmanaged.map(({ name, owner }) => [name, owner]).sort()).toEqual([
      ['br0', null],
      ['teal', OTHER],
    ]);
    expect(await theirs()).toBe(before);
    expect(await atoll('host', 'add', 'again', '--local')).toMatchObject({
      error: { code: 'CONFLICT', message: expect.stringContaining('"here"') as string },
    });
  });

  it('does not take a name from another Atoll, and says whose it is', async () => {
    await atoll('network', 'add', 'teal', '--isolated', '--cluster', 'Default');
    const { host, attachments } = await show();
    expect(host).toMatchObject({ state: 'non_operational', reason: expect.stringContaining('"teal"') as string });
    const failed = attachments.find(({ state }) => state === 'failed');
    expect(failed?.message).toMatch(/another Atoll/i);
    await atoll('network', 'remove', 'teal');
    expect((await show()).host.state).toBe('up');
    expect(await links()).toEqual(['blue', 'br0', 'teal']);
  });

  it('leaves the IPv6 default of the computer alone, and is silent on its bridges all the same', async () => {
    const read = 'cd /proc/sys/net/ipv6/conf; cat all/disable_ipv6 default/disable_ipv6 blue/disable_ipv6';
    expect((await machine.shell.script(read, [])).stdout).toBe('0\n0\n1\n');
  });

  it('finds a firewall that mutes guests, with a remedy that helps', async () => {
    await machine.shell.script('echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables', []);
    const checked = async (): Promise<DoctorCheck | undefined> =>
      ((await atoll('host', 'check', 'here')) as { checks: DoctorCheck[] }).checks.find(
        ({ id }) => id === 'host_bridge_filter',
      );
    const talk = async (): Promise<boolean | null | undefined> =>
      ((await atoll('network', 'check', 'blue', '--probe')) as IsolationCheck[])[0]?.points.find(
        ({ id }) => id === 'probe_guests_talk',
      )?.ok;
    const found = await checked();
    expect(found).toMatchObject({ state: 'warning' });
    expect(await talk()).toBe(false);
    await machine.shell.run([...(found?.remedy?.command ?? [])]);
    expect(await checked()).toMatchObject({ state: 'ok' });
    expect(await talk()).toBe(true);
  });

  it('has its networks again when it starts, without Atoll', async () => {
    const { stdout } = await machine.shell.script('ls /etc/atoll /etc/systemd/system/multi-user.target.wants', []);
    expect(stdout).toMatch(/atoll-[0-9a-f]{12}\.sh/);
    expect(stdout).toMatch(/atoll-[0-9a-f]{12}\.service/);
  });

  it('is removed with what is ours left on it, if asked, and takes that up again', async () => {
    await atoll('host', 'maintenance', 'here');
    const preview = (await atoll('host', 'remove', 'here', '--keep', '--dry-run')) as {
      preview: { summary: string[] };
    };
    expect(preview.preview.summary.join('; ')).toMatch(/left on here: bridge blue; .* sh \/etc\/atoll\/.*\.sh clean/);
    expect(await atoll('host', 'remove', 'here', '--keep')).toMatchObject({
      cleanUp: expect.stringContaining('clean') as string,
    });
    expect(await links()).toEqual(['blue', 'br0', 'teal']);
    await atoll('host', 'add', 'here', '--local');
    expect((await show()).attachments).toMatchObject([{ state: 'in_sync' }]);
  });

  it('is removed with all that is ours, and only that', async () => {
    await atoll('host', 'maintenance', 'here');
    await atoll('host', 'remove', 'here');
    expect(await links()).toEqual(['br0', 'teal']);
    const { stdout } = await machine.shell.script(
      'ls -d /etc/atoll /etc/systemd/system/atoll* /var/lib/libvirt/atoll 2>/dev/null; nft list tables; true',
      [],
    );
    expect(stdout.trim()).toBe('table ip filter');
  });
});
