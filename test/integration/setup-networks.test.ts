import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { wantedSetup } from '../../engine/plan/model/wanted-setup';
import { planSetup } from '../../engine/plan/regular/plan-setup';
import { AppError, type Ipv4 } from '../../contract';
import type { WantedHost } from '../../engine/plan/model/wanted';
import type { HostDriver, VmDriver } from '../../engine/ports/host-driver';
import type { SetupOutcome } from '../../engine/ports/setup';
import { CommandError } from '../../hosts/command-error';
import { LinuxHost } from '../../hosts/linux/linux-host';
import type { RunOptions, RunResult, Shell } from '../../hosts/shell';
import { blockName } from '../conformance/hosts/kind';
import { netHere } from '../support/net-here';
import { type TestHost, makeTestHost } from '../support/netns-shell';
import { allProcesses, namespaceOf } from '../support/processes';

const STORE = '0198c5a0-0000-7000-8000-0000000000aa';
const RED = '0198c5a0-0000-7000-8000-000000000001';
const signal = new AbortController().signal;
const missing = netHere('sshd', 'ssh', 'ssh-keygen');
const OWN: Ipv4 = { kind: 'static', address: '192.0.2.10/24', gateway: '192.0.2.1' };

const folder = missing === null ? mkdtempSync(join(tmpdir(), 'atoll-setup-')) : '';
afterAll(() => (folder === '' ? undefined : rmSync(folder, { recursive: true, force: true })));

/** A host with eth0 (the connection, a real sshd) and eth1, and a manager on the wire of eth0. */
interface Rig {
  readonly host: TestHost;
  readonly manager: TestHost;
  readonly driver: HostDriver;
  /** One that gives an order and never comes back to confirm it, as if its engine were killed. */
  readonly dying: HostDriver;
  readonly sshd: ChildProcess;
}

async function makeRig(): Promise<Rig> {
  const [host, manager] = [await makeTestHost(), await makeTestHost()];
  // The host's /run is this computer's but for this.
  await host.shell.script('mount -t tmpfs tmpfs /run; mkdir -p /run/sshd', []);
  await manager.shell.script(
    `ip link add wire0 type veth peer name eth0 netns "$1"; ip link add wire1 type veth peer name eth1 netns "$1"
     ip address add 192.0.2.1/24 dev wire0; ip link set wire0 up; ip link set wire1 up`,
    [String(host.pid)],
  );
  await host.shell.script(
    `ip address add 192.0.2.10/24 dev eth0; ip link set eth0 up; ip route add default via 192.0.2.1`,
    [],
  );
  const key = join(folder, 'key');
  writeFileSync(join(folder, 'none'), '');
  try {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key], { stdio: 'ignore', input: 'n\n' });
  } catch {
    // It is there from the test before.
  }
  const sshd = spawn(
    'nsenter',
    [
      ...[
        '-t',
        String(host.pid),
        '-m',
        '-n',
        '--',
        '/usr/sbin/sshd',
        '-D',
        '-e',
        '-f',
        join(folder, 'none'),
        '-h',
        key,
      ],
      ...[
        '-o',
        `AuthorizedKeysFile=${key}.pub`,
        '-o',
        'StrictModes=no',
        '-o',
        'PidFile=none',
        '-o',
        'UsePAM=no',
        '-o',
        `SetEnv=HOME=${folder}`,
      ],
    ],
    { stdio: 'ignore' },
  );
  const shell = sshShell(manager, key);
  const makeDriver = (fresh: () => Promise<Shell>): HostDriver => {
    const parts = { storeId: STORE, shell, fresh, vms: {} as VmDriver, outside: null };
    return new LinuxHost({
      ...parts,
      rootless: false,
      keys: `${folder}/tunnel`,
      kvm: () => Promise.resolve(false),
      connect: () => Promise.resolve(null),
      powerOff: () => Promise.resolve(),
      destroy: () => Promise.resolve(),
    });
  };
  const driver = makeDriver(() => Promise.resolve(shell));
  await vi.waitFor(() => driver.connect(signal), { timeout: 10_000, interval: 50 });
  const dying = makeDriver(() => Promise.reject(new AppError('HOST_UNREACHABLE', 'the engine is gone')));
  return { host, manager, driver, dying, sshd };
}

