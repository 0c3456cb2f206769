import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { plan } from '../../engine/plan/plan';
import type { BridgeChange, BridgeSpec, ChangeGroup } from '../../engine/ports/changes';
import type { HostNotice } from '../../engine/ports/host-driver';
import type { ObservedBridge, ObservedHost } from '../../engine/ports/observed';
import { applyGroups } from '../../hosts/linux/apply';
import { isAboutBridges } from '../../hosts/linux/outside';
import { listenerPoints } from '../../hosts/linux/listeners';
import { look } from '../../hosts/linux/observe';
import { sealTable } from '../../hosts/linux/seal';
import { watchNetwork } from '../../hosts/linux/watch';
import { blockName } from '../conformance/hosts/kind';
import { netHere } from '../support/net-here';
import { makeTestHost, type TestHost } from '../support/netns-shell';
import { kill9 } from '../support/processes';

const STORE = '0193a1b2-0000-7000-8000-00000000feed';
const TABLE = sealTable(STORE);
const NEVER = new AbortController().signal;
const missing = netHere();

function spec(at: number, bridge = `net${at}`): BridgeSpec {
  const networkId = `0193a1b2-0000-7000-8000-${String(at).padStart(12, '0')}`;
  const mac = `56:6f:00:00:${(at >> 8).toString(16).padStart(2, '0')}:${(at & 255).toString(16).padStart(2, '0')}`;
  return { networkId, bridge, mac, mtu: 1500, alias: `atoll:${STORE}:${networkId}` };
}
const group = (bridge: string, ...changes: BridgeChange[]): ChangeGroup<BridgeChange> => ({
  networkId: null,
  bridge,
  changes,
});
const create = (one: BridgeSpec): ChangeGroup<BridgeChange> => group(one.bridge, { kind: 'bridge.create', spec: one });
const remove = (one: BridgeSpec): ChangeGroup<BridgeChange> =>
  group(one.bridge, { kind: 'bridge.delete', spec: one, ports: [] });
const specs = (count: number): BridgeSpec[] => Array.from({ length: count }, (_, at) => spec(at + 1));

