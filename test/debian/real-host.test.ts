import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { missingForDebianHost } from '../support/debian-host/image';
import { DebianScene, WAIT_MS } from '../support/debian-host/scene';
import { eventually } from '../support/eventually';

const missing = missingForDebianHost();

/** A guest on the bridge blue that speaks as soon as there is one, from the first moment of a boot; its namespace is `speaker`. */
const SPEAKER = '02:5b:00:00:00:77';
const SPEAK = `
cat >/root/speak <<'SH'
until [ -e /sys/class/net/blue ]; do sleep 0.05; done
ip netns add speaker
ip link add name speak0 type veth peer name speak1 address ${SPEAKER} netns speaker
ip link set speak0 master blue up; ip -n speaker link set speak1 up
ip -n speaker address add 10.0.2.77/24 dev speak1
for host in 10.0.2.2 10.0.2.15; do ip netns exec speaker ping -c 3 -W 1 "$host"; done
SH
cat >/etc/systemd/system/speak.service <<'UNIT'
[Unit]
DefaultDependencies=no
[Service]
ExecStart=-/bin/sh /root/speak
[Install]
WantedBy=sysinit.target
UNIT
systemctl enable -q speak.service; sync
`;
const SILENCE = `
systemctl disable -q --now speak.service; ip netns delete speaker
rm /root/speak /etc/systemd/system/speak.service; systemctl daemon-reload
`;

/** All that Atoll could leave on a host. */
const TRACES = `
find /etc /root /usr/local /var/lib -xdev ! -path '/var/lib/systemd/*' ! -path '/var/lib/private*' ! -path '/root/.ssh*'
ls -d /run/*atoll* /var/tmp/*atoll* /tmp/*atoll* 2>/dev/null
ls /sys/class/net | grep -v bonding_masters; nft list ruleset; ip rule; ip netns; ps -eo args | grep '[a]toll'
`;

/** What the kernel of tests that share ours has not: VLANs, bonds, hooks of nftables, systemd, a reboot. */
describe.skipIf(missing !== null)(blockName('a Debian host with two more NICs', missing), () => {
  let scene: DebianScene;
  let before = '';
  const traces = async (): Promise<string> => (await scene.machine.shell.script(TRACES, [], { okExits: 'any' })).stdout;
  const setUp = (draft: object) =>
    scene.app.done(scene.app.client.hosts.setupNetworks({ host: 'debian', commitTimeout: 300, ...draft }));
  const network = (draft: { name: string; isIsolated?: boolean; vlan?: number }) =>
    scene.app.done(scene.app.client.networks.add({ ...draft, clusters: ['Default'] }));
  const heard = (): Buffer[] => scene.machine.wires.flatMap((wire) => wire.heard);
  const tagOf = (frame: Buffer): number | null =>
    frame.readUInt16BE(12) === 0x8100 ? frame.readUInt16BE(14) & 0xfff : null;

  beforeAll(async () => {
    scene = await DebianScene.open({ wires: 2 }, async (machine) => {
      before = (await machine.shell.script(TRACES, [], { okExits: 'any' })).stdout;
    });
  });
  afterAll(() => scene?.dispose());

  it('carries an isolated network of which every point is proven', async () => {
    await network({ name: 'blue', isIsolated: true });
    expect(await scene.verdict('blue')).toBe('isolated');
  });

  it('gets a network on a VLAN of a bond, whose frames are tagged', async () => {
    await network({ name: 'green', vlan: 7 });
    const ipv4 = { kind: 'static', address: '203.0.113.4/24' };
    const ipv6 = { kind: 'static', address: '2001:db8:7::4/64' };
    await setUp({
      bonds: [{ name: 'bond0', nics: ['eth1', 'eth2'] }],
      attach: [{ network: 'green', nic: 'bond0', ipv4, ipv6 }],
    });
    const now = await scene.links();
    expect(['eth1', 'eth2'].map((nic) => now.get(nic)?.master)).toEqual(['bond0', 'bond0']);
    expect(now.get('bond0.7')?.master).toBe('green');
    expect(await scene.addresses('green')).toEqual(expect.arrayContaining([ipv4.address, ipv6.address]));
    expect(await scene.attached()).toMatchObject({ green: 'in_sync' });
    await scene.machine.shell.run(['ping', '-c', '1', '-W', '1', '203.0.113.9'], { okExits: 'any' });
    // ARP for the peer, tagged with 7, on the wire of the bond's active NIC.
    expect(heard().map(tagOf)).toContain(7);
  });

  it('moves its own connection into a network, and is not lost', async () => {
    await network({ name: 'office' });
    const [address = ''] = await scene.addresses('eth0');
    const ipv4 = { kind: 'static', address, gateway: '10.0.2.2' };
    await setUp({ attach: [{ network: 'office', nic: 'eth0', ipv4 }] });
    expect((await scene.links()).get('eth0')?.master).toBe('office');
    expect(await scene.addresses('office')).toContain(address);
    expect(await scene.attached()).toMatchObject({ office: 'in_sync', green: 'in_sync' });
  });

  it('has everything again after a power failure, before its engine comes back, and sealed', async () => {
    const then = await scene.links();
    await eventually('the boot file to have the last network', WAIT_MS, async () => {
      const { stdout } = await scene.machine.shell.script('cat /etc/atoll/*.sh', []);
      return stdout.includes(' office ') || undefined;
    });
    await scene.machine.shell.script(SPEAK, []);
    await scene.app.app.close();
    for (const wire of scene.machine.wires) wire.heard.length = 0;
    await scene.machine.powerOff();
    await scene.machine.powerOn();
    const now = await scene.links();
    for (const name of ['blue', 'green', 'bond0.7', 'bond0', 'office']) {
      const { ifalias, mtu } = then.get(name) ?? {};
      expect(now.get(name), name).toMatchObject({ ifname: name, ifalias, mtu });
    }
    expect(await scene.addresses('blue')).toEqual([]);
    // The guest has sent to the host and to all, and the seal has dropped it.
    const said = async (...argv: string[]): Promise<string> => (await scene.machine.shell.run(argv)).stdout;
    expect(await said('nft', 'list', 'ruleset')).toContain('"blue"');
    expect(await said('ip', '-s', '-j', '-n', 'speaker', 'link', 'show', 'speak1')).toMatch(/"tx":\{"bytes":[1-9]/);
    expect(await said('ip', '-n', 'speaker', 'neigh')).not.toContain('lladdr');
    expect(await said('ip', 'neigh')).not.toContain(SPEAKER);
    // From power-on the wires of the bond carry what is tagged with 7, and nothing of the guest on blue.
    const frames = heard().map((frame) => frame.toString('hex'));
    expect(frames.filter((frame) => frame.includes(SPEAKER.replaceAll(':', '')))).toEqual([]);
    expect(heard().filter((frame) => tagOf(frame) !== 7 && [0x0800, 0x0806].includes(frame.readUInt16BE(12)))).toEqual(
      [],
    );
    await scene.machine.shell.script(SILENCE, []);
    await scene.app.restart();
    await scene.up();
    expect(await scene.attached()).toMatchObject({ office: 'in_sync', green: 'in_sync' });
    expect(await scene.verdict('blue')).toBe('isolated');
  });

  it('is as before once it is removed', async () => {
    await setUp({ detach: ['green', 'office'], removeBonds: ['bond0'] });
    await scene.app.done(scene.app.client.hosts.maintenance({ host: 'debian' }));
    await scene.app.done(scene.app.client.hosts.remove({ host: 'debian' }));
    expect(await traces()).toBe(before);
  });
});
