import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { DebianHost } from '../support/debian-host/debian-host';
import { missingForDebianHost } from '../support/debian-host/image';
import { eventually } from '../support/eventually';
import { LabApp } from '../support/lab-app';

const missing = missingForDebianHost();
const WAIT_MS = 120_000;

interface Link {
  readonly ifname: string;
  readonly operstate: string;
  readonly ifalias?: string;
  readonly master?: string;
  readonly mtu: number;
  readonly addr_info: ReadonlyArray<{ readonly local: string; readonly prefixlen: number }>;
}

/** What the kernel of tests that share ours has not: VLANs, bonds, hooks of nftables, systemd, a reboot. */
describe.skipIf(missing !== null)(blockName('a Debian host with two more NICs', missing), () => {
  let machine: DebianHost;
  let app: LabApp;

  beforeAll(async () => {
    machine = await DebianHost.boot(2);
    app = await LabApp.open();
    await app.done(app.client.hosts.add({ name: 'debian', how: machine.how() }));
    await up();
  });
  afterAll(async () => {
    await app?.dispose();
    await machine?.remove();
  });

  const up = (): Promise<true> =>
    eventually('the host to be up', WAIT_MS, async () =>
      (await app.client.hosts.show({ host: 'debian' })).host.state === 'up' ? true : undefined,
    );
  const links = async (): Promise<Map<string, Link>> => {
    const { stdout } = await machine.shell.run(['ip', '-j', '-d', 'address']);
    return new Map((JSON.parse(stdout) as Link[]).map((link) => [link.ifname, link]));
  };
  const attached = async (): Promise<Record<string, string>> => {
    const { attachments } = await app.client.hosts.show({ host: 'debian' });
    const networks = await app.client.networks.list({});
    const nameOf = (id: string): string => networks.find((network) => network.id === id)?.name ?? id;
    return Object.fromEntries(attachments.map(({ networkId, state }) => [nameOf(networkId), state]));
  };
  const addresses = (link: Link | undefined): string[] =>
    (link?.addr_info ?? []).map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  const verdicts = async (): Promise<string[]> =>
    (await app.client.networks.check({ network: 'blue', probe: true })).map(({ verdict }) => verdict);

  it('carries an isolated network of which every point is proven', async () => {
    await app.done(app.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    const checks = await app.client.networks.check({ network: 'blue', probe: true });
    expect(checks.map(({ verdict }) => verdict)).toEqual(['isolated']);
    // Also those that only a kernel with all its hooks can answer.
    const points = checks.flatMap((check) => check.points);
    expect(points.filter(({ ok }) => ok === false)).toEqual([]);
    expect(points.find(({ id }) => id === 'hooks')).toMatchObject({ ok: true });
  });

  it('gets a network on a NIC, and one on a VLAN of a bond', async () => {
    await app.done(app.client.networks.add({ name: 'red', clusters: ['Default'] }));
    const on = { network: 'red', nic: 'eth1', ipv4: { kind: 'static', address: '198.51.100.4/24' } } as const;
    await app.done(app.client.hosts.setupNetworks({ host: 'debian', attach: [on] }));
    expect(addresses((await links()).get('red'))).toEqual(['198.51.100.4/24']);
    await app.done(app.client.hosts.setupNetworks({ host: 'debian', detach: ['red'] }));
    expect((await links()).has('red')).toBe(false);

    await app.done(app.client.networks.add({ name: 'green', vlan: 7, clusters: ['Default'] }));
    await app.done(
      app.client.hosts.setupNetworks({
        host: 'debian',
        bonds: [{ name: 'bond0', nics: ['eth1', 'eth2'] }],
        attach: [
          {
            network: 'green',
            nic: 'bond0',
            ipv4: { kind: 'static', address: '203.0.113.4/24' },
            ipv6: { kind: 'static', address: '2001:db8:7::4/64' },
          },
        ],
      }),
    );
    const now = await links();
    expect(['eth1', 'eth2'].map((nic) => now.get(nic)?.master)).toEqual(['bond0', 'bond0']);
    expect(now.get('bond0.7')?.master).toBe('green');
    expect(addresses(now.get('green'))).toEqual(expect.arrayContaining(['203.0.113.4/24', '2001:db8:7::4/64']));
    expect(await attached()).toMatchObject({ green: 'in_sync' });
    await machine.shell.run(['ping', '-c', '1', '-W', '1', '203.0.113.9'], { okExits: 'any' });
    // ARP for the peer, tagged with 7, on the wire of the bond's active NIC.
    const tagged = machine.wires.flatMap(({ heard }) => heard).filter((frame) => frame.readUInt16BE(12) === 0x8100);
    expect(tagged.map((frame) => frame.readUInt16BE(14) & 0xfff)).toContain(7);
  });

  it('is warned of a file of networkd that would take over the bridge of a NIC', async () => {
    const file = '/etc/systemd/network/50-by-mac.network';
    const found = async () =>
      (await app.client.hosts.check({ host: 'debian' })).checks.find(({ id }) => id === 'host_networkd');
    expect(await found()).toMatchObject({ state: 'ok' });
    const stdin = '[Match]\nMACAddress=52:54:00:00:00:09\n[Network]\nDHCP=ipv4\n';
    await machine.shell.script('cat >"$1"', [file], { stdin });
    expect(await found()).toMatchObject({ state: 'warning', found: expect.stringContaining(file) as string });
    await machine.shell.run(['rm', file]);
  });

  it('moves its own connection into a network, and is not lost', async () => {
    await app.done(app.client.networks.add({ name: 'office', clusters: ['Default'] }));
    const { address } = await wayIn();
    await app.done(
      app.client.hosts.setupNetworks({
        host: 'debian',
        attach: [{ network: 'office', nic: 'eth0', ipv4: { kind: 'static', address, gateway: '10.0.2.2' } }],
        commitTimeout: 120,
      }),
    );
    const now = await links();
    expect(now.get('eth0')?.master).toBe('office');
    expect(addresses(now.get('office'))).toContain(address);
    expect(await attached()).toMatchObject({ office: 'in_sync', green: 'in_sync' });
  });

  it('has everything again after a power failure, before its engine comes back, and isolated', async () => {
    const before = await links();
    await eventually('the boot file to have the last network', WAIT_MS, async () => {
      const { stdout } = await machine.shell.script('cat /etc/atoll/*.sh', []);
      return stdout.includes(' office ') || undefined;
    });
    await app.app.close();
    for (const wire of machine.wires) wire.heard.length = 0;
    await machine.powerOff();
    await machine.powerOn();
    const now = await links();
    for (const name of ['blue', 'green', 'bond0.7', 'bond0', 'office']) {
      expect(now.get(name), name).toMatchObject({
        ifname: name,
        ifalias: before.get(name)?.ifalias,
        mtu: before.get(name)?.mtu,
      });
    }
    expect(addresses(now.get('blue'))).toEqual([]);
    expect((await machine.shell.run(['nft', 'list', 'ruleset'])).stdout).toContain('"blue"');
    // From power-on nothing of IPv4 was sent untagged on the wires of the bond: its only address is on VLAN 7.
    const said = machine.wires.flatMap(({ heard }) => heard);
    expect(said.filter((frame) => [0x0800, 0x0806].includes(frame.readUInt16BE(12)))).toEqual([]);
    await app.restart();
    await up();
    expect(await attached()).toMatchObject({ office: 'in_sync', green: 'in_sync' });
    expect(await verdicts()).toEqual(['isolated']);
  });

  it('is as before once it is removed', async () => {
    await app.done(app.client.hosts.setupNetworks({ host: 'debian', detach: ['green'], removeBonds: ['bond0'] }));
    await app.done(app.client.hosts.maintenance({ host: 'debian' }));
    await app.done(app.client.hosts.remove({ host: 'debian' }));
    const now = await links();
    expect(now.has('blue')).toBe(false);
    const { stdout } = await machine.shell.script(
      'ls /etc/atoll /etc/systemd/system/atoll* 2>/dev/null; nft list ruleset',
      [],
    );
    expect(stdout).not.toContain('blue');
  });

  async function wayIn(): Promise<{ address: string }> {
    const [address = ''] = addresses((await links()).get('eth0'));
    return { address };
  }
});