describe.skipIf(missing !== null)(blockName('a Linux host, its networks', missing), () => {
  let host: TestHost;
  const run = (...argv: string[]) => host.shell.run(argv);
  const apply = (...groups: ChangeGroup[]) => applyGroups(host.shell, STORE, groups.filter(isAboutBridges), NEVER);
  const observe = async () => (await look(host.shell, STORE)).network;
  const bridge = async (name: string): Promise<ObservedBridge | undefined> =>
    (await observe()).bridges.find((each) => each.name === name);

  beforeAll(async () => {
    host = await makeTestHost();
  });
  afterAll(() => host.remove());
  beforeEach(async () => {
    const { bridges, nics } = await observe();
    for (const { name } of [...bridges, ...nics]) await host.shell.run(['ip', 'link', 'del', name], { okExits: 'any' });
    await run('nft', 'flush', 'ruleset');
  });

  async function planned(wanted: readonly BridgeSpec[]): Promise<ReturnType<typeof plan>> {
    const { network, machine } = await look(host.shell, STORE);
    const capabilities = { ...machine, rootless: false, kvm: false, tools: {}, gaps: [] };
    const observed: ObservedHost = { ...network, capabilities, memoryFreeMiB: 1, vms: [] };
    return plan({ storeId: STORE, bridges: wanted, taps: [] }, observed);
  }

  test('no bridge is made that a network of libvirt would delete, running or not, and the others are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-libvirt-'));
    const define = (name: string, bridge: string, mode: string) =>
      writeFileSync(
        join(folder, `${name}.xml`),
        `<network>\n  <name>${name}</name>\n  ${mode}\n  <bridge name='${bridge}' stp='on' delay='0'/>\n</network>\n`,
      );
    define('office', 'net1', `<forward mode='nat'/>`);
    define('alone', 'net2', '');
    define('ours', 'net3', `<forward mode='bridge'/>`);
    define('near', 'net', '');
    const groups = specs(4).map(create);
    const outcomes = await applyGroups(host.shell, STORE, groups, NEVER, folder);
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, false, true, true]);
    expect(outcomes[0]).toMatchObject({
      done: 0,
      failure: {
        message: 'The libvirt network "office" on the host has a bridge named net1, and deletes it when it is stopped',
      },
    });
    expect((await observe()).bridges.map(({ name }) => name)).toEqual(['net3', 'net4']);
    rmSync(join(folder, 'office.xml'));
    expect(await applyGroups(host.shell, STORE, groups.slice(0, 1), NEVER, folder)).toEqual([{ ok: true }]);
    rmSync(folder, { recursive: true });
  });

  test('fifty networks are made at once, as wanted, and nothing is left to plan', async () => {
    const wanted = specs(50);
    expect(await apply(...wanted.map(create))).toEqual(wanted.map(() => ({ ok: true })));
    const { bridges, orphanSeals } = await observe();
    expect(orphanSeals).toEqual([]);
    expect(bridges.map(({ name, mac, alias, up, mtu }) => ({ bridge: name, mac, alias, up, mtu }))).toEqual(
      wanted.map(({ bridge: name, mac, alias, mtu }) => ({ bridge: name, mac, alias, up: true, mtu })),
    );
    for (const each of bridges) {
      expect(each).toMatchObject({
        sealIngress: 'ok',
        sealEgress: 'ok',
        ipv6Disabled: true,
        addresses: [],
        stp: false,
      });
      expect(each).toMatchObject({ forwardDelay: 0, multicastSnooping: false, vlanFiltering: false });
    }
    expect((await planned(wanted)).groups).toEqual([]);
  });

  test('applying twice is refused by name, and changes nothing', async () => {
    await apply(create(spec(1)));
    const before = await observe();
    const [outcome] = await apply(create(spec(1)));
    expect(outcome).toMatchObject({ ok: false, done: 0 });
    expect(await observe()).toEqual(before);
  });

  test('a name that a foreign bridge has fails alone, and the foreign bridge is not touched', async () => {
    await run('ip', 'link', 'add', 'net2', 'type', 'bridge');
    const outcomes = await apply(...specs(3).map(create));
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, false, true]);
    expect(outcomes[1]).toMatchObject({ done: 0, failure: { message: expect.stringContaining('net2') as string } });
    expect(await bridge('net2')).toMatchObject({ alias: null, up: false, sealIngress: 'missing' });
    expect(await bridge('net3')).toMatchObject({ sealIngress: 'ok', up: true });
  });

  test('an MTU that the kernel refuses fails at `up`, is counted as begun, and is undone by a delete', async () => {
    const bad = { ...spec(2), mtu: 90_000 };
    const outcomes = await apply(create(spec(1)), create(bad), create(spec(3)));
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, false, true]);
    expect(outcomes[1]).toMatchObject({ done: 1 });
    expect(await bridge('net2')).toMatchObject({ up: false, sealIngress: 'ok', sealEgress: 'ok' });
    expect(await apply(remove(bad))).toEqual([{ ok: true }]);
    expect(await bridge('net2')).toBeUndefined();
  });

  test.each([68, 1279, 1280, 65535])('a network with MTU %i', async (mtu) => {
    expect(await apply(create({ ...spec(1), mtu }))).toEqual([{ ok: true }]);
    expect(await bridge('net1')).toMatchObject({
      mtu,
      up: true,
      ipv6Disabled: true,
      sealIngress: 'ok',
      sealEgress: 'ok',
    });
    expect(await apply(group('net1', { kind: 'bridge.seal', bridge: 'net1' }))).toEqual([{ ok: true }]);
  });

  test('a bridge whose MTU grows past 1280 gets no IPv6 back', async () => {
    await run('sh', '-c', 'echo 0 >/proc/sys/net/ipv6/conf/default/disable_ipv6');
    await apply(create({ ...spec(1), mtu: 1200 }));
    await apply(group('net1', { kind: 'bridge.mtu', bridge: 'net1', mtu: 1500, was: 1200 }));
    await run('sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6');
    expect(await bridge('net1')).toMatchObject({ mtu: 1500, ipv6Disabled: true });
  });

  test('a rename and its undo leave no chains of the other name', async () => {
    await apply(create(spec(1)));
    const before = await observe();
    await apply(group('net1', { kind: 'bridge.rename', from: 'net1', to: 'net1x' }));
    expect(await observe()).toMatchObject({
      bridges: [{ name: 'net1x', sealIngress: 'ok', up: true }],
      orphanSeals: [],
    });
    await apply(group('net1', { kind: 'bridge.rename', from: 'net1x', to: 'net1' }));
    expect(await observe()).toEqual(before);
  });

  test('deleting takes the chains along, and is a success where the bridge is gone', async () => {
    await apply(...specs(40).map(create));
    await run('ip', 'link', 'del', 'net7');
    await run('ip', 'link', 'property', 'add', 'dev', 'net8', 'altname', 'a-second-name');
    expect(await apply(...specs(40).map(remove))).toEqual(specs(40).map(() => ({ ok: true })));
    expect(await observe()).toEqual({ bridges: [], nics: [], orphanSeals: [], routes: [], dhcp: [] });
  });

  test.each([
    ['no mark', ''],
    ['another store', 'atoll:0193a1b2-0000-7000-8000-00000000beef:0193a1b2-0000-7000-8000-000000000001'],
    ['a mark that is longer', `atoll:${STORE}:0193a1b2-0000-7000-8000-000000000001:x`],
  ])('a bridge with %s is never deleted or changed', async (_words, alias) => {
    await apply(create(spec(1)), create(spec(2)));
    await run('ip', 'link', 'set', 'dev', 'net1', 'alias', alias);
    const outcomes = await apply(
      remove(spec(1)),
      remove(spec(2)),
      group('net1', { kind: 'bridge.up', bridge: 'net1', up: false }),
    );
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([false, true, false]);
    expect(await bridge('net1')).toMatchObject({ up: true, sealIngress: 'ok' });
  });

  test('the first batch itself checks marks: ours, of an imported bridge, beside a second name, and a foreign one', async () => {
    await apply(...specs(4).map(create));
    await run('ip', 'link', 'set', 'dev', 'net2', 'alias', `${spec(2).alias}:kept`);
    await run('ip', 'link', 'property', 'add', 'dev', 'net3', 'altname', 'a-second-name');
    const down = (at: number) => group(`net${at}`, { kind: 'bridge.up', bridge: `net${at}`, up: false });
    const scripts = vi.spyOn(host.shell, 'script');
    const commands = vi.spyOn(host.shell, 'run');
    expect(await apply(down(1), down(2), down(3))).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    expect([scripts.mock.calls.length, commands.mock.calls.length]).toEqual([1, 0]);
    scripts.mockRestore();
    commands.mockRestore();
    await run('ip', 'link', 'set', 'dev', 'net4', 'alias', `not ${spec(4).alias}`);
    const up = (at: number) => group(`net${at}`, { kind: 'bridge.up', bridge: `net${at}`, up: true });
    const outcomes = await apply(up(1), group('net4', { kind: 'bridge.mtu', bridge: 'net4', mtu: 1400, was: 1500 }));
    expect(outcomes).toMatchObject([
      { ok: true },
      {
        ok: false,
        done: 0,
        failure: { message: expect.stringContaining("no longer has this Atoll's mark") as string },
      },
    ]);
    expect(await bridge('net1')).toMatchObject({ up: true });
    expect(await bridge('net4')).toMatchObject({ mtu: 1500 });
  });

  const drifts: ReadonlyArray<readonly [string, readonly string[], Partial<ObservedBridge> | undefined]> = [
    ['the bridge is deleted', ['ip', 'link', 'del', 'net1'], undefined],
    ['an address is added', ['ip', 'addr', 'add', '10.1.2.3/24', 'dev', 'net1'], { addresses: ['10.1.2.3/24'] }],
    ['the bridge is put down', ['ip', 'link', 'set', 'net1', 'down'], { up: false }],
    ['the mark is removed', ['ip', 'link', 'set', 'dev', 'net1', 'alias', ''], { alias: null, owner: null }],
    ['the MTU is changed', ['ip', 'link', 'set', 'net1', 'mtu', '1400'], { mtu: 1400 }],
    ['STP is switched on', ['ip', 'link', 'set', 'net1', 'type', 'bridge', 'stp_state', '1'], { stp: true }],
    ['the seal is flushed', ['nft', 'flush', 'ruleset'], { sealIngress: 'missing', sealEgress: 'missing' }],
    [
      'a chain is opened by a rule',
      ['nft', 'add', 'rule', 'netdev', TABLE, 'in_net1', 'accept'],
      { sealIngress: 'wrong' },
    ],
    [
      'a policy is changed',
      ['nft', 'add', 'chain', 'netdev', TABLE, 'out_net1', '{ policy accept; }'],
      { sealEgress: 'wrong' },
    ],
    [
      'the table is put to sleep',
      ['nft', 'add', 'table', 'netdev', TABLE, '{ flags dormant; }'],
      { sealEgress: 'wrong' },
    ],
  ];

  test.each(drifts)('drift: %s: seen, reported at once, repaired by the plan', async (_words, act, expected) => {
    await apply(create(spec(1)), create(spec(2)));
    const before = await observe();
    const stop = new AbortController();
    const notices: HostNotice[] = [];
    await watchNetwork(host.shell, STORE, (notice) => notices.push(notice), stop.signal);
    await sleep(60);
    notices.length = 0;
    await host.shell.run(act);
    await expect.poll(() => notices[0]?.kind, { interval: 2 }).toBe('network');
    stop.abort();
    if (expected) expect(await bridge('net1')).toMatchObject(expected);
    else expect(await bridge('net1')).toBeUndefined();
    const { groups } = await planned([spec(1), spec(2)]);
    expect(await apply(...groups)).toEqual(groups.map(() => ({ ok: true })));
    const sorted = (bridges: readonly ObservedBridge[]) => [...bridges].sort((a, b) => a.name.localeCompare(b.name));
    expect(sorted((await observe()).bridges)).toEqual(sorted(before.bridges));
  });

  test('drift: a rename is recognized by the mark, reported, and undone with the seal in place', async () => {
    await apply(create(spec(1)));
    await run('ip', 'link', 'set', 'net1', 'down');
    await run('ip', 'link', 'set', 'net1', 'name', 'other');
    const { bridges, orphanSeals } = await observe();
    expect(bridges).toMatchObject([{ name: 'other', owner: { storeId: STORE }, sealIngress: 'missing' }]);
    expect(orphanSeals).toEqual(['net1']);
    const { groups } = await planned([spec(1)]);
    expect(await apply(...groups)).toEqual(groups.map(() => ({ ok: true })));
    expect(await bridge('net1')).toMatchObject({ up: true, sealIngress: 'ok', sealEgress: 'ok' });
    expect((await planned([spec(1)])).groups).toEqual([]);
  });

  test('drift: IPv6 on the bridge and on a tap is seen, reported, and switched off', async () => {
    await apply(create(spec(1)));
    await run('ip', 'tuntap', 'add', 'vnet0', 'mode', 'tap');
    await run('ip', 'link', 'set', 'vnet0', 'master', 'net1', 'up');
    for (const name of ['net1', 'vnet0']) await run('sh', '-c', `echo 0 >/proc/sys/net/ipv6/conf/${name}/disable_ipv6`);
    const seen = await bridge('net1');
    expect(seen).toMatchObject({ ipv6Disabled: false, ports: [{ name: 'vnet0', kind: 'tap', ipv6Disabled: false }] });
    const changes: BridgeChange[] = [
      { kind: 'bridge.seal', bridge: 'net1' },
      { kind: 'port.quiet', port: 'vnet0' },
    ];
    expect(await apply(group('net1', ...changes))).toEqual([{ ok: true }]);
    expect(await bridge('net1')).toMatchObject({ ipv6Disabled: true, ports: [{ ipv6Disabled: true }] });
  });

  test('drift: whatever makes a tap other than a port of a plain bridge is seen, and set back in one go', async () => {
    await apply(create(spec(1)));
    await run('ip', 'tuntap', 'add', 'vnet0', 'mode', 'tap');
    await run('ip', 'link', 'set', 'vnet0', 'master', 'net1', 'up');
    const on = [
      'isolated',
      'hairpin',
      'guard',
      'root_block',
      'neigh_suppress',
      'proxy_arp',
      'vlan_tunnel',
      'locked',
      'mab',
    ];
    const off = ['flood', 'mcast_flood', 'bcast_flood'];
    const words = [...on.flatMap((name) => [name, 'on']), ...off.flatMap((name) => [name, 'off'])];
    await run('ip', 'link', 'set', 'vnet0', 'type', 'bridge_slave', ...words);
    const seen = (await bridge('net1'))?.ports[0]?.options ?? [];
    expect(seen.map(({ name, actual }) => `${name} ${actual}`).sort()).toEqual(
      [...on.map((name) => `${name} on`), ...off.map((name) => `${name} off`)].sort(),
    );
    expect(await apply(group('net1', { kind: 'port.options', bridge: 'net1', port: 'vnet0', options: seen }))).toEqual([
      { ok: true },
    ]);
    expect((await bridge('net1'))?.ports[0]?.options).toBeUndefined();
    await run('ip', 'link', 'set', 'net1', 'type', 'bridge', 'nf_call_iptables', '1');
    expect((await bridge('net1'))?.filtersFrames).toBe(true);
    await apply(group('net1', { kind: 'bridge.options', bridge: 'net1' }));
    expect((await bridge('net1'))?.filtersFrames).toBeUndefined();
  });

  test.skipIf(spawnSync('python3', ['-V']).error !== undefined)(
    'a packet socket on a tap is found, with its program, and is gone with it',
    async () => {
      await apply(create(spec(1)), create(spec(2)));
      await run('ip', 'tuntap', 'add', 'vnet0', 'mode', 'tap');
      await run('ip', 'link', 'set', 'vnet0', 'master', 'net1', 'up');
      const targets = [spec(1), spec(2)];
      const listeners = async () =>
        (await listenerPoints(host.shell, targets, NEVER)).map((points) => points.find(({ id }) => id === 'listeners'));
      expect((await listeners()).map((point) => point?.ok)).toEqual([true, true]);
      const spy =
        "import socket; s = socket.socket(17, 3, 0x0300); s.bind(('vnet0', 3)); print('listens', flush=True); input()";
      let heard: () => void = () => undefined;
      const listening = new Promise<void>((resolve) => (heard = resolve));
      const handle = await host.shell.stream(['sh', '-c', `sleep 60 | python3 -c "${spy}"`], () => heard());
      await listening;
      const [first, second] = await listeners();
      expect(first).toMatchObject({ ok: false, evidence: expect.stringMatching(/python.* \(pid \d+\) on vnet0/) });
      expect(second?.ok).toBe(true);
      handle.kill();
      await handle.ended;
      await vi.waitFor(async () => expect((await listeners())[0]?.ok).toBe(true), 10_000);
    },
  );

  test('drift: a foreign port is seen and taken off; a tap that was pulled out is put back', async () => {
    await apply(create(spec(1)));
    await run('ip', 'link', 'add', 'eth7', 'type', 'veth', 'peer', 'name', 'far7');
    await run('ip', 'link', 'set', 'eth7', 'master', 'net1');
    await run('ip', 'tuntap', 'add', 'vnet0', 'mode', 'tap');
    expect((await bridge('net1'))?.ports).toMatchObject([{ name: 'eth7', kind: 'veth' }]);
    const changes: BridgeChange[] = [
      { kind: 'port.remove', bridge: 'net1', port: 'eth7' },
      { kind: 'port.add', bridge: 'net1', port: 'vnet0' },
    ];
    expect(await apply(group('net1', ...changes))).toEqual([{ ok: true }]);
    expect((await bridge('net1'))?.ports.map((port) => port.name)).toEqual(['vnet0']);
  });

  test('the ports of a probe that runs are no drift; what only bears such a name is', async () => {
    await apply(create(spec(1)));
    await run('ip', 'link', 'add', 'atp1a', 'type', 'veth', 'peer', 'name', 'atp1b');
    await run('ip', 'link', 'set', 'atp1a', 'master', 'net1');
    const probed = await look(host.shell, STORE, NEVER, new Set(['atp1']));
    expect([probed.network.bridges[0]?.ports, probed.network.nics]).toEqual([[], []]);
    const { bridges } = await observe();
    expect(bridges[0]?.ports).toMatchObject([{ name: 'atp1a', kind: 'veth' }]);
  });

  test('drift: an address on a port is seen, reported, and removed', async () => {
    await apply(create(spec(1)));
    await run('ip', 'tuntap', 'add', 'vnet0', 'mode', 'tap');
    await run('sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/vnet0/disable_ipv6');
    await run('ip', 'link', 'set', 'vnet0', 'master', 'net1', 'up');
    await run('ip', 'address', 'add', '10.1.1.99/24', 'dev', 'vnet0');
    expect((await bridge('net1'))?.ports).toMatchObject([{ name: 'vnet0', addresses: ['10.1.1.99/24'] }]);
    const change = { kind: 'address.remove', bridge: 'net1', port: 'vnet0', address: '10.1.1.99/24' } as const;
    expect(await apply(group('net1', change))).toEqual([{ ok: true }]);
    expect((await bridge('net1'))?.ports).toMatchObject([{ name: 'vnet0', addresses: [] }]);
  });

  test('the speed of a link is read where a NIC has a device, and only beside its own MAC address', async () => {
    await run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'wire');
    const speedOf = async (name: string) => (await observe()).nics.find((nic) => nic.name === name)?.speedMbps;
    expect(await speedOf('eth0')).toBeUndefined();
    // Here no NIC has a device: a folder of the host's own shows what the kernel would.
    const device = `mount -t tmpfs none /sys/class/net && mkdir -p /sys/class/net/eth0/device && cd /sys/class/net/eth0 &&
      echo "$1" >address && echo 25000 >speed`;
    const mac = (await observe()).nics.find(({ name }) => name === 'eth0')?.mac ?? '';
    try {
      await host.shell.script(device, [mac]);
      expect(await speedOf('eth0')).toBe(25_000);
      await run('ip', 'link', 'set', 'eth0', 'address', '02:00:00:00:00:77');
      expect(await speedOf('eth0')).toBeUndefined();
    } finally {
      await host.shell.run(['umount', '/sys/class/net'], { okExits: 'any' });
    }
  });

  test('a raised signal lets the running batch end; nothing is half made, nothing more is begun', async () => {
    const stop = new AbortController();
    const wanted = specs(20).map((one) => ({ ...one, mtu: 1400 }));
    // Two rounds: what begins in an earlier batch than its predecessor ends in waits for the next one.
    const twoRounds = wanted.map((one) =>
      group(
        one.bridge,
        { kind: 'bridge.create', spec: { ...one, mtu: 1500 } },
        { kind: 'bridge.mtu', bridge: one.bridge, mtu: 1400, was: 1500 },
      ),
    );
    const work = applyGroups(host.shell, STORE, twoRounds, stop.signal);
    // The first round is running by then: its processes alone take longer to start.
    setTimeout(() => stop.abort(), 3);
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
    const { bridges } = await observe();
    const made = {
      up: true,
      mtu: 1500,
      owner: { storeId: STORE },
      sealIngress: 'ok',
      sealEgress: 'ok',
      ipv6Disabled: true,
    };
    expect(bridges).toMatchObject(wanted.map(() => made));
    const { groups } = await planned(wanted);
    expect((await apply(...groups)).filter((outcome) => !outcome.ok)).toEqual([]);
    expect((await planned(wanted)).groups).toEqual([]);
  });

  test.each([
    'a;reboot',
    '$(reboot)',
    '-x',
    'a b',
    'a"b',
    "a'b",
    'a\nb',
    '../x',
    '#x',
    'a\\b',
    'é',
    'x'.repeat(16),
    '',
    'a{b',
  ])('the name %j reaches neither ip nor nft', async (name) => {
    const trap = join(mkdtempSync(join(tmpdir(), 'atoll-name-')), 'trap');
    const outcomes = await apply(
      create(spec(1, name)),
      create(spec(2)),
      group(name, { kind: 'bridge.seal', bridge: name }),
    );
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([false, true, false]);
    expect((await observe()).bridges.map((each) => each.name)).toEqual(['net2']);
    expect(existsSync(trap)).toBe(false);
    rmSync(join(trap, '..'), { recursive: true });
  });

  test('a watcher that is killed is reported as lost; one that is stopped is not', async () => {
    const stop = new AbortController();
    const notices: HostNotice[] = [];
    await watchNetwork(host.shell, STORE, (notice) => notices.push(notice), stop.signal);
    const monitors = spawnSync(
      'sh',
      [
        '-c',
        `for p in /proc/[0-9]*; do [ "$(readlink $p/ns/net)" = "$(readlink /proc/${host.pid}/ns/net)" ] && tr '\\0' ' ' <$p/cmdline | grep -q '^ip monitor' && echo "\${p#/proc/}"; done; true`,
      ],
      { encoding: 'utf8' },
    );
    const [pid] = monitors.stdout.trim().split('\n').map(Number);
    kill9(pid);
    await expect.poll(() => notices.map(({ kind }) => kind), { timeout: 10_000 }).toContain('lost');
    notices.length = 0;
    stop.abort();
    await sleep(100);
    expect(notices).toEqual([]);
  });
});
