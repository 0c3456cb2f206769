import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BridgeSpec } from '../../engine/ports/changes';
import type { ServicesChange, ServicesSpec } from '../../engine/ports/services';
import { ipv6OfMac, pool6, serverAddress6 } from '../../contract';
import { applyGroups } from '../../hosts/linux/apply';
import { look } from '../../hosts/linux/observe';
import { applyServices } from '../../hosts/linux/services/apply';
import { sealTable } from '../../hosts/linux/seal';
import { serversFolder } from '../../hosts/linux/services/scripts';
import { DeepCheck } from '../../hosts/linux/services/deep-check';
import { blockName } from '../conformance/hosts/kind';
import { eventually } from '../support/eventually';
import { netHere } from '../support/net-here';
import { makeTestHost, type TestHost } from '../support/netns-shell';
import { inGuest, servicesFor } from '../support/services-bed';

const missing = netHere('dnsmasq', 'busybox');
const STORE = '0193a1b2-0000-7000-8000-00000000feed';
const NET6 = 'fd66:1::/64';
const NEVER = new AbortController().signal;

const networkOf = (at: number): BridgeSpec => {
  const networkId = `0193a1b2-0000-7000-8000-${String(at).padStart(12, '0')}`;
  return {
    networkId,
    bridge: `svc${at}`,
    mac: `56:6f:00:00:01:0${at}`,
    mtu: 1500,
    alias: `atoll:${STORE}:${networkId}`,
  };
};

/** Floods the server $1 with requests of made-up clients, names of 255 bytes, foreign names and noise. */
const HOSTILE = `
const { createSocket } = require("node:dgram"), { randomBytes } = require("node:crypto");
const server = process.argv[1], socket = createSocket("udp4");
let sent = 0, refused = 0;
const label = (text) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const query = (...labels) => Buffer.concat([Buffer.from([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels.map(label), Buffer.from([0, 0, 1, 0, 1])]);
const discover = () => {
  const packet = Buffer.alloc(244);
  packet.set([1, 1, 6, 0]); randomBytes(4).copy(packet, 4); packet.set([2], 28); randomBytes(5).copy(packet, 29);
  packet.set([0x63, 0x82, 0x53, 0x63, 53, 1, 1, 255], 236);
  return packet;
};
socket.on("message", (answer) => { if ((answer[3] & 15) === 5) refused += 1; });
socket.bind(68, () => {
  socket.setBroadcast(true);
  const long = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)];
  const round = (left) => {
    for (let i = 0; i < 100; i += 1) socket.send(discover(), 67, "255.255.255.255", (error) => { if (!error) sent += 1; });
    for (const names of [long, ["example", "org"], ["x", "blue", "internal"], [randomBytes(20).toString("latin1")]]) socket.send(query(...names), 53, server);
    socket.send(randomBytes(600), 53, server); socket.send(randomBytes(600), 67, server);
    if (left > 0) setTimeout(() => round(left - 1), 10);
    else setTimeout(() => { console.log("sent " + sent + ", refused " + refused); process.exit(); }, 300);
  };
  round(60);
});`;

/** Lets a guest ask for routers at once, and every second. */
const SOON =
  'ip link set dev eth0 down; (cd /proc/sys/net/ipv6/conf/eth0; echo 0 >accept_dad; echo 0 >router_solicitation_delay; echo 1 >router_solicitation_interval; echo 30 >router_solicitations); ip link set dev eth0 up';

/** Answers requests that nobody made, each beside a message that is nothing of DHCP, until it gets one itself. */
const TELLING = `
const socket = require("node:dgram").createSocket("udp4"), until = Date.now() + 20000;
const tell = () => { for (const port of [68, 6900]) socket.send("tells", port, "255.255.255.255"); if (Date.now() < until) setTimeout(tell, 200); else process.exit(); };
socket.bind(67, () => { socket.setBroadcast(true); tell(); });
for (const event of ["message", "error"]) socket.on(event, () => process.exit());`;

/** Prints what of that arrives, until the fifteenth message, and ends it. */
const LISTENING = `
let heard = 0;
const { createSocket } = require("node:dgram"), bye = createSocket("udp4");
for (const port of [68, 6900]) createSocket("udp4").bind(port).on("message", () => {
  if (port === 68) console.log("an answer");
  else if ((heard += 1) === 15) { console.log("enough"); bye.send("enough", 67, "10.99.0.1", () => process.exit()); }
});`;

