import { describe, expect, it } from 'vitest';
import type { SetupChange } from '../../../engine/ports/setup';
import { parseNetwork } from '../observe-parse';
import { linesOf, orderText, restoreText } from './lines';

/*
 * The kernel under these tests has neither 802.1Q nor bonding: their handling is tested on the planned commands and on output of
 * `ip -j -d address` as iproute2 6.15 prints it, not on a real device.
 */
const ALIAS = 'atoll-nic:0198c5a0-0000-7000-8000-0000000000aa:bond';

describe('the lines of Setup networks', () => {
  it.each<readonly [SetupChange, string[]]>([
    [
      { kind: 'bond.make', bond: { name: 'bond0', mode: '802.3ad', mtu: 9000, alias: ALIAS } },
      [
        'ip link add name bond0 type bond mode 802.3ad miimon 100',
        `ip link set dev bond0 alias ${ALIAS}`,
        'ip link set dev bond0 mtu 9000',
      ],
    ],
    [
      { kind: 'vlan.make', vlan: { name: 'bond0.7', parent: 'bond0', tag: 7, mtu: 1400, alias: ALIAS } },
      ['ip link add link bond0 name bond0.7 mtu 1400 type vlan id 7', `ip link set dev bond0.7 alias ${ALIAS}`],
    ],
    [
      { kind: 'vlan.unmake', vlan: { name: 'bond0.7', parent: 'bond0', tag: 7, mtu: 1400, alias: ALIAS } },
      [`del bond0.7 ${ALIAS}`],
    ],
    [{ kind: 'link.master', link: 'eth1', to: 'bond0', was: null }, ['ip link set dev eth1 master bond0']],
    [{ kind: 'link.master', link: 'eth1', to: null, was: 'bond0' }, ['ip link set dev eth1 nomaster']],
    [
      { kind: 'route.move', route: { to: 'default', via: '192.0.2.1', dev: 'eth0', metric: 100 }, to: 'red' },
      ['ip route replace default via 192.0.2.1 dev red metric 100'],
    ],
    [
      { kind: 'route.move', route: { to: 'default', via: '2001:db8::1', dev: 'eth0', metric: null }, to: 'red' },
      ['ip -6 route add default via 2001:db8::1 dev red', 'ip -6 route del default via 2001:db8::1 dev eth0'],
    ],
    [{ kind: 'dhcp.start', link: 'red', client: 'dhclient' }, ['dhcp start dhclient red']],
    [{ kind: 'link.ipv6', link: 'red', on: true }, ['ipv6 red on']],
  ])('%j', (change, lines) => expect(linesOf(change)).toEqual(lines));

  it('are numbered by step, and undone in reverse order', () => {
    const up = (link: string) => ({
      change: { kind: 'link.up', link, up: true } as const,
      undo: { kind: 'link.up', link, up: false } as const,
    });
    expect(orderText([up('a'), up('b')])).toBe(
      '0 ip link set dev a up\n1 ip link set dev b up\n--\n1 ip link set dev b down\n0 ip link set dev a down\nend\n',
    );
    expect(restoreText([up('a').change])).toBe('0 ip link set dev a up\n');
  });

  it('refuse words that ip would interpret differently', () => {
    expect(() => linesOf({ kind: 'link.up', link: 'eth0 down', up: true })).toThrow('cannot be handed to ip');
  });

  it("recognize VLANs and bonds in ip's output", () => {
    const links = [
      {
        ifname: 'eth1',
        flags: ['UP'],
        mtu: 1500,
        address: '02:00:00:00:00:02',
        master: 'bond0',
        linkinfo: { info_slave_kind: 'bond' },
      },
      {
        ...{ ifname: 'bond0', flags: ['UP'], mtu: 1500, address: '02:00:00:00:00:02', ifalias: ALIAS },
        linkinfo: { info_kind: 'bond', info_data: { mode: '802.3ad', miimon: 100, updelay: 0 } },
        addr_info: [{ family: 'inet', local: '192.0.2.10', prefixlen: 24 }],
      },
      {
        ...{ ifname: 'bond0.7', link: 'bond0', flags: ['UP'], mtu: 1500, address: '02:00:00:00:00:02' },
        linkinfo: { info_kind: 'vlan', info_data: { protocol: '802.1Q', id: 7, flags: ['REORDER_HDR'] } },
      },
    ];
    const routes =
      '[{"dst":"default","gateway":"192.0.2.1","dev":"bond0","protocol":"static","flags":[]},{"dst":"192.0.2.0/24","dev":"bond0","protocol":"kernel"}]\n[]';
    const parsed = parseNetwork({
      links: JSON.stringify(links),
      table: null,
      speakingIpv6: new Set(),
      routes,
      dhcp: ['red'],
    });
    expect(parsed.nics).toMatchObject([
      { name: 'eth1', kind: 'physical', master: 'bond0' },
      { name: 'bond0', kind: 'bond', bondMode: '802.3ad', alias: ALIAS, addresses: ['192.0.2.10/24'] },
      { name: 'bond0.7', kind: 'vlan', vlan: { parent: 'bond0', tag: 7 } },
    ]);
    expect(parsed.routes).toEqual([{ to: 'default', via: '192.0.2.1', dev: 'bond0', metric: null }]);
    expect(parsed.dhcp).toEqual(['red']);
  });
});
