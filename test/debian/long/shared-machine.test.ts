import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { blockName } from '../../conformance/hosts/kind';
import { missingForDebianHost } from '../../support/debian-host/image';
import { WAIT_MS } from '../../support/debian-host/scene';
import { LabApp } from '../../support/lab-app';
import { ISOLATED, SharedMachine } from '../../support/debian-host/shared-machine';
import { eventually } from '../../support/eventually';

const missing = missingForDebianHost('shared-machine');
const FILTER = 'host_bridge_filter';
const MANAGER = 'host_networkmanager';
const SEEN = { state: 'warning', remedy: { root: true } };
/** Frames between guests pass the host's filters, as Docker and Kubernetes want it. */
const FILTERING =
  'modprobe br_netfilter; sysctl -q -w net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1';
const createDockerNetwork = `python3 - <<'PY'
import socket
api = socket.socket(socket.AF_UNIX)
api.connect('/run/docker.sock')
body = b'{"Name": "other"}'
api.sendall(b'POST /networks/create HTTP/1.0\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n%s' % (len(body), body))
assert b' 201 ' in api.recv(4096)
PY`;
const libvirtNetwork = (bridge: string): string =>
  `<network><name>of-${bridge}</name><bridge name='${bridge}'/><ip address='192.168.99.1' netmask='255.255.255.0'/></network>`;
const start = (bridge: string): string =>
  `echo "${libvirtNetwork(bridge)}" >/run/net.xml && virsh -q net-define /run/net.xml && virsh -q net-start of-${bridge}`;

/** NetworkManager leaves alone what the host is reached by; and, in addition, takes all else, with an address for it. */
const NOT_ETH0 = `printf '[keyfile]\\nunmanaged-devices=interface-name:eth0\\n' >/etc/NetworkManager/conf.d/eth0.conf`;
const MANAGE_ALL = `printf '[device-all]\\nmatch-device=*\\nmanaged=1\\nkeep-configuration=no\\n' >/etc/NetworkManager/conf.d/all.conf
printf '[connection]\\nid=all\\ntype=ethernet\\nmulti-connect=3\\n[match]\\ninterface-name=*\\n[ipv4]\\nmethod=manual\\naddress1=203.0.113.77/24\\n' \\
  >/etc/NetworkManager/system-connections/all.nmconnection
chmod 600 /etc/NetworkManager/system-connections/all.nmconnection`;
const MATCH_ALL = `printf '[Match]\\nName=*\\n[Network]\\nAddress=203.0.113.77/24\\nLinkLocalAddressing=ipv6\\n' >/etc/systemd/network/90-all.network`;

