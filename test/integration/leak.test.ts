import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CheckPoint } from '../../contract';
import type { BridgeSpec } from '../../engine/ports/changes';
import { applyGroups } from '../../hosts/linux/apply';
import { look } from '../../hosts/linux/observe';
import { probe } from '../../hosts/linux/probe';
import { sealTable } from '../../hosts/linux/seal';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import { netHere } from '../support/net-here';
import { makeTestHost, type TestHost } from '../support/netns-shell';

const missing = netHere();
const STORE = '0193a1b2-0000-7000-8000-00000000feed';
const NETWORK = '0193a1b2-0000-7000-8000-000000000001';
const NEVER = new AbortController().signal;
const TARGET = { networkId: NETWORK, bridge: 'leak', mtu: 1500 };
const SEALED: BridgeSpec = {
  networkId: NETWORK,
  bridge: 'leak',
  mac: '56:6f:00:00:00:01',
  mtu: 1500,
  alias: `atoll:${STORE}:${NETWORK}`,
};
/** An address of the host on another interface, which no isolated guest may reach. */
const ELSEWHERE = '203.0.113.7';

/**
 * A guest of the test, independent of the product's probe: a namespace with a veth in the bridge that requests the host's other
 * address by ARP and counts everything that comes in. It has no IPv6, so each such frame is the host's.
 */
const GUEST = `
unshare -n sleep 20 & pid=$!
while [ "$(readlink /proc/$pid/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
trap 'ip link del dev "$2"; kill $pid' EXIT
ip link add name "$2" type veth peer name eth0 netns $pid
[ "$3" = loud ] && echo 0 >/proc/sys/net/ipv6/conf/$2/disable_ipv6
ip link set dev "$2" master "$1" up
nsenter -t $pid -n -- sh -c '
  nft "add table netdev t; add set netdev t seen { type ether_type; flags dynamic; size 64; counter; }
    add chain netdev t in { type filter hook ingress device eth0 priority 0; }
    add rule netdev t in update @seen { ether type }"
  echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6
  ip link set dev eth0 up; ip address add 192.0.2.9/24 dev eth0; ip route add 203.0.113.7 dev eth0
  ip neigh replace 203.0.113.7 dev eth0 use
  sleep 2.5
  ip neigh show 203.0.113.7; nft list set netdev t seen'
`;

/** A guest at the other end of the port $2 of the bridge $1 asks for the host's other address, at the group of slow protocols. */
const SLOW_PROTOCOLS = `
unshare -n sleep 20 & pid=$!
while [ "$(readlink /proc/$pid/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
trap 'kill $pid' EXIT
ip link set dev "$2" up; ip link set dev eth0 netns $pid
nsenter -t $pid -n -- sh -c '
  ip link set dev eth0 up; ip address add 192.0.2.9/24 dev eth0; ip route add 203.0.113.7 dev eth0
  ip neigh replace 203.0.113.7 dev eth0 lladdr 01:80:c2:00:00:02 nud probe
  sleep 1.5; ip neigh show 203.0.113.7; ip address flush dev eth0; ip link set dev eth0 netns '$$
`;