/** Each command is a connection of its own over the wire, which dies with the link: exit 255 is ssh's own. */
function sshShell(manager: TestHost, key: string): Shell {
  const ssh = ['nsenter', '-t', String(manager.pid), '-n', '--', 'ssh', '-i', key, '-o', 'StrictHostKeyChecking=no'];
  const options = ['-o', 'UserKnownHostsFile=/dev/null', '-o', 'ConnectTimeout=1', '-o', 'ServerAliveInterval=1', '-q'];
  const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
  const run = (argv: readonly string[], { stdin = '', okExits = [0] }: RunOptions = {}): Promise<RunResult> =>
    new Promise((resolve, reject) => {
      const child = spawn(ssh[0] ?? '', [...ssh.slice(1), ...options, 'root@192.0.2.10', argv.map(quote).join(' ')]);
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
      child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
      child.stdin.on('error', () => child.kill());
      child.on('close', (exit) => {
        if (exit === 255 || exit === null) reject(new AppError('HOST_UNREACHABLE', 'the test host does not answer'));
        else if (okExits === 'any' || okExits.includes(exit)) resolve({ exit, stdout, stderr });
        else reject(new CommandError('test host', argv, exit, stderr));
      });
      child.stdin.end(stdin);
    });
  return {
    name: 'ssh test host',
    run,
    script: (script, args, how) => run(['sh', '-c', script, 'sh', ...args], how),
    stream: () => Promise.reject(new Error('not needed')),
    pipe: () => Promise.reject(new Error('not needed')),
    connect: () => Promise.reject(new Error('not needed')),
    close: () => Promise.resolve(),
  };
}

const wanted = (nic: string | null, ipv4: Ipv4 = { kind: 'none' }, mtu = 1500): WantedHost => {
  const network = {
    ...{ id: RED, dataCenterId: RED, name: 'red', comment: '', isIsolated: false, vlan: null, mtu, bridge: 'red' },
    ...{ label: null, guestSubnet: null, services: null, stretch: null, createdAt: '' },
  };
  const setup = wantedSetup(STORE, nic === null ? [] : [{ network, nic, ipv4, ipv6: { kind: 'none' } }], []);
  return { storeId: STORE, bridges: [], taps: [], setup };
};

/** How often a process has written, and the longest pause between two times. */
function longestGap({ stdout }: { readonly stdout: Readable }): () => { readonly beats: number; readonly ms: number } {
  let [beats, ms, last] = [0, 0, Date.now()];
  stdout.on('data', () => {
    const now = Date.now();
    if (beats > 0) ms = Math.max(ms, now - last);
    [beats, last] = [beats + 1, now];
  });
  return () => ({ beats, ms });
}