/** A resolver that answers 198.51.100.7 to all names of IPv4, until it was asked for example.org. */
const RESOLVER = `
const socket = require("node:dgram").createSocket("udp4");
socket.on("message", (query, from) => {
  const labels = [];
  let at = 12;
  for (; query[at]; at += query[at] + 1) labels.push(query.toString("latin1", at + 1, at + 1 + query[at]));
  const name = labels.join(".").toLowerCase();
  console.log("asked for " + name);
  const head = Buffer.from(query.subarray(0, at + 5));
  head.set([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0], 2);
  const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 198, 51, 100, 7]);
  socket.send(Buffer.concat([head, answer]), from.port, from.address, () => { if (name === "example.org") setTimeout(() => process.exit(), 200); });
});
socket.bind(53);`;

describe.skipIf(missing !== null)(blockName('addresses and names inside', missing), () => {
  let host: TestHost;
  const started: ServicesSpec[] = [];
  let numbered = 0;
  beforeAll(async () => {
    host = await makeTestHost();
    await host.shell.script('mount -t tmpfs tmpfs /run', []);
  });
  afterAll(async () => {
    for (const spec of started) await applied(stopOf(spec));
    host.remove();
  });
  const stopOf = ({ networkId, bridge, port, alias }: ServicesSpec): ServicesChange => ({
    kind: 'services.stop',
    ...{ networkId, bridge, port, alias },
  });
  const apply = (change: ServicesChange) =>
    applyServices(host.shell, STORE, [{ networkId: null, bridge: 'x', changes: [change] }], NEVER);
  const applied = async (change: ServicesChange): Promise<void> => expect(await apply(change)).toEqual([{ ok: true }]);
  const network = async (at: number): Promise<BridgeSpec> => {
    const spec = networkOf(at);
    await applyGroups(
      host.shell,
      STORE,
      [{ networkId: spec.networkId, bridge: spec.bridge, changes: [{ kind: 'bridge.create', spec }] }],
      NEVER,
    );
    return spec;
  };

  test('guests get their addresses and find each other by name', async () => {
    const bridge = await network(1);
    const spec = servicesFor(STORE, bridge);
    started.push(spec);
    await applied({ kind: 'services.start', spec });
    const [web] = spec.vnics;
    const net = spec.ipv4!.address.replace(/\d+\/24$/, '');
    const said = await inGuest(
      host.shell,
      bridge.bridge,
      web!.mac,
      `dhcp; ask db; ask db.blue.internal; ask ${net}11; ask example.org; busybox ping -c 1 -w 2 ${net}254`,
    );
    expect(said).toContain(`lease ${net}10/24 router= dns=${net}254 domain=blue.internal`);
    expect(said).toMatch(new RegExp(`Name:\\s+db\\nAddress: ${net}11`));
    expect(said).toMatch(new RegExp(`Name:\\s+db.blue.internal\\nAddress: ${net}11`));
    expect(said).toContain('name = db.blue.internal');
    expect(said).toContain("can't find example.org: REFUSED");
    expect(said).toContain(' 1 packets received');
    const observed = await look(host.shell, STORE);
    expect(observed.services[0]?.leases).toMatchObject([{ mac: web!.mac, address: `${net}10` }]);
  });

  test('guests get IPv6 addresses too, and no router', async () => {
    const bridge = await network(2);
    const plain = servicesFor(STORE, bridge);
    const spec: ServicesSpec = {
      ...plain,
      ipv6: { address: `${serverAddress6(NET6)}/64`, pool: pool6(NET6) },
      vnics: plain.vnics.map((vnic) => ({ ...vnic, ipv6: ipv6OfMac(NET6, vnic.mac) })),
      names: plain.names.map((name, i) => ({
        ...name,
        addresses: [...name.addresses, ipv6OfMac(NET6, plain.vnics[i]!.mac)],
      })),
    };
    const own = spec.vnics[0]!.ipv6 ?? '';
    started.push(spec);
    await applied({ kind: 'services.start', spec });
    const said = await inGuest(
      host.shell,
      bridge.bridge,
      spec.vnics[0]!.mac,
      `until ip -6 -o address show dev eth0 | grep -F '${own}/64'; do sleep 0.1; done; ip -6 route
       until busybox udhcpc6 -i eth0 -f -q -n -t 5 -T 1 -s /tmp/lease6 2>/dev/null; do sleep 0.2; done
       dhcp; ask -type=AAAA db; ask ${own}; busybox ping -c 1 -w 5 fd66:1::53`,
    );
    expect(said).not.toContain('default');
    // The address that the guest made itself, and that it was given, are one.
    expect(said).toContain(`${own}/64 scope global`);
    expect(said).toMatch(/lease fd66:0001:0000:0000:546f:5eff:fe01:/);
    expect(said).toContain(`Address: ${spec.vnics[1]!.ipv6 ?? ''}`);
    expect(said).toContain('name = web.blue.internal');
    expect(said).toContain(' 1 packets received');
    const served = (await look(host.shell, STORE)).services.find(({ port }) => port === spec.port);
    expect(served?.leases.map(({ address }) => address).sort()).toEqual([spec.vnics[0]!.ipv4, own]);
  });

  test('a hostile guest takes the pool, and nobody else loses an address or a name', async () => {
    const bridge = await network(3);
    const spec = servicesFor(STORE, bridge, { leaseSeconds: 120 });
    started.push(spec);
    await applied({ kind: 'services.start', spec });
    const hostile = inGuest(
      host.shell,
      bridge.bridge,
      '56:6f:66:66:66:66',
      `ip address add ${spec.ipv4!.address.replace('.254/', '.250/')} dev eth0; ip route add default dev eth0; "${process.execPath}" -e '${HOSTILE}' ${spec.ipv4!.address.split('/')[0]}`,
    );
    const web = inGuest(host.shell, bridge.bridge, spec.vnics[0]!.mac, 'dhcp; ask db');
    expect(await hostile).toMatch(/sent \d{4,}, refused [1-9]/);
    expect(await web).toContain(`lease ${spec.vnics[0]!.ipv4}/24`);
    // Two clients that nobody knows take the pool; the third gets nothing, a known one still its own.
    const client = (at: number) => inGuest(host.shell, bridge.bridge, `56:6f:66:66:66:0${at}`, 'dhcp -t 2 2>/dev/null');
    const unknown = [await client(1), await client(2), await client(3)];
    expect(unknown.map((said) => /lease|no lease/.exec(said)?.[0]).sort()).toEqual(['lease', 'lease', 'no lease']);
    const db = await inGuest(host.shell, bridge.bridge, spec.vnics[1]!.mac, 'dhcp; ask web');
    expect(db).toContain(`lease ${spec.vnics[1]!.ipv4}/24`);
    expect(db).toContain(`Address: ${spec.vnics[0]!.ipv4}`);
  });

  test('a guest that answers DHCP requests itself is reported', async () => {
    const bridge = await network(8);
    const spec = servicesFor(STORE, bridge);
    started.push(spec);
    await applied({ kind: 'services.start', spec });
    const rogue = `ip address add ${spec.ipv4!.address.replace('.254/', '.66/')} dev eth0; ip route add default dev eth0
      "${process.execPath}" -e 'const s = require("node:dgram").createSocket("udp4");
        s.bind(67, () => { s.setBroadcast(true); s.send(Buffer.alloc(244), 68, "255.255.255.255"); setTimeout(() => process.exit(), 1500); })'`;
    const running = inGuest(host.shell, bridge.bridge, '56:6f:66:66:66:67', rogue);
    const seen = await eventually('the rogue server', 10_000, async () => {
      const { services } = await look(host.shell, STORE);
      return services.find(({ port }) => port === spec.port)?.rogues[0];
    });
    expect(seen).toMatchObject({ mac: '56:6f:66:66:66:67', address: spec.ipv4!.address.replace('.254/24', '.66') });
    await running;
    const { services } = await look(host.shell, STORE);
    expect(services.filter(({ port }) => port !== spec.port).flatMap(({ rogues }) => rogues)).toEqual([]);
  });

  /** What reaches a guest of what another one sends as a DHCP server and as a router, besides what tells that it sends. */
  const heardOn = async (bridge: BridgeSpec): Promise<string> => {
    numbered += 1;
    const mac = (at: number): string => `56:6f:66:67:${at}${numbered % 10}:66`;
    const rogue = `${SOON}; ip address add fd99::1/64 dev eth0 nodad; ip address add 10.99.0.1/24 dev eth0; ip route add default dev eth0
      : >/tmp/none; dnsmasq -k --conf-file=/tmp/none --user=root --port=0 --interface=eth0 --enable-ra --dhcp-range=fd99::1,ra-only,64 --ra-param=eth0,4,300 --pid-file= & server=$!
      "${process.execPath}" -e '${TELLING}'; kill $server`;
    const sending = inGuest(host.shell, bridge.bridge, mac(1), rogue);
    if (started.at(-1)?.guard === true) {
      // A port that has just come is guarded by the next reconcile.
      const spec = started.at(-1)!;
      const guard = async () => (await look(host.shell, STORE)).services.find(({ port }) => port === spec.port)?.guard;
      await eventually('the port of the guest', 10_000, async () => (await guard()) === 'ports' || undefined);
      await applied({ kind: 'services.reload', spec });
      expect(await guard()).toBe('on');
    }
    const said = await inGuest(
      host.shell,
      bridge.bridge,
      mac(2),
      `${SOON}; ip address add 10.99.0.2/24 dev eth0; "${process.execPath}" -e '${LISTENING}'; ip -6 route`,
    );
    await sending;
    return said;
  };

  test('another server and router reach the guests of a network, unless it is guarded', async () => {
    const bridge = await network(9);
    const open = servicesFor(STORE, bridge);
    started.push(open);
    await applied({ kind: 'services.start', spec: open });
    const heard = await heardOn(bridge);
    expect(heard).toContain('an answer');
    expect(heard).toMatch(/default via fe80:/);
    const guarded = { ...open, guard: true, settings: 'c3' };
    started.push(guarded);
    await applied({ kind: 'services.start', spec: guarded });
    const quiet = await heardOn(bridge);
    expect(quiet).toContain('enough');
    expect(quiet).not.toContain('an answer');
    expect(quiet).not.toContain('default');
    // Our own server is heard as before.
    expect(await inGuest(host.shell, bridge.bridge, open.vnics[0]!.mac, 'dhcp')).toContain(
      `lease ${open.vnics[0]!.ipv4}`,
    );
  });

  test('foreign names are asked of the gateway VM, which is the router of the others', async () => {
    const bridge = await network(4);
    const plain = servicesFor(STORE, bridge);
    const [web, db] = plain.vnics;
    const spec = { ...plain, gateway: { mac: db!.mac, ipv4: db!.ipv4, ipv6: null } };
    started.push(spec);
    await applied({ kind: 'services.start', spec });
    const resolver = inGuest(host.shell, bridge.bridge, db!.mac, `dhcp; "${process.execPath}" -e '${RESOLVER}'`);
    const said = await inGuest(
      host.shell,
      bridge.bridge,
      web!.mac,
      'dhcp; until ask -type=A example.org | grep -A1 example.org | tee /tmp/said | grep 198.51.100.7; do sleep 0.2; done; ask db',
    );
    expect(said).toContain(`router=${db!.ipv4} `);
    expect(said).toContain(`Address: ${db!.ipv4}`);
    const gateway = await resolver;
    expect(gateway).toContain(`lease ${db!.ipv4}/24 router= `);
    expect(gateway).toContain('asked for example.org');
    expect(gateway).not.toMatch(/asked for (db|.*internal)/);
  });

  test('a server that was started again hands out the same addresses', async () => {
    const bridge = await network(5);
    const spec = servicesFor(STORE, bridge);
    started.push(spec);
    await applied({ kind: 'services.start', spec });
    const stranger = () => inGuest(host.shell, bridge.bridge, '56:6f:66:66:66:09', 'dhcp');
    const first = await stranger();
    await applied({ kind: 'services.start', spec: { ...spec, settings: 'a1' } });
    const [server] = (await look(host.shell, STORE)).services.filter(({ port }) => port === spec.port);
    expect(server?.leases).toMatchObject([{ mac: '56:6f:66:66:66:09' }]);
    expect(await stranger()).toBe(first);
  });

  test('what a server makes of its own files reaches nothing of the host', async () => {
    const bridge = await network(6);
    const spec = servicesFor(STORE, bridge);
    started.push(spec);
    await applied({ kind: 'services.start', spec });
    // With the rights of the server itself.
    const inside = `set -e; read -r pid _ <"$1"; echo untouched >/run/victim
      setpriv --reuid 65534 --regid 65534 --clear-groups nsenter -t "$pid" -U --preserve-credentials -m -r -- \\
        sh -c 'cd /run; rm leases names; mkfifo leases; ln -s /run/victim names'`;
    await host.shell.script(inside, [`${serversFolder(sealTable(STORE))}/${spec.port}.pid`]);
    const [server] = (await look(host.shell, STORE)).services.filter(({ port }) => port === spec.port);
    expect(server).toMatchObject({ isRunning: true, leases: [] });
    await apply({ kind: 'services.reload', spec: { ...spec, records: 'b2' } });
    expect((await host.shell.run(['cat', '/run/victim'])).stdout).toBe('untouched\n');
    const checked = await new DeepCheck(host.shell, STORE).add(server ? [server] : [], NEVER);
    expect(checked[0]?.faults).toContain('its file names was changed');
    await applied({ kind: 'services.start', spec });
  });

  test('a configuration that dnsmasq refuses is reported with its own words, and leaves nothing behind', async () => {
    const bridge = await network(7);
    const spec = servicesFor(STORE, bridge, { options: [{ code: 3, value: 'not-an-address' }] });
    const [outcome] = await apply({ kind: 'services.start', spec });
    expect(outcome).toMatchObject({ ok: false });
    expect(outcome?.ok === false && outcome.failure.message).toContain('bad IP address: dhcp-option=3,not-an-address');
    expect((await look(host.shell, STORE)).services.map(({ port }) => port)).not.toContain(spec.port);
  });
});