describe.skipIf(missing !== null)(blockName('the leak test', missing), () => {
  let host: TestHost;
  const run = (...argv: string[]) => host.shell.run(argv);
  const guest = async (port: 'loud' | 'silent') =>
    (await host.shell.script(GUEST, ['leak', `g${randomBytes(3).toString('hex')}`, port])).stdout;

  /** IPv6 on by default and rp_filter 0, as many distributions have it. */
  beforeEach(async () => {
    host = await makeTestHost({ ipv6: true });
    await run('sh', '-c', 'for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done');
    await run('ip', 'link', 'add', 'name', 'lan0', 'type', 'veth', 'peer', 'name', 'lan1');
    await run('ip', 'address', 'add', `${ELSEWHERE}/24`, 'dev', 'lan0');
    for (const name of ['lan0', 'lan1']) await run('ip', 'link', 'set', 'dev', name, 'up');
  });
  afterEach(() => host.remove());

  /** A foreign bridge, with a port that gives it carrier: its IPv6 address takes up to two seconds to become usable (DAD). */
  async function plain(): Promise<void> {
    const bridge = ['type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0'];
    await run('ip', 'link', 'add', 'name', 'leak', 'address', SEALED.mac, ...bridge);
    await portThatStays();
    await run('ip', 'link', 'set', 'dev', 'leak', 'up');
    const usable = async () => (await run('ip', '-6', 'address', 'show', 'dev', 'leak', '-tentative')).stdout;
    await expect.poll(usable, { timeout: 10_000 }).toContain('fe80:');
  }
  async function portThatStays(): Promise<void> {
    await run('ip', 'link', 'add', 'name', 'far0', 'type', 'veth', 'peer', 'name', 'far1');
    await run('ip', 'link', 'set', 'dev', 'far0', 'master', 'leak');
    for (const name of ['far0', 'far1']) await run('ip', 'link', 'set', 'dev', name, 'up');
  }
  async function sealed(): Promise<void> {
    const groups = [
      { networkId: NETWORK, bridge: 'leak', changes: [{ kind: 'bridge.create', spec: SEALED } as const] },
    ];
    expect(await applyGroups(host.shell, STORE, groups, NEVER)).toEqual([{ ok: true }]);
  }
  async function probed(): Promise<{ silent?: CheckPoint; talk?: CheckPoint }> {
    const [silent, talk] = await probe(host.shell, TARGET, new Set(), NEVER);
    return { silent, talk };
  }

  test('on a plain bridge a guest reaches its host: ARP for another NIC is answered, IPv6 is received', async () => {
    await plain();
    const heard = await guest('loud');
    expect(heard).toMatch(/lladdr .* (REACHABLE|STALE|DELAY)/);
    expect(heard).toMatch(/arp counter packets [1-9]/);
    expect(heard).toMatch(/ip6 counter packets [1-9]/);
  });

  test('on a sealed bridge, with a silent port, a guest receives nothing at all', async () => {
    await sealed();
    const { network } = await look(host.shell, STORE);
    expect(network.bridges[0]).toMatchObject({ ipv6Disabled: true, sealIngress: 'ok', sealEgress: 'ok' });
    await run('sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6');
    const heard = await guest('silent');
    expect(heard).toMatch(/INCOMPLETE|FAILED/);
    expect(heard).not.toMatch(/counter packets [1-9]/);
  });

  test('the probe finds the plain bridge open, and says by what', async () => {
    await plain();
    const { silent, talk } = await probed();
    expect(silent).toMatchObject({ ok: false });
    expect(silent?.evidence).toMatch(/received: .*arp from .*\(leak\)/);
    expect(silent?.evidence).toMatch(/icmpv6 echo-reply from \S+ \(leak\)/);
    expect(talk).toMatchObject({ ok: true });
  });

  test('the probe finds the sealed bridge silent, and guests that reach each other', async () => {
    await sealed();
    const { silent, talk } = await probed();
    expect([silent?.evidence, silent?.ok]).toEqual([expect.stringContaining('no response from the host'), true]);
    expect([talk?.evidence, talk?.ok]).toEqual([expect.stringContaining('guest 1 received'), true]);
    for (const kind of [
      'arp',
      'ndp',
      'router solicitation',
      'mld report',
      'mld query',
      'igmp report',
      'igmp query',
      'ping',
      'ping all nodes',
      'tcp',
      'dns',
      'dhcp',
      'mdns',
      'link local',
    ]) {
      expect(silent?.evidence).toMatch(new RegExp(`\\b${kind} [1-9]`));
    }
  });

  test.each([
    ['with both chains the host receives nothing from a guest', false],
    ['with the ingress chain gone it does', true],
  ])('%s', async (_words, open) => {
    await sealed();
    if (open) await run('nft', 'delete', 'chain', 'netdev', sealTable(STORE), 'in_leak');
    // Without a port the bridge has no carrier, and the kernel forgets its neighbors a moment later.
    await portThatStays();
    await probed();
    // A host that receives an ARP request learns the sender (arp_process).
    const learned = (await run('ip', 'neigh', 'show', 'dev', 'leak')).stdout;
    expect(/\b02:61:74:70:00:0a\b/.test(learned)).toBe(open);
  });

  test.each([
    ['with both chains no guest receives what the host sends', false],
    ['with the egress chain gone guests do, and the probe says so', true],
  ])('%s', async (_words, open) => {
    await sealed();
    if (open) await run('nft', 'delete', 'chain', 'netdev', sealTable(STORE), 'out_leak');
    const asking = run(
      'sh',
      '-c',
      'for i in 1 2 3 4 5 6; do ip neigh replace 198.18.7.1 dev leak use; sleep 0.5; done',
    );
    const { silent } = await probed();
    await asking;
    expect(silent?.ok).toBe(!open);
    if (open) expect(silent?.evidence).toMatch(/received: .*arp from 56:6f:00:00:00:01 \(leak\)/);
  });

  /** A guest that asks for addresses for some seconds, its MAC that of the bridge. */
  const THIEF = `
unshare -n sleep 12 & pid=$!
while [ "$(readlink /proc/$pid/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
trap 'ip link del dev thief; kill $pid' EXIT
ip link add name thief type veth peer name eth0 address "$1" netns $pid
echo 1 >/proc/sys/net/ipv6/conf/thief/disable_ipv6
ip link set dev thief master leak up
nsenter -t $pid -n -- sh -c '
  echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6
  ip link set dev eth0 up; ip address add 192.0.2.9/24 dev eth0
  for i in 1 2 3 4 5 6 7 8 9 10; do ip neigh replace 192.0.2.$((20 + i)) dev eth0 use; sleep 0.5; done'
`;

  test('a guest that uses the MAC of the bridge is reported as such, and the host as silent', async () => {
    await sealed();
    const thief = host.shell.script(THIEF, [SEALED.mac]);
    await eventually('the guest to be plugged in', 5_000, async () =>
      (await run('ip', '-o', 'link')).stdout.includes('thief') ? true : undefined,
    );
    const { silent } = await probed();
    await thief;
    expect([silent?.evidence, silent?.ok]).toEqual([expect.stringContaining('no response from the host'), true]);
    expect(silent?.evidence).toMatch(/arp from 56:6f:00:00:00:01 \(behind thief, where a guest uses the MAC of leak\)/);
  });

  test('a host that sends is reported, even if a guest uses its MAC as well', async () => {
    await sealed();
    await run('nft', 'delete', 'chain', 'netdev', sealTable(STORE), 'out_leak');
    const thief = host.shell.script(THIEF, [SEALED.mac]);
    const asking = run(
      'sh',
      '-c',
      'for i in 1 2 3 4 5 6; do ip neigh replace 198.18.7.1 dev leak use; sleep 0.5; done',
    );
    const { silent } = await probed();
    await Promise.all([thief, asking]);
    expect(silent?.ok).toBe(false);
    expect(silent?.evidence).toMatch(/received: .*arp from 56:6f:00:00:00:01 \(leak\)/);
  });

  test("a bridge that passes link-local frames to its host is reported as open, by the host's answers and by observation", async () => {
    await sealed();
    expect((await look(host.shell, STORE)).network.bridges[0]?.receivesLinkLocal).toBeUndefined();
    await run('ip', 'link', 'set', 'dev', 'leak', 'type', 'bridge', 'group_fwd_mask', '0');
    expect((await look(host.shell, STORE)).network.bridges[0]?.receivesLinkLocal).toBe(true);
    const { silent } = await probed();
    expect(silent?.ok).toBe(false);
    expect(silent?.evidence).toMatch(/received: .*arp from \S+ \(the host's end of the port\)/);
  });

  test('a port that passes slow protocols to its host is reported until it is repaired', async () => {
    await sealed();
    const answered = async (...args: string[]) =>
      /REACHABLE/.test((await host.shell.script(SLOW_PROTOCOLS, ['leak', 'slow', ...args])).stdout);
    await run('ip', 'link', 'add', 'name', 'slow', 'type', 'veth', 'peer', 'name', 'eth0');
    await run('ip', 'link', 'set', 'dev', 'slow', 'master', 'leak');
    const port = async () => (await look(host.shell, STORE)).network.bridges[0]?.ports[0];
    expect([await answered(), (await port())?.receivesLinkLocal]).toEqual([true, true]);
    const quiet = { networkId: NETWORK, bridge: 'leak', changes: [{ kind: 'port.quiet', port: 'slow' } as const] };
    expect(await applyGroups(host.shell, STORE, [quiet], NEVER)).toEqual([{ ok: true }]);
    expect([await answered(), (await port())?.receivesLinkLocal]).toEqual([false, undefined]);
  });

  test('a port that uses IPv6 is detected', async () => {
    await sealed();
    const heard = await guest('loud');
    expect(heard).toMatch(/ip6 counter packets [1-9]/);
  });

  test('the probe removes what it made, also when it is cut off', async () => {
    await sealed();
    const history = () => run('sh', '-c', 'stat -c %y ~/.nft.history 2>/dev/null || echo none');
    const before = (await history()).stdout;
    await probed();
    expect((await history()).stdout).toBe(before);
    const stop = new AbortController();
    const cut = probe(host.shell, TARGET, new Set(), stop.signal);
    await sleep(1200);
    expect((await run('ip', '-o', 'link')).stdout).toMatch(/atp/);
    stop.abort();
    await expect(cut).rejects.toMatchObject({ code: 'CANCELLED' });
    const left = async () =>
      (await run('ip', '-o', 'link')).stdout.includes('atp') ||
      (await run('nft', 'list', 'tables', 'bridge')).stdout !== '';
    await eventually('all of the probe to be gone', 10_000, async () => ((await left()) ? undefined : true));
  });

  test('a missing bridge is reported as an error', async () => {
    const { silent, talk } = await probed();
    expect([silent?.ok, talk?.ok]).toEqual([null, null]);
    expect(silent?.evidence).toContain('no interface leak');
  });
});