describe.skipIf(missing !== null)(blockName('Setup networks on a Linux host', missing), () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await makeRig();
  });
  afterEach(() => {
    rig.sshd.kill('SIGKILL');
    rig.host.remove();
    rig.manager.remove();
  });

  const look = () => rig.driver.observe(signal);
  /** All that a setup could have changed. */
  const state = async () => {
    const { nics, bridges, routes } = await look();
    return { nics, bridges: bridges.map(({ name }) => name), routes };
  };
  const setUp = async (desired: WantedHost, seconds = 4): Promise<SetupOutcome> => {
    const { steps, touchesConnection, problems } = planSetup(desired, await look());
    expect(problems).toEqual([]);
    return rig.driver.setupNetworks({ steps, confirmSeconds: touchesConnection ? seconds : null }, signal);
  };
  const isAsWanted = async (desired: WantedHost): Promise<void> => {
    expect(planSetup(desired, await look())).toMatchObject({ steps: [], findings: [] });
  };

  it('puts a network on a NIC beside the connection, changes it, and takes it off again', async () => {
    const before = await state();
    for (const desired of [
      wanted('eth1'),
      wanted('eth1', { kind: 'static', address: '198.51.100.4/24', gateway: null }, 1400),
      wanted('eth1', { kind: 'none' }, 1600),
    ]) {
      expect(await setUp(desired)).toMatchObject({ ok: true });
      await isAsWanted(desired);
    }
    expect((await look()).connection).toBe('192.0.2.10');
    expect(await setUp(wanted(null))).toMatchObject({ ok: true });
    await rig.host.shell.script('ip link set eth1 mtu 1500 down', []);
    expect(await state()).toEqual(before);
  });

  it('moves the connection onto a bridge, and a TCP connection through it lives on', async () => {
    const beat = spawn('nsenter', [
      ...['-t', String(rig.manager.pid), '-n', '--', 'ssh', '-i', join(folder, 'key'), '-q'],
      ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', 'root@192.0.2.10'],
      // It ends with the connection: then `date` has nowhere to write to.
      'while date +%s%N; do sleep 0.01; done',
    ]);
    // What this computer and this process take for themselves holds up another connection alike.
    const other = spawn('sh', ['-c', 'while date +%s%N; do sleep 0.01; done']);
    const [longest, longestOfOther] = [longestGap(beat), longestGap(other)];
    await expect.poll(() => Math.min(longest().beats, longestOfOther().beats)).toBeGreaterThanOrEqual(10);
    const desired = wanted('eth0', OWN);
    expect(await setUp(desired)).toMatchObject({ ok: true });
    await isAsWanted(desired);
    const { bridges, connection } = await look();
    expect(bridges[0]?.addresses).toEqual(['192.0.2.10/24']);
    expect(connection).toBe('192.0.2.10');
    const { beats } = longest();
    await expect.poll(() => longest().beats).toBeGreaterThan(beats);
    expect(beat.exitCode).toBeNull();
    expect(longest().ms - longestOfOther().ms).toBeLessThan(1000);
    beat.kill();
    other.kill();
    expect(await setUp(wanted(null))).toMatchObject({ ok: true });
    expect((await look()).nics.find(({ name }) => name === 'eth0')?.addresses).toEqual(['192.0.2.10/24']);
  });

  it('is taken back, also where somebody else has removed an address of it', async () => {
    const before = await state();
    const desired = wanted('eth1', { kind: 'static', address: '198.51.100.4/24', gateway: null });
    const { steps } = planSetup(desired, await look());
    expect(await rig.driver.setupNetworks({ steps, confirmSeconds: null }, signal)).toMatchObject({ ok: true });
    await rig.host.shell.script('ip address flush dev red', []);
    const back = [...steps].reverse().map(({ change, undo }) => ({ change: undo, undo: change }));
    expect(await rig.driver.setupNetworks({ steps: back, confirmSeconds: null }, signal)).toMatchObject({ ok: true });
    await rig.host.shell.script('ip link set eth1 down', []);
    expect(await state()).toEqual(before);
  });

  it('takes a change back that has cut the branch, with nobody connected', async () => {
    const before = await state();
    const outcome = await setUp(wanted('eth0', { kind: 'static', address: '203.0.113.9/24', gateway: null }), 3);
    expect(outcome).toMatchObject({ ok: false, undone: true });
    expect(await state()).toEqual(before);
    expect((await look()).bridges).toEqual([]);
    const left = await rig.host.shell.run(['ls', '-I', 'seen-*', '/run/atoll-root']);
    expect(left.stdout.trim()).toBe('');
    // Of the host alone: its processes are among all of this computer's.
    const inside = namespaceOf(rig.host.pid, 'net');
    const waiting = () =>
      allProcesses().filter(({ argv, namespaces }) => namespaces.net === inside && argv.join(' ').endsWith('sleep 3'));
    await expect.poll(waiting).toEqual([]);
  });

  it('lets a change stand that a killed engine had no time to confirm, once the next one has connected', async () => {
    const desired = wanted('eth0', OWN);
    const { steps } = planSetup(desired, await look());
    const order = { steps, confirmSeconds: 5 };
    const given = Date.now();
    const lost = expect(rig.dying.setupNetworks(order, signal)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    await expect.poll(async () => (await look()).bridges, { timeout: 10_000 }).not.toEqual([]);
    await rig.driver.connect(signal);
    await lost;
    expect(Date.now() - given).toBeGreaterThan(5_000);
    await isAsWanted(desired);
  });

  it('takes a change back that nobody has confirmed', async () => {
    const before = await state();
    const { steps } = planSetup(wanted('eth0', OWN), await look());
    const lost = rig.dying.setupNetworks({ steps, confirmSeconds: 2 }, signal);
    await expect(lost).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    expect(await state()).toEqual(before);
  });

  it('takes the whole back when one line of it fails', async () => {
    const before = await state();
    const { steps } = planSetup(
      wanted('eth1', { kind: 'static', address: '198.51.100.4/24', gateway: '198.51.100.1' }),
      await look(),
    );
    await rig.host.shell.script('ip link add red type bridge', []);
    const outcome = await rig.driver.setupNetworks({ steps, confirmSeconds: null }, signal);
    expect(outcome).toMatchObject({
      ok: false,
      undone: true,
      failure: { message: expect.stringContaining('exists') as string },
    });
    // Not ours: it was there, and it stays.
    await rig.host.shell.script('ip link del red', []);
    expect(await state()).toEqual(before);
    const wrong = steps.map((step) =>
      step.change.kind === 'route.add'
        ? { ...step, change: { ...step.change, route: { ...step.change.route, via: '203.0.113.1' } } }
        : step,
    );
    expect(await rig.driver.setupNetworks({ steps: wrong, confirmSeconds: null }, signal)).toMatchObject({
      ok: false,
      undone: true,
    });
    expect(await state()).toEqual(before);
  });
});
