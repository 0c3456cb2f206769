import { resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BridgeSpec } from '../../engine/ports/changes';
import type { ServicesChange, ServicesSpec } from '../../engine/ports/services';
import { applyGroups } from '../../hosts/linux/apply';
import { look } from '../../hosts/linux/observe';
import { sealTable } from '../../hosts/linux/seal';
import { applyServices } from '../../hosts/linux/services/apply';
import { serversFolder } from '../../hosts/linux/services/scripts';
import { blockName } from '../conformance/hosts/kind';
import { netHere } from '../support/net-here';
import { makeTestHost, type TestHost } from '../support/netns-shell';
import { inGuest, servicesFor } from '../support/services-bed';

const missing = netHere('dnsmasq', 'busybox');
const STORE = '0193a1b2-0000-7000-8000-00000000fa11';
const NEVER = new AbortController().signal;
const STRANGER = '56:6f:66:66:66:66';

interface Answer {
  readonly type: string;
  readonly address: string;
}
interface Message {
  readonly type: 'discover' | 'request' | 'decline';
  readonly mac: string;
  /** `@N`: the address in answer N. */
  readonly requested?: string;
  readonly own?: string;
  readonly server?: string;
}

describe.skipIf(missing !== null)(blockName('addresses and names inside, with a hostile guest', missing), () => {
  let host: TestHost;
  let spec: ServicesSpec;
  let web: string;
  let db: string;
  let server: string;
  let bridge: BridgeSpec;
  let numbered = 0;
  const stopped: ServicesChange[] = [];
  const apply = async (change: ServicesChange): Promise<void> =>
    expect(
      await applyServices(host.shell, STORE, [{ networkId: null, bridge: 'x', changes: [change] }], NEVER),
    ).toEqual([{ ok: true }]);

  beforeAll(async () => {
    host = await makeTestHost();
    await host.shell.script('mount -t tmpfs tmpfs /run', []);
  });
  async function newBridge(): Promise<BridgeSpec> {
    numbered += 1;
    const networkId = `0193a1b2-0000-7000-8000-${String(numbered).padStart(12, '0')}`;
    const alias = `atoll:${STORE}:${networkId}`;
    const made = { networkId, bridge: `flt${numbered}`, mtu: 1500, alias, mac: `56:6f:00:00:02:0${numbered}` };
    const group = { networkId, bridge: made.bridge, changes: [{ kind: 'bridge.create', spec: made } as const] };
    await applyGroups(host.shell, STORE, [group], NEVER);
    return made;
  }
  async function start(one: ServicesSpec): Promise<void> {
    const { networkId, port, alias } = one;
    stopped.push({ kind: 'services.stop', networkId, bridge: one.bridge, port, alias });
    await apply({ kind: 'services.start', spec: one });
  }
  beforeEach(async () => {
    bridge = await newBridge();
    spec = servicesFor(STORE, bridge);
    await start(spec);
    server = spec.ipv4!.address.replace('/24', '');
    [web = '', db = ''] = spec.vnics.map(({ ipv4 }) => ipv4 ?? '');
  });
  afterAll(async () => {
    for (const change of stopped) await apply(change);
    host.remove();
  });

  /** Runs the hostile guest, which has an address from which it reaches the server. */
  async function hostile<T>(...argv: string[]): Promise<T> {
    const words = [process.execPath, resolve('test/support/guest-traffic.mjs'), server, ...argv];
    const own = server.replace(/254$/, '250');
    const command = words.map((word) => `'${word}'`).join(' ');
    const script = `ip address add ${own}/24 dev eth0; ip route add default dev eth0; ${command}`;
    return JSON.parse(await inGuest(host.shell, spec.bridge, STRANGER, script)) as T;
  }
  const exchange = (...messages: Message[]) => hostile<Array<Answer | null>>('exchange', JSON.stringify(messages));
  const guest = (at: number, script: string) => inGuest(host.shell, spec.bridge, spec.vnics[at]!.mac, script);
  const serverProcess = async (): Promise<string> =>
    (await host.shell.run(['cat', `${serversFolder(sealTable(STORE))}/${spec.port}.pid`])).stdout;
  /** The VMs get their addresses and names from the server, which runs as it was started. */
  async function serves(before: string): Promise<void> {
    expect(await guest(1, 'dhcp; ask web')).toMatch(new RegExp(`lease ${db}/24[^]*Address: ${web}`));
    expect(await serverProcess()).toBe(before);
    const { services } = await look(host.shell, STORE);
    expect(services.find(({ port }) => port === spec.port)).toMatchObject({ isRunning: true, faults: [] });
  }

  test('refuses addresses that are not of the client that asks', async () => {
    const before = await serverProcess();
    const answers = await exchange(
      { type: 'discover', mac: STRANGER },
      { type: 'discover', mac: STRANGER, requested: web },
      { type: 'request', mac: STRANGER, requested: web },
      { type: 'request', mac: STRANGER, own: web },
      { type: 'request', mac: spec.vnics[1]!.mac, requested: web },
      { type: 'request', mac: STRANGER, requested: '192.168.77.5' },
      { type: 'request', mac: STRANGER, requested: server, server },
    );
    expect(answers.map((answer) => answer?.type)).toEqual(['offer', 'offer', 'nak', 'nak', 'nak', 'nak', 'nak']);
    const pool = [spec.ipv4!.pool!.from, spec.ipv4!.pool!.to];
    for (const answer of answers.slice(0, 2)) expect(pool).toContain(answer?.address);
    await serves(before);
  });

  test('gives a client that declines its address another one, and loses none by that', async () => {
    const before = await serverProcess();
    const take = (mac: string, at: number): Message[] => [
      { type: 'discover', mac },
      { type: 'request', mac, requested: `@${at}`, server },
    ];
    const decline: Message = { type: 'decline', mac: STRANGER, requested: '@0', server };
    const again = [...take(STRANGER, 3), ...take('56:6f:66:66:66:71', 5), ...take('56:6f:66:66:66:72', 7).slice(0, 1)];
    const answers = await exchange(...take(STRANGER, 0), decline, ...again);
    const types = ['offer', 'ack', undefined, 'offer', 'ack', 'offer', 'ack', undefined];
    expect(answers.map((answer) => answer?.type)).toEqual(types);
    expect(answers[4]?.address).not.toBe(answers[0]?.address);
    // The range has two addresses, and both are leased now.
    expect(answers[6]?.address).toBe(answers[0]?.address);
    await serves(before);
  });

  test('gives a VM another address while somebody else has its own', async () => {
    const before = await serverProcess();
    const script = `ip address add ${web}/24 dev eth0; until [ -e /run/is-over ]; do sleep 0.1; done`;
    const squatter = inGuest(host.shell, spec.bridge, STRANGER, script);
    const said = await guest(
      0,
      `until busybox arping -q -c 1 -w 1 -I eth0 ${web}; do :; done; dhcp -a -A 1; : >/run/is-over`,
    );
    await squatter;
    const pool = [spec.ipv4!.pool!.from, spec.ipv4!.pool!.to];
    expect(pool).toContain(/lease ([0-9.]+)\/24/.exec(said)?.[1]);
    await serves(before);
  });

  test('is not disturbed by the server of another host on a stretched network', async () => {
    const before = await serverProcess();
    const other = await newBridge();
    const pool = { from: server.replace(/254$/, '100'), to: server.replace(/254$/, '101') };
    const { mac, ipv4 } = spec;
    await start({ ...servicesFor(STORE, other), mac, ipv4: { ...ipv4!, pool }, vnics: [], names: [] });
    const cable = `link add name cable1 type veth peer name cable2\nlink set cable1 master ${bridge.bridge} up\nlink set cable2 master ${other.bridge} up\n`;
    await host.shell.run(['ip', '-batch', '-'], { stdin: cable });
    const again: Message = { type: 'request', mac: STRANGER, requested: '@0' };
    const first: Message[] = [
      { type: 'discover', mac: STRANGER },
      { ...again, server },
    ];
    const answers = await exchange(...first, again, again, again);
    expect(answers.map((answer) => answer?.type)).toEqual(['offer', 'ack', 'ack', 'ack', 'ack']);
    expect([ipv4!.pool!.from, ipv4!.pool!.to]).toContain(answers[0]?.address);
    for (let round = 0; round < 3; round += 1) await serves(before);
  });

  test('lists its names to nobody', async () => {
    const before = await serverProcess();
    const answers = await hostile<Record<string, { code: number; records: number; text: string } | null>>(
      'walk',
      'blue.internal',
    );
    for (const [query, answer] of Object.entries(answers)) expect([query, answer?.records ?? 0]).toEqual([query, 0]);
    expect(JSON.stringify(answers)).not.toMatch(/\b(web|db)\b/);
    await serves(before);
  });

  test('survives what is no message of DHCP or DNS', async () => {
    const before = await serverProcess();
    expect((await hostile<{ sent: number }>('noise')).sent).toBeGreaterThan(500);
    await serves(before);
  });
});
