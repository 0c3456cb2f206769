import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AskedGuest } from '../../engine/ports/reach-probe';
import { measure } from '../../hosts/linux/reach';
import { blockName } from '../conformance/hosts/kind';
import { netHere } from '../support/net-here';
import { makeTestHost, type TestHost } from '../support/netns-shell';

const NEVER = new AbortController().signal;
const missing = netHere();
const OWN = '10.7.0.250/24';
const guest = (at: number, over: Partial<AskedGuest> = {}): AskedGuest => ({
  key: `g${at}`,
  mac: `02:00:00:00:00:0${at}`,
  address: `10.7.0.${at}`,
  own: OWN,
  via: null,
  tcpPorts: [],
  ...over,
});

/** $1 bridge, $2 number: a guest in a namespace of its own, with a NIC on the bridge. */
const PLUG = `
  set -e; bridge=$1; n=$2
  ip netns add "g$n" 2>/dev/null || :
  ip link add "t$n" type veth peer name eth0 netns "g$n" address "02:00:00:00:00:0$n"
  ip link set "t$n" master "$bridge" up
  ip -n "g$n" link set lo up
  ip -n "g$n" address add "10.7.0.$n/24" dev eth0
  ip -n "g$n" link set eth0 up
`;

describe.skipIf(missing !== null)(blockName('a probe at an island', missing), () => {
  let host: TestHost;
  const probing = new Set<string>();
  const ask = (...guests: AskedGuest[]) => measure(host.shell, { bridge: 'blue', mtu: 1500, guests }, probing, NEVER);
  const answer = async (one: AskedGuest) => (await ask(one)).answers[0];

  beforeAll(async () => {
    host = await makeTestHost();
    await host.shell.script(
      'mkdir -p /run/netns; mount -t tmpfs tmpfs /run/netns 2>/dev/null; for b in blue green; do ip link add $b type bridge; ip link set $b up; done',
      [],
    );
    await host.shell.script(PLUG, ['blue', '1']);
    await host.shell.script(PLUG, ['blue', '2']);
    await host.shell.script(PLUG, ['green', '3']);
  });
  afterAll(() => host.remove());

  test('gets answers of the guests of its island alone, and leaves nothing behind', async () => {
    const { answers, learned, why } = await ask(guest(1, { tcpPorts: [4568] }), guest(2), guest(3));
    expect(why).toBeNull();
    expect(answers).toMatchObject([
      { key: 'g1', arp: true, ping: true, frames: true },
      { key: 'g2', arp: true, ping: true, frames: true, tcp: [] },
      { key: 'g3', arp: false, ping: false, frames: false },
    ]);
    expect(answers[0]?.tcp).toEqual([{ port: 4568, open: false }]);
    expect(learned.map(({ port }) => port).sort()).toEqual(['t1', 't2']);
    expect((await host.shell.run(['ip', '-o', 'link'])).stdout).not.toContain('atp');
    expect(probing.size).toBe(0);
  });

  test('finds a firewall rule that drops the frames of one guest', async () => {
    await host.shell.script(
      'nft add table bridge fw; nft "add chain bridge fw f { type filter hook forward priority 0; }"; nft add rule bridge fw f iifname t1 drop',
      [],
    );
    expect(await answer(guest(1))).toMatchObject({ arp: false, ping: false, frames: false });
    expect(await answer(guest(2))).toMatchObject({ arp: true, ping: true });
    await host.shell.run(['nft', 'delete', 'table', 'bridge', 'fw']);
  });

  test('does not take an address that a guest has', async () => {
    expect(await answer(guest(1, { own: '10.7.0.2/24' }))).toMatchObject({ arp: true, ping: null });
  });

  test('finds a guest that forwards', async () => {
    const far = guest(3, { address: '10.9.0.3', via: '02:00:00:00:00:02' });
    await host.shell.script(
      `ip link add t2b type veth peer name eth1 netns g2; ip link set t2b master green up
       ip -n g2 address add 10.9.0.2/24 dev eth1; ip -n g2 link set eth1 up
       ip -n g3 address flush dev eth0; ip -n g3 address add 10.9.0.3/24 dev eth0; ip -n g3 route add default via 10.9.0.2`,
      [],
    );
    const forward = (on: '0' | '1') =>
      host.shell.run(['ip', 'netns', 'exec', 'g2', 'sh', '-c', `echo ${on} >/proc/sys/net/ipv4/ip_forward`]);
    await forward('0');
    expect(await answer(far)).toMatchObject({ arp: null, ping: false });
    await forward('1');
    expect(await answer(far)).toMatchObject({ arp: null, ping: true });
  });
});
