import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { missingForDebianHost } from '../support/debian-host/image';
import { DebianScene, WAIT_MS } from '../support/debian-host/scene';
import { eventually } from '../support/eventually';

const missing = missingForDebianHost();
const PEER = 'ip netns exec peer';

/**
 * The neighbor on both wires, untagged and on VLAN 7: addresses, and a DHCP server for each. Its NICs are eth3 and eth4 of the host
 * itself, in a namespace of their own, from each boot on.
 */
const NEIGHBOR = `
cat >/root/neighbor <<'SH'
set -e
ip netns add peer
for nic in eth3 eth4; do ip link set "$nic" netns peer; done
${PEER} sh -e <<'INSIDE'
ip link add br0 type bridge; ip link add link br0 name br0.7 type vlan id 7
for link in eth3 eth4; do ip link set "$link" master br0; ip link set "$link" up; done
ip link set lo up; ip link set br0 up; ip link set br0.7 up
ip address add 198.51.100.1/24 dev br0; ip address add 203.0.113.1/24 dev br0.7
ip address add 2001:db8::1/64 dev br0 nodad; ip address add 2001:db8:7::1/64 dev br0.7 nodad
INSIDE
exec ${PEER} dnsmasq -k -C /dev/null --port=0 --user=root --leasefile-ro --dhcp-authoritative --bind-dynamic \\
  --interface=br0,br0.7 --dhcp-range=198.51.100.50,198.51.100.60 --dhcp-range=203.0.113.50,203.0.113.60
SH
cat >/etc/systemd/system/neighbor.service <<'UNIT'
[Unit]
DefaultDependencies=no
After=systemd-udevd.service systemd-udev-settle.service
[Service]
ExecStartPre=/bin/sh -c 'until [ -e /sys/class/net/eth4 ] && [ -e /sys/class/net/eth3 ]; do sleep 0.1; done'
ExecStart=/bin/sh /root/neighbor
[Install]
WantedBy=sysinit.target
UNIT
systemctl daemon-reload; systemctl enable -q --now neighbor.service; sync
until ${PEER} ip -o address show dev br0.7 | grep -q 2001; do sleep 0.2; done
`;

describe.skipIf(missing !== null)(blockName('Setup networks on a Debian host', missing), () => {
  let scene: DebianScene;
  const setUp = (draft: object) =>
    scene.app.client.hosts.setupNetworks({ host: 'debian', commitTimeout: 300, ...draft });
  const done = async (draft: object) => scene.app.done(setUp(draft));
  const DHCP = { kind: 'dhcp' } as const;
  const v6 = (address: string) => ({ kind: 'static', address }) as const;
  /** The host has an address of the server's range on the network, and reaches the neighbor by both protocols. */
  const isServed = async (name: string, net: string, peer: string): Promise<void> => {
    await eventually(`an address of ${name} by DHCP`, WAIT_MS, async () =>
      (await scene.addresses(name)).some((address) => address.startsWith(net)) ? true : undefined,
    );
    for (const to of [`${net}1`, peer]) await scene.machine.shell.run(['ping', '-c', '1', '-W', '5', '-I', name, to]);
  };
  const isPlain = () => isServed('plain', '198.51.100.', '2001:db8::1');
  const isTagged = () => isServed('tagged', '203.0.113.', '2001:db8:7::1');
  const on = (plain: string, tagged: string): object => ({
    attach: [
      { network: 'plain', nic: plain, ipv4: DHCP, ipv6: v6('2001:db8::4/64') },
      { network: 'tagged', nic: tagged, ipv4: DHCP, ipv6: v6('2001:db8:7::4/64') },
    ],
  });

  beforeAll(async () => {
    scene = await DebianScene.open({ wires: 2, nicsPerWire: 2 }, ({ shell }) =>
      shell.script(NEIGHBOR, [], { timeoutMs: WAIT_MS }),
    );
    for (const draft of [{ name: 'plain' }, { name: 'tagged', vlan: 7 }, { name: 'office' }])
      await scene.app.done(scene.app.client.networks.add({ ...draft, clusters: ['Default'] }));
  });
  afterAll(() => scene?.dispose());

  it('has addresses by DHCP and IPv6 on a NIC, and on a VLAN of another', async () => {
    await done(on('eth1', 'eth2'));
    await isPlain();
    await isTagged();
    await done({ detach: ['plain', 'tagged'] });
    expect([...(await scene.links()).keys()].filter((name) => /plain|tagged|\./.test(name))).toEqual([]);
  });

  it('has them on a bond and on a VLAN of it too', async () => {
    await done({ bonds: [{ name: 'bond0', nics: ['eth1', 'eth2'] }], ...on('bond0', 'bond0') });
    await isPlain();
    await isTagged();
    expect((await scene.links()).get('bond0.7')?.master).toBe('tagged');
    expect(await scene.attached()).toMatchObject({ plain: 'in_sync', tagged: 'in_sync' });
    await done({ detach: ['plain', 'tagged'], removeBonds: ['bond0'] });
    expect([...(await scene.links()).keys()].filter((name) => /plain|tagged|bond0|\./.test(name))).toEqual([]);
  });

  it('rolls back a change after which nobody reaches it', async () => {
    const before = await scene.addresses('eth0');
    const ipv4 = { kind: 'static', address: '192.0.2.77/24' };
    const job = await scene.app.ended(setUp({ attach: [{ network: 'office', nic: 'eth0', ipv4 }], commitTimeout: 20 }));
    expect(job).toMatchObject({ state: 'failed' });
    await scene.up();
    await scene.machine.reopen();
    expect(await scene.addresses('eth0')).toEqual(before);
    expect((await scene.links()).has('office')).toBe(false);
    expect(await scene.attached()).not.toHaveProperty('office');
  });

  it('rolls back a change during which the cable was pulled', async () => {
    const [address = ''] = await scene.addresses('eth0');
    // Something on the host says on a wire of its own that the change has begun.
    const tell = `(until [ -e /sys/class/net/office ]; do sleep 0.01; done; ip link set eth1 up; ping -c 1 -W 1 -I eth1 192.0.2.1) >/dev/null 2>&1 </dev/null &
      ip address add 192.0.2.9/24 dev eth1; ip link set eth1 up; cat /sys/class/net/eth1/carrier`;
    await scene.machine.shell.script(tell, []);
    for (const wire of scene.machine.wires) wire.heard.length = 0;
    const ipv4 = { kind: 'static', address, gateway: '10.0.2.2' };
    const ended = setUp({ attach: [{ network: 'office', nic: 'eth0', ipv4 }], commitTimeout: 40 }).then((answer) =>
      scene.app.ended(answer),
    );
    await eventually(
      'the change to begin',
      WAIT_MS,
      () => scene.machine.wires[0]?.heard.some((frame) => frame.readUInt16BE(12) === 0x0806) || undefined,
    );
    await scene.machine.setCable(false);
    expect(await ended).toMatchObject({ state: 'failed' });
    await scene.machine.setCable(true);
    await scene.machine.reopen();
    expect(await scene.addresses('eth0')).toEqual([address]);
    expect((await scene.links()).has('office')).toBe(false);
    await scene.machine.shell.script('ip address flush dev eth1; ip link set eth1 down', []);
    await scene.up();
    expect(await scene.attached()).not.toHaveProperty('office');
  });
});