/** Each service is started beside blue, and stopped again. One alone: `-t firewalld`. */
describe.skipIf(missing !== null)(blockName('an isolated network on a Debian host that others use', missing), () => {
  let shared: SharedMachine;
  let before: object;
  let seq = 0;
  beforeAll(async () => {
    shared = await SharedMachine.boot();
  });
  beforeEach(async () => {
    before = await shared.blue();
    seq = await shared.scene.app.lastSeq();
  });
  afterEach(() => shared?.stopAll());
  afterAll(() => shared?.dispose());

  const isUntouched = async (): Promise<void> => {
    expect(await shared.blue()).toEqual(before);
    expect(await shared.driftSince(seq)).toEqual([]);
  };
  /** The host check names a filter, the probe shows what it drops, and the printed command ends that. */
  const isRemedied = async (found: string, protocols: string[]): Promise<void> => {
    const check = await shared.finds(FILTER);
    expect(check).toMatchObject({ ...SEEN, found: `br_netfilter active: ${found}` });
    expect(await shared.proof()).toEqual({
      verdict: 'isolated',
      against: ['probe_guests_talk'],
      missing: protocols,
    });
    await shared.remedy(check);
    expect(await shared.finds(FILTER)).toMatchObject({ state: 'ok', remedy: null });
    expect(await shared.proof()).toEqual(ISOLATED);
    await isUntouched();
  };

  /** The host check names who takes blue; Atoll repairs its drift, guests are cut off, and the printed command ends that. */
  const isTaken = async (id: string, found: string, ignores: string): Promise<void> => {
    const check = await shared.finds(id);
    expect(check).toMatchObject({ ...SEEN, found });
    const proof = await shared.proof();
    expect(proof).toMatchObject({
      against: expect.arrayContaining(['probe_guests_talk']),
      missing: expect.arrayContaining(['arp', 'ip', 'ip6']),
    });
    await shared.repaired(seq, 'ipv6_on');
    await shared.remedy(check);
    await shared.untilFound(id, ignores);
    expect(await shared.finds(id)).toMatchObject({ state: 'ok', remedy: null });
    // It sets the bridge down once more, when it gives it up.
    await eventually('blue', WAIT_MS, async () => ((await shared.proof()).against.length === 0 ? true : undefined));
    expect(await shared.blue()).toEqual(before);
    await shared.addNetwork('green');
    const again = await shared.finds(id);
    expect(again).toMatchObject(SEEN);
    await shared.remedy(again);
    await shared.untilFound(id, ignores);
    const { app } = shared.scene;
    await app.done(app.client.networks.remove({ network: 'green' }));
  };

  it('is filtered by Docker until the remedy is run, which outlives a restart of Docker', async () => {
    await shared.says('systemctl start docker');
    await shared.says(createDockerNetwork);
    await isRemedied('FORWARD drops IPv4', ['ip']);
    await shared.says('systemctl restart docker');
    expect(await shared.finds(FILTER)).toMatchObject({ state: 'ok' });
    expect(await shared.proof()).toEqual(ISOLATED);
    await isUntouched();
    const others = await shared.unmanaged();
    expect(Object.keys(others)).toEqual(expect.arrayContaining(['docker0', expect.stringMatching(/^br-/)]));
    expect(new Set(Object.values(others))).toEqual(new Set([expect.stringContaining('Docker created it')]));
  });

  it("is left alone by libvirt's own networks", async () => {
    await shared.says('systemctl start libvirtd.socket virtlogd.socket && virsh -q net-start default');
    await shared.says(FILTERING);
    expect(await shared.says('systemctl restart libvirtd && virsh -q net-list --name')).toContain('default');
    expect(await shared.finds(FILTER)).toMatchObject({
      state: 'ok',
      found: 'br_netfilter active: bridged frames are accepted',
    });
    expect(await shared.proof()).toEqual(ISOLATED);
    expect(await shared.unmanaged()).toMatchObject({ virbr0: expect.stringContaining('libvirt created it') });
    await isUntouched();
  });

  it("waits for a bridge that is libvirt's, and has it once libvirt's network is gone", async () => {
    await shared.says('systemctl start libvirtd.socket virtlogd.socket');
    await shared.says(start('green'));
    await expect(shared.addNetwork('green')).rejects.toThrow('a bridge named green that Atoll did not create');
    expect(await shared.scene.addresses('green')).toEqual(['192.168.99.1/24']);
    expect(await shared.scene.attached()).toEqual({ blue: 'in_sync', green: 'failed' });
    await shared.says('virsh -q net-destroy of-green && virsh -q net-undefine of-green');
    await eventually('green', WAIT_MS, async () => (await shared.scene.attached())['green'] === 'in_sync' || undefined);
    await shared.scene.up();
    expect(await shared.scene.addresses('green')).toEqual([]);
    const { app } = shared.scene;
    await app.done(app.client.networks.remove({ network: 'green' }));
    await isUntouched();
  });

  it("is created again when libvirt deletes its bridge for a network of libvirt's that has the same one", async () => {
    await shared.says('systemctl start libvirtd.socket virtlogd.socket');
    // virNetDevBridgeCreate fails because the bridge exists; libvirt then deletes it as if it were half created.
    await expect(shared.says(start('blue'))).rejects.toThrow('File exists');
    await shared.repaired(seq, 'bridge_missing');
    expect(await shared.blue()).toEqual({ ...before, ifindex: expect.any(Number) });
    expect(await shared.proof()).toEqual(ISOLATED);
  });

  it('is filtered by firewalld only with br_netfilter, until the remedy is run', async () => {
    expect(await shared.says('systemctl start firewalld && firewall-cmd --state')).toBe('running');
    expect(await shared.finds(FILTER)).toMatchObject({ state: 'ok', found: 'br_netfilter not active' });
    expect(await shared.proof()).toEqual(ISOLATED);
    await shared.says(FILTERING);
    await isRemedied('firewalld rejects', ['ip', 'ip6']);
  });

  it('is filtered by ufw only with br_netfilter, until the remedy is run', async () => {
    expect(await shared.says('ufw allow 22/tcp && ufw --force enable')).toContain('active and enabled');
    expect(await shared.finds(FILTER)).toMatchObject({ state: 'ok', found: 'br_netfilter not active' });
    expect(await shared.proof()).toEqual(ISOLATED);
    await shared.says(FILTERING);
    await isRemedied('FORWARD drops IPv4, FORWARD drops IPv6', ['ip', 'ip6']);
  });

  it('is left alone by NetworkManager as it is installed', async () => {
    await shared.says(`${NOT_ETH0}; systemctl start NetworkManager`);
    expect(await shared.finds(MANAGER)).toMatchObject({ state: 'ok', found: 'running, leaves them as they are' });
    expect(await shared.proof()).toEqual(ISOLATED);
    await shared.says('nmcli networking off && nmcli networking on');
    expect(await shared.finds(MANAGER)).toMatchObject({ state: 'ok' });
    await isUntouched();
  });

  it('loses its guests to a NetworkManager that manages all, until the remedy is run', async () => {
    await shared.says(`${NOT_ETH0}; ${MANAGE_ALL}; systemctl start NetworkManager`);
    await isTaken(MANAGER, 'running, manages blue', 'running, ignores them');
    // What other files exclude stays excluded.
    expect(await shared.says('nmcli -g GENERAL.STATE device show eth0')).toContain('unmanaged');
    expect(await shared.says('nmcli -g GENERAL.STATE device show lo')).not.toContain('unmanaged');
  });

  it('loses its guests to a networkd that matches all, until the remedy is run', async () => {
    await shared.says(`${MATCH_ALL}; networkctl reload`);
    await isTaken('host_networkd', '/etc/systemd/network/90-all.network matches them', 'ignores them');
    expect(await shared.scene.addresses('lo')).toContain('203.0.113.77/24');
  });

  it('is none of the business of another Atoll, nor its networks of ours', async () => {
    const other = await LabApp.open();
    try {
      const { client } = other;
      await other.done(client.hosts.add({ name: 'debian', how: shared.scene.machine.how() }));
      const add = (name: string) => other.done(client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
      await add('amber');
      await expect(add('blue')).rejects.toThrow('the bridge blue belongs to another Atoll');
      const [check] = await client.networks.check({ network: 'amber', probe: true });
      expect(check?.verdict).toBe('isolated');
      expect(await shared.proof()).toEqual(ISOLATED);
      const { storeId } = await client.system.status();
      const ours = (await shared.scene.app.client.system.status()).storeId;
      const ownersSeenBy = async ({ client: { hosts } }: Pick<LabApp, 'client'>) =>
        (await hosts.show({ host: 'debian' })).unmanaged.map(({ name, owner }) => [name, owner]);
      expect(await ownersSeenBy(other)).toEqual([['blue', ours]]);
      expect(await ownersSeenBy(shared.scene.app)).toEqual([['amber', storeId]]);
      await expect(client.hosts.takeOver({ host: 'debian', from: ours })).rejects.toThrow(
        'its Atoll observed the host',
      );
      await other.done(client.networks.remove({ network: 'blue' }));
      await other.done(client.hosts.maintenance({ host: 'debian' }));
      await other.done(client.hosts.remove({ host: 'debian' }));
      expect(await shared.says('ls /etc/atoll')).not.toContain(storeId.slice(-12));
      expect([...(await shared.scene.links()).keys()]).not.toContain('amber');
      expect(await shared.proof()).toEqual(ISOLATED);
      await isUntouched();
    } finally {
      await other.dispose();
    }
  });
});
